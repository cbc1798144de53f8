/** What the clients' own debug logs say, the good release's against the bad one's. Pure. */
import { code, fold, lines, omitted, own, paragraph, says, type Block, type Inline } from '../document.js';
import type { Limits } from '../limits.js';
import type { ArmComparison, Comparison, DiffLine, LogDifference } from '../report.js';
import { counted } from '../words.js';

type Pair = Pick<Comparison, 'good' | 'bad'>;

/** The telling lines, the difference in the lines that name the server, and folded the whole one. */
export function logBlocks(
  pair: Pair,
  { log, good, bad }: Pick<ArmComparison, 'good' | 'bad' | 'log'>,
  limits: Limits,
): Block[] {
  if (log === null) return [paragraph(says`Neither ${both(pair, 'nor')} wrote a debug log.`)];
  // Where only one of them wrote a log there is nothing to compare.
  if (log.goodLogs === 0) return [silence(pair.good, pair.bad), ...ownLogBlocks(pair.bad, bad.log, limits)];
  if (log.badLogs === 0) return [silence(pair.bad, pair.good), ...ownLogBlocks(pair.good, good.log, limits)];
  if (!log.full.some(isChange) && !log.focused.some(isChange))
    return [
      paragraph(
        says`The debug logs of ${both(pair, 'and')} do not differ: every line is in both, equally often.`,
      ),
    ];
  return [
    ...tellingBlocks(pair, log, limits),
    ...focusedBlocks(pair, log, limits),
    fold(own(`The whole difference of the logs, ${counted(log.full.length, 'line')}`), [
      { kind: 'diff', lines: log.full.slice(0, limits.full) },
      paragraph(omitted(log.full.length - limits.full, 'line')),
    ]),
  ];
}

const silence = (silent: string, other: string): Block =>
  paragraph(says`${silent} wrote no debug log, so there is nothing to compare that of ${other} with.`);

/** The lines of one log that name the server, as they are. */
export function ownLogBlocks(version: string, log: readonly string[], limits: Limits): Block[] {
  if (log.length === 0) return [];
  return [
    paragraph(says`The lines of the debug log of ${version} that name the server. ${REPLACED}`),
    lines(log.slice(0, limits.focused)),
    paragraph(omitted(log.length - limits.focused, 'line')),
  ];
}

const REPLACED = own('Times, ports and ids are replaced by their names.');

function tellingBlocks(
  { good, bad }: Pair,
  { telling, goodLogs, badLogs }: LogDifference,
  limits: Limits,
): Block[] {
  if (telling.length === 0) return [];
  const all = own(badLogs === 1 ? 'the one log' : `all ${badLogs} logs`);
  const where =
    badLogs === 1 && goodLogs === 1
      ? says`In the log of ${bad}, and not in that of ${good}:`
      : says`In ${all} of ${bad}, in none of the ${own(String(goodLogs))} of ${good}:`;
  return [
    paragraph(where),
    { kind: 'lines', lines: telling.slice(0, limits.telling), language: 'text' },
    paragraph(omitted(telling.length - limits.telling, 'line')),
  ];
}

function focusedBlocks(pair: Pair, { focused, serverLines }: LogDifference, limits: Limits): Block[] {
  if (serverLines.good + serverLines.bad === 0)
    return [paragraph(says`No line in the logs of ${both(pair, 'and')} names the server.`)];
  if (!focused.some(isChange))
    return [
      paragraph(says`In the lines that name the server, the logs of ${both(pair, 'and')} do not differ.`),
    ];
  const { good, bad } = pair;
  return [
    paragraph(
      says`The lines that name the server. ${code('+')}: only in the log of ${bad}, or more often there; ${code('-')}: only in that of ${good}, or more often there. A line that has only moved counts as unchanged, and stands where ${bad} has it. ${REPLACED}`,
    ),
    { kind: 'diff', lines: aroundChanges(focused, limits.focused) },
    paragraph(omitted(focused.length - limits.focused, 'line')),
  ];
}

const isChange = ({ kind }: DiffLine) => kind === 'added' || kind === 'removed';

/** The first lines that fit; where they would end before anything changes, those from shortly before the first change. */
function aroundChanges(all: readonly DiffLine[], most: number): readonly DiffLine[] {
  const first = all.findIndex(isChange);
  const from = first < most - 1 ? 0 : Math.max(0, first - 2);
  return all.slice(from, from + most);
}

const both = ({ good, bad }: Pair, word: string): Inline => says`${good} ${own(word)} ${bad}`;
