/** A good release against a bad one under one arm, with all that was recorded of both. Pure. */
import type { ArmComparison, ArmEvidence, Comparison, Report } from '../report.js';
import { details, leftOut, table, type Elsewhere } from './blocks.js';
import { bold, inline } from './escape.js';
import { fence } from './fence.js';
import { journalsBeside } from './journals.js';
import type { Limits } from './limits.js';
import { logBlocks } from './logs.js';
import { outcomeSign } from './signs.js';
import { toolBlocks } from './tools.js';

/** Log, journal, tools and what was printed, the strongest first. */
export function armBlocks(report: Report, pair: Comparison, arm: ArmComparison, limits: Limits): string[] {
  const good = { version: pair.good, evidence: arm.good };
  const bad = { version: pair.bad, evidence: arm.bad };
  // What a command printed is what it judged by, in both.
  const printed = report.oracle === null ? [bad] : [bad, good];
  return [
    `${bold(inline(arm.title, limits.cell))}: ${inline(pair.good, limits.cell)} against ${inline(pair.bad, limits.cell)}`,
    ...logBlocks(report, pair, arm, limits),
    journalsBeside(report, good, bad, limits),
    ...toolBlocks(report, [good, bad], limits),
    ...printed.flatMap(({ version, evidence }) => outputBlocks(report, version, evidence, limits)),
  ];
}

/** What a release printed and showed at the end, folded. */
export function outputBlocks(
  elsewhere: Elsewhere,
  version: string,
  { stdout, stderr, screen }: ArmEvidence,
  limits: Limits,
): string[] {
  const folded = (what: string, lines: readonly string[]) => {
    if (lines.length === 0 || limits.output === 0) return '';
    const shown = lines.slice(0, limits.output);
    return details(`${what} of ${version}`, [
      fence(shown, 'text', limits.line),
      leftOut(elsewhere, lines.length - shown.length, 'line'),
    ]);
  };
  return [
    folded('What was on stdout', printed(stdout)),
    folded('What was on stderr', printed(stderr)),
    folded('The screen at the end', screen ?? []),
  ];
}

/** As many lines as there may be are still a bounded amount of text: it was cut when it was recorded. */
const printed = (text: string): string[] => (text.trim() === '' ? [] : text.trimEnd().split('\n'));

/** A row for each of these arms: what either release did. */
export function armTable(
  { oracle }: Report,
  { good, bad }: Comparison,
  arms: readonly ArmComparison[],
  { cell, rows }: Limits,
): string {
  const what = oracle === null ? 'Server behaviour' : 'Judged by a command';
  const head = [what, inline(good, cell), inline(bad, cell)];
  const finding = ({ outcome, evidence }: ArmEvidence) => `${outcomeSign(outcome)} ${inline(evidence, cell)}`;
  return table(
    head,
    arms.slice(0, rows).map((arm) => [inline(arm.title, cell), finding(arm.good), finding(arm.bad)]),
  );
}

/** The comparison that the report is about. */
export const primary = ({ comparisons }: Report): Comparison | undefined => comparisons[0];

/** The arms in which the bad release fails, but for the control. */
export const failing = ({ arms }: Comparison): readonly ArmComparison[] =>
  arms.filter(({ isControl, bad }) => !isControl && bad.outcome === 'fail');

/** The one arm that tells most of a comparison. */
export const tellingArm = (pair: Comparison | undefined): ArmComparison | undefined =>
  pair && (failing(pair)[0] ?? pair.arms[0]);
