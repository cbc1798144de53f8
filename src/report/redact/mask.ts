/** A mask finds what others must not read, and says what takes its place. In time that grows with the text and no faster. Pure. */

/** In place of every secret. */
export const KEY = '[key]';

/** What stands in place of something; a name or a value may go on around it. */
export const TAG = String.raw`\[(?:key|user|host|cache)\]`;

/** A part of a text, and what is to stand there. */
export interface Found {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** Finds parts in order, none over another. */
export type Mask = (text: string) => Iterable<Found>;

/**
 * A mask of a regular expression, which must begin at a place that only one match can begin at, and have bounds or single
 * character classes: a client may write megabytes without a break. (`{6,}` keeps every step in memory, `{6}` and `*` do not.)
 * @param by of a match with its groups, what is to stand there: the match itself where it is none
 * @param hint without which there is no match: found in a tenth of the time
 */
export function maskOf(pattern: RegExp, by: (...match: string[]) => string, hint?: RegExp): Mask {
  return function* find(text) {
    if (hint?.test(text) === false) return;
    for (const match of text.matchAll(pattern)) {
      const to = match.index + match[0].length;
      const replacement = by(...match);
      if (replacement !== match[0]) yield { from: match.index, to, by: replacement };
    }
  };
}

/** The text with what each mask in turn finds taken out. */
export function masked(text: string, masks: readonly Mask[]): string {
  return masks.reduce((kept, find) => {
    let done = '';
    let from = 0;
    for (const found of find(kept)) {
      done += kept.slice(from, found.from) + found.by;
      from = found.to;
    }
    return from === 0 ? kept : done + kept.slice(from);
  }, text);
}

/**
 * What stands for another character, and so before a word, though it ends in a letter or a digit: `\n` and `\u001b` of
 * JSON, `%22` of an address, and `[32m`, which is left of a colour without its first character.
 */
const ESCAPED = String.raw`\\[nrtbfv]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|\[[\d;]{1,12}m`;

/**
 * Where a word begins in text of any origin: source of a regular expression.
 * @param others class of the characters after which none begins: `[A-Za-z0-9]`
 */
export const startAfterNone = (others: string): string => `(?:(?<!${others})|(?<=${ESCAPED}))`;

/** A word of ASCII. */
export const WORD_START = startAfterNone('[A-Za-z0-9]');

/** A text as it is matched by a regular expression. */
export const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
