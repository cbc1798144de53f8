/** Fenced blocks that hold text of others: a line of theirs is a line of the block, and no line of theirs ends it. Pure. */
import { keptOf, keptOfSeen, omittedText } from '../cut.js';
import { printableLine, withoutControls } from '../printable.js';
import type { DiffLine } from '../report.js';
import { longestRun } from './escape.js';

/**
 * @param info language of the block, a word of ours
 * @param width characters to keep of each line
 */
export function fence(
  lines: readonly string[],
  info: 'text' | 'json' | 'shell' | 'diff',
  width: number,
): string {
  const shown = lines.map((line) => plainLine(line, width));
  const ticks = '`'.repeat(Math.max(3, Math.max(0, ...shown.map(longestRun)) + 1));
  return [`${ticks}${info}`, ...shown, ticks].join('\n');
}

/** A text as it is, whole: what nobody sees has been written out in it, or is left out. `info` is of our own words. */
export function wholeFence(text: string, info: string): string {
  const shown = withoutControls(text).replace(/\n$/u, '');
  const ticks = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return [`${ticks}${info}`, shown, ticks].join('\n');
}

/** A difference as GitHub colours it: what the bad release alone does is added. */
export function diffFence(lines: readonly DiffLine[], width: number): string {
  return fence(lines.map(diffLine), 'diff', width);
}

function diffLine({ kind, text }: DiffLine): string {
  switch (kind) {
    case 'added':
      return `+ ${text}`;
    case 'removed':
      return `- ${text}`;
    case 'same':
      return `  ${text}`;
    case 'skipped':
      return `@@ ${text} @@`;
  }
}

/** Lines of a text, with no more than `limit` characters of it looked at. */
export const linesOf = (text: string, limit: number): string[] =>
  keptOf(text, limit).kept.split(/\r\n|[\n\r]/u);

function plainLine(line: string, width: number): string {
  const { kept, omitted } = keptOfSeen(line, width, printableLine);
  return [kept, omittedText(omitted)].join(' ').trimEnd();
}
