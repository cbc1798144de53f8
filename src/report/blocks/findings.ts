/** Which arms pass and which fail, of two releases beside each other and of all. Pure. */
import type { ArmComparison, Comparison } from '../comparison.js';
import { bold, list, own, paragraph, says, table, type Block, type Inline } from '../document.js';
import type { ArmEvidence } from '../evidence.js';
import type { Limits } from '../limits.js';
import type { Report } from '../report.js';
import { aloneBlocks, comparedBlocks, endOf } from './arm.js';
import { bounded, outcomeSign } from './signs.js';

/** The comparison that the report is about. */
export const primary = ({ comparisons }: Report): Comparison | undefined => comparisons[0];

/** The arms in which the bad release fails, but for the control. */
export const failing = ({ arms }: Comparison): readonly ArmComparison[] =>
  arms.filter(({ isControl, bad }) => !isControl && bad.outcome === 'fail');

/** The one arm that tells most of a comparison. */
export const tellingArm = (pair: Comparison | undefined): ArmComparison | undefined =>
  pair && (failing(pair)[0] ?? pair.arms[0]);

/** A row for each of these arms: what either release did. */
export function armTable(
  { run: { oracle } }: Report,
  { good, bad }: Comparison,
  arms: readonly ArmComparison[],
  { rows }: Limits,
): Block {
  const what = oracle === null ? 'Server behaviour' : 'Judged by a command';
  return table(
    [own(what), good, bad],
    arms.slice(0, rows).map((arm) => [arm.title, findingOf(arm.good), findingOf(arm.bad)]),
  );
}

const findingOf = ({ outcome, evidence }: ArmEvidence): Inline => says`${outcomeSign(outcome)} ${evidence}`;

/** What either release did under each arm that fails, and what of it the bad one alone logged. */
export function failingBlocks(report: Report, pair: Comparison, limits: Limits): Block[] {
  const arms = failing(pair);
  const logged = arms.slice(0, limits.rows).map(({ title, good, bad }) => {
    const said = bad.logged.filter((meaning) => !good.logged.includes(meaning)).join(', ');
    const where = arms.length > 1 ? says` (${title})` : '';
    return said ? says`By its own log${where}, ${pair.bad} ${said}.` : '';
  });
  return [armTable(report, pair, arms, limits), list(logged)];
}

/** Each release with its arms, a row for each. */
export function findingBlocks({ run, evidence }: Report, limits: Limits): Block[] {
  const rows = [...evidence].flatMap(([version, arms]): Inline[][] => {
    if (arms.length === 0)
      return [[version, '', run.answer.rows.find((row) => row.version === version)?.reason ?? '', '', '']];
    return arms.map((arm) => [version, arm.title, findingOf(arm), endOf(arm), arm.logged.join(', ')]);
  });
  const head = ['Release', 'Arm', 'Finding', 'How it ended', 'The client logged that it'].map(own);
  return bounded(rows, limits.rows, 'row', (shown) => table(head, shown));
}

/** What was recorded of the one arm that tells most; where there are no two to compare, of the release that tells most. */
export function tellingBlocks(report: Report, limits: Limits): Block[] {
  const pair = primary(report);
  const arm = tellingArm(pair);
  return pair && arm ? comparedBlocks(report, pair, arm, limits) : newestBlocks(report, limits);
}

/**
 * The newest of the releases that fail, or else of those that could not be judged, or of all that ran: its arms, those that
 * fail first, with their journals, and of those that do not pass what they logged and printed.
 */
function newestBlocks({ run: { oracle }, evidence }: Report, limits: Limits): Block[] {
  const ran = [...evidence].filter(([, arms]) => arms.length > 0);
  const newest = (wanted: ArmEvidence['outcome']) =>
    ran.findLast(([, arms]) => arms.some(({ outcome, isControl }) => outcome === wanted && !isControl));
  const release = newest('fail') ?? newest('unclear') ?? ran.at(-1);
  if (!release) return [];
  const [version, arms] = release;
  return arms
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, Math.max(1, limits.others))
    .flatMap((arm) => [
      paragraph(says`${bold(arm.title)}, ${version}: ${arm.evidence}`),
      ...aloneBlocks({ version, evidence: arm }, limits, oracle !== null),
    ]);
}

const ORDER: readonly ArmEvidence['outcome'][] = ['fail', 'unclear', 'pass'];

const rank = ({ outcome, isControl }: ArmEvidence): number => ORDER.indexOf(outcome) * 2 + Number(isControl);
