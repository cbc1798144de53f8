/** Two journals beside each other, or one alone: what was asked and answered, in order. Pure. */
import { diffArrays } from 'diff';
import type { ArmEvidence, Report, Step } from '../report.js';
import { counted } from '../words.js';
import { details, leftOut, table, type Elsewhere } from './blocks.js';
import { bold, inline } from './escape.js';
import type { Limits } from './limits.js';
import { outcomeSign } from './signs.js';

/** A release under one arm. */
export interface Side {
  readonly version: string;
  readonly evidence: ArmEvidence;
}

/** Both in one table: what is the same stands in one row, all else in a row of its own, marked. */
export function journalsBeside(report: Report, good: Side, bad: Side, limits: Limits): string {
  const head = ['', 'ms', titleOf(good, limits), 'ms', titleOf(bad, limits)];
  const rows = besideRows(good, bad, limits);
  const isMarked = rows.some(([sign]) => sign !== '');
  return folded(
    report,
    [good, bad],
    limits,
    `The journals of ${good.version} and ${bad.version} side by side`,
    [table(head, rows), isMarked ? '≠: not at this place in the journal of the other release.' : ''],
  );
}

/** One journal. */
export function journalAlone(elsewhere: Elsewhere, side: Side, limits: Limits): string {
  const rows = table(['ms', titleOf(side, limits)], halves(side, limits));
  return folded(elsewhere, [side], limits, `The journal of ${side.version}`, [rows]);
}

/** Of those that asked nothing there is only to say how they ended: a fold of nothing is not worth opening. */
function folded(
  elsewhere: Elsewhere,
  sides: readonly Side[],
  limits: Limits,
  summary: string,
  blocks: readonly string[],
): string {
  const isEmpty = sides.every(({ evidence: { steps, omitted } }) => steps.length + omitted === 0);
  const ends = endsOf(sides, limits);
  if (isEmpty) return `The servers were asked nothing. ${ends}`;
  return details(summary, [...blocks, ends, omittedNote(elsewhere, sides, limits)]);
}

/** Each side's own steps are taken in turn, so that both keep their own times. */
function besideRows(good: Side, bad: Side, limits: Limits): string[][] {
  const [left, right] = [good, bad].map(({ evidence }) => evidence.steps.slice(0, limits.steps));
  const parts = diffArrays(left ?? [], right ?? [], { comparator: isSame });
  const [ours, theirs] = [halves(good, limits), halves(bad, limits)];
  return parts.flatMap(({ value, added, removed }) =>
    value.map(() => [
      added || removed ? '≠' : '',
      ...((added ? undefined : ours.shift()) ?? NOTHING),
      ...((removed ? undefined : theirs.shift()) ?? NOTHING),
    ]),
  );
}

const NOTHING = ['', ''];

const isSame = (one: Step, other: Step) => withoutTimes(one) === withoutTimes(other);

function withoutTimes({ from, to, kind, text, detail }: Step): string {
  return [from, to, kind, text, detail.replaceAll(/[\d.]+ m?s\b/gu, '')].join('\n');
}

function halves({ evidence }: Side, limits: Limits): string[][] {
  const shown = evidence.steps.slice(0, limits.steps);
  const withSession = shown.some(({ session }) => (session ?? 0) > 1);
  return shown.map((step) => [String(Math.round(step.atMs)), stepText(step, withSession, limits)]);
}

/** `→ gateway: POST tools/list`, `← gateway: **404** (to GET; held 1 ms)` */
function stepText(step: Step, withSession: boolean, { cell }: Limits): string {
  const arrow = step.from === 'client' ? `→ ${step.to}` : `← ${step.from}`;
  const text = inline(step.text, cell);
  const detail = inline(step.detail, cell);
  const session = withSession && step.session !== null ? ` · session ${step.session}` : '';
  return `${arrow}: ${step.tone === 'plain' ? text : bold(text)}${detail ? ` (${detail})` : ''}${session}`;
}

const titleOf = ({ version, evidence }: Side, { cell }: Limits) =>
  `${inline(version, cell)} ${outcomeSign(evidence.outcome)}`;

function endsOf(sides: readonly Side[], { cell }: Limits): string {
  const ends = sides.map(
    ({ version, evidence: { end, durationMs } }) =>
      `${inline(version, cell)} after ${Math.round(durationMs)} ms: ${inline(end, cell)}`,
  );
  return `How the ${sides.length > 1 ? 'runs' : 'run'} ended: ${ends.join('; ')}.`;
}

/** What is cut here is in other formats; what a run did beyond the steps of a report is in none. */
function omittedNote(elsewhere: Elsewhere, sides: readonly Side[], { steps }: Limits): string {
  const sum = (countOf: (evidence: ArmEvidence) => number) =>
    sides.reduce((total, { evidence }) => total + countOf(evidence), 0);
  const beyond = sum(({ omitted }) => omitted);
  const notes = [
    leftOut(
      elsewhere,
      sum((evidence) => Math.max(0, evidence.steps.length - steps)),
      'step',
    ),
    beyond > 0 ? `_${counted(beyond, 'more step')} not kept in the report._` : '',
  ];
  return notes.filter(Boolean).join(' ');
}
