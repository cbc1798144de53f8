/** What the clients' own debug logs say, the good release's against the bad one's. Pure. */
import type { Comparison, DiffLine, LogDifference, Report } from '../report.js';
import { details, leftOut } from './blocks.js';
import { counted, inline } from './escape.js';
import { diffFence, fence } from './fence.js';
import type { Limits } from './limits.js';

type Pair = Pick<Comparison, 'good' | 'bad'>;

/** The telling lines, the difference in the lines that name the server, and folded the whole one. */
export function logBlocks(report: Report, pair: Pair, log: LogDifference | null, limits: Limits): string[] {
  if (log === null) return [`Neither ${names(pair, 'nor', limits)} wrote a debug log.`];
  return [
    ...tellingBlocks(report, pair, log, limits),
    ...focusedBlocks(report, pair, log, limits),
    details(`The whole difference of the logs, ${counted(log.full.length, 'line')}`, [
      limits.full === 0 ? '' : diffFence(log.full.slice(0, limits.full), limits.line),
      leftOut(report, log.full.length - limits.full, 'line'),
    ]),
  ];
}

function tellingBlocks(report: Report, pair: Pair, log: LogDifference, limits: Limits): string[] {
  const { telling, goodLogs, badLogs } = log;
  if (telling.length === 0 || badLogs === 0) return [];
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

function focusedBlocks(report: Report, pair: Pair, { focused }: LogDifference, limits: Limits): string[] {
  const [good, bad] = [inline(pair.good, limits.cell), inline(pair.bad, limits.cell)];
  if (!focused.some(isChange))
    return [`In the lines that name the server, the logs of ${names(pair, 'and', limits)} do not differ.`];
  return [
    `The lines that name the server; \`+\` is in ${bad} only, \`-\` in ${good} only. Times, ports and ids are replaced by their names.`,
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
