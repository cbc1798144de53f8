/** What the clients' own debug logs say, the good release's against the bad one's. Pure. */
import type { ArmComparison, ArmEvidence, Comparison, DiffLine, LogDifference, Report } from '../report.js';
import { counted } from '../words.js';
import { details, leftOut, type Elsewhere } from './blocks.js';
import { inline } from './escape.js';
import { diffFence, fence } from './fence.js';
import type { Limits } from './limits.js';

type Pair = Pick<Comparison, 'good' | 'bad'>;

/** The telling lines, the difference in the lines that name the server, and folded the whole one. */
export function logBlocks(
  report: Report,
  pair: Pair,
  arm: Pick<ArmComparison, 'good' | 'bad' | 'log'>,
  limits: Limits,
): string[] {
  const { log } = arm;
  if (log === null) return [`Neither ${names(pair, 'nor', limits)} wrote a debug log.`];
  if (log.goodLogs === 0) return loneBlocks(report, [pair.good, pair.bad], arm.bad, limits);
  if (log.badLogs === 0) return loneBlocks(report, [pair.bad, pair.good], arm.good, limits);
  if (!log.full.some(isChange) && !log.focused.some(isChange))
    return [
      `The debug logs of ${names(pair, 'and', limits)} do not differ: every line is in both, equally often.`,
    ];
  return [
    ...tellingBlocks(report, pair, log, limits),
    ...focusedBlocks(report, pair, log, limits),
    details(`The whole difference of the logs, ${counted(log.full.length, 'line')}`, [
      limits.full === 0 ? '' : diffFence(log.full.slice(0, limits.full), limits.line),
      leftOut(report, log.full.length - limits.full, 'line'),
    ]),
  ];
}

/** Where only one of them wrote a log there is nothing to compare. */
function loneBlocks(
  report: Report,
  [silent, other]: readonly [string, string],
  evidence: ArmEvidence,
  limits: Limits,
): string[] {
  const { cell } = limits;
  return [
    `${inline(silent, cell)} wrote no debug log, so there is nothing to compare that of ${inline(other, cell)} with.`,
    ...ownLogBlocks(report, other, evidence, limits),
  ];
}

/** The lines of one log that name the server, as they are. */
export function ownLogBlocks(
  elsewhere: Elsewhere,
  version: string,
  { log }: Pick<ArmEvidence, 'log'>,
  limits: Limits,
): string[] {
  if (log.length === 0) return [];
  return [
    `The lines of the debug log of ${inline(version, limits.cell)} that name the server. ${REPLACED}`,
    fence(log.slice(0, limits.focused), 'text', limits.line),
    leftOut(elsewhere, log.length - limits.focused, 'line'),
  ];
}

const REPLACED = 'Times, ports and ids are replaced by their names.';

function tellingBlocks(report: Report, pair: Pair, log: LogDifference, limits: Limits): string[] {
  const { telling, goodLogs, badLogs } = log;
  if (telling.length === 0) return [];
  const [good, bad] = [inline(pair.good, limits.cell), inline(pair.bad, limits.cell)];
  const where =
    badLogs === 1 && goodLogs === 1
      ? `In the log of ${bad}, and not in that of ${good}:`
      : `In ${badLogs === 1 ? 'the one log' : `all ${badLogs} logs`} of ${bad}, in none of the ${goodLogs} of ${good}:`;
  return [
    where,
    fence(telling.slice(0, limits.telling), 'text', limits.line),
    leftOut(report, telling.length - limits.telling, 'line'),
  ];
}

function focusedBlocks(report: Report, pair: Pair, log: LogDifference, limits: Limits): string[] {
  const { focused, serverLines } = log;
  if (serverLines.good + serverLines.bad === 0)
    return [`No line in the logs of ${names(pair, 'and', limits)} names the server.`];
  if (!focused.some(isChange))
    return [`In the lines that name the server, the logs of ${names(pair, 'and', limits)} do not differ.`];
  const [good, bad] = [inline(pair.good, limits.cell), inline(pair.bad, limits.cell)];
  return [
    `The lines that name the server. \`+\`: only in the log of ${bad}, or more often there; \`-\`: only in that of ${good}, or more often there. A line that has only moved counts as unchanged, and stands where ${bad} has it. ${REPLACED}`,
    diffFence(aroundChanges(focused, limits.focused), limits.line),
    leftOut(report, focused.length - limits.focused, 'line'),
  ];
}

const isChange = ({ kind }: DiffLine) => kind === 'added' || kind === 'removed';

/** The first lines that fit; where they would end before anything changes, those from shortly before the first change. */
function aroundChanges(lines: readonly DiffLine[], most: number): readonly DiffLine[] {
  const first = lines.findIndex(isChange);
  const from = first < most - 1 ? 0 : Math.max(0, first - 2);
  return lines.slice(from, from + most);
}

const names = ({ good, bad }: Pair, word: string, { cell }: Limits) =>
  `${inline(good, cell)} ${word} ${inline(bad, cell)}`;
