/** Fenced blocks that hold text of others: a line of theirs is a line of the block, and no line of theirs ends it. Pure. */
import { printableLine } from '../printable.js';
import type { DiffLine } from '../report.js';
import { cutTo, longestRun, wellFormed } from './escape.js';

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
export const linesOf = (text: string, limit: number): string[] => text.slice(0, limit).split(/\r\n|[\n\r]/u);

const SLACK = 8;

function plainLine(line: string, width: number): string {
  const seen = wellFormed(printableLine(line.slice(0, width * SLACK)));
  const { kept, more } = cutTo(seen, width, line.length - Math.min(line.length, width * SLACK));
  return [kept, ...more].join(' ').trimEnd();
}
