/** A mask finds what others must not read, and says what takes its place. In time that grows with the text and no faster. Pure. */

/** In place of every secret. */
export const KEY = '[key]';

/**
 * Takes out of a text what others must not read.
 * @param replace what is to stand in place of a secret: KEY where it is left out
 */
export type Mask = (text: string, replace?: (secret: string) => string) => string;

/**
 * A mask of a regular expression. A client may write megabytes without a break: it must begin at a place that only one match
 * can begin at, and everything in it that repeats has a bound, or is one class of characters (`*`, not `{6,}`).
 * @param by of a match with its groups, what is to stand there: the match itself where it is none
 * @param hint without which there is no match: found in a tenth of the time
 */
export const maskOf =
  (pattern: RegExp, by: (...match: string[]) => string, hint?: RegExp): Mask =>
  (text, replace) =>
    hint?.test(text) === false
      ? text
      : text.replaceAll(pattern, (was, ...groups: string[]) => {
          const is = by(was, ...groups);
          const at = is.indexOf(KEY);
          if (is === was || !replace || at < 0) return is;
          const after = is.slice(at + KEY.length);
          return is.slice(0, at) + replace(was.slice(at, was.length - after.length)) + after;
        });

/** The text with what each mask in turn finds taken out. */
export const masked = (text: string, masks: readonly Mask[], replace?: Parameters<Mask>[1]): string =>
  masks.reduce((kept, mask) => mask(kept, replace), text);

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

/** Fewer columns than these are no terminal's. */
const MIN_COLUMNS = 20;
/** Programs leave some columns free at the end of rows that they break. */
const FREE_COLUMNS = 6;
/** A row: a frame, blanks, or the sign of a list; its text; and blanks with the other side of the frame. */
const ROW =
  /^(\s{0,100}[│┃║|]?\s{0,100}(?:(?:[>*-]|[^\p{ASCII}\p{L}\p{N}\s])\s{1,3})?)(.*?)((?<!\s)\s*(?:[│┃║|]\s*)?)$/su;

/**
 * The rows of a screen redacted, also what goes on in the next row where a terminal has broken text because a row was full. All rows
 * stay, and frames where they are.
 */
export function redactedRows(rows: readonly string[], redact: (text: string) => string): string[] {
  const columns = rows.reduce((most, row) => Math.max(most, row.trimEnd().length), 0);
  const parts = rows.map((row) => {
    const [, before = '', text = '', after = ''] = ROW.exec(row) ?? [row, '', row];
    return {
      before,
      text,
      after,
      goesOn: columns >= MIN_COLUMNS && before.length + text.length >= columns - FREE_COLUMNS,
    };
  });
  return parts.flatMap((_, first) => {
    if (first > 0 && parts[first - 1]?.goesOn) return [];
    const last = parts.findIndex(({ goesOn }, index) => index >= first && !goesOn);
    const broken = parts.slice(first, last < 0 ? undefined : last + 1);
    const text = broken.map((part) => part.text).join('');
    const changed = changeOf(text, redact(text));
    let end = 0;
    return broken.map(({ before, text: own, after }) => {
      const start = end;
      end += own.length;
      const [from, to] = [changed.from, changed.to].map((at) => Math.max(0, at - start));
      const isIn = changed.from >= start && changed.from < end;
      // Also by itself: behind the row above, a name at its beginning may look like a part of a word.
      const row = before + redact(own.slice(0, from) + (isIn ? changed.by : '') + own.slice(to));
      return after.trim() === '' ? row + after : row.padEnd(before.length + own.length) + after;
    });
  });
}

/** The one part in which two texts differ, and what it is in the other. */
function changeOf(text: string, other: string) {
  const most = Math.min(text.length, other.length);
  let from = 0;
  while (from < most && text[from] === other[from]) from += 1;
  let after = 0;
  while (after < most - from && text.at(-1 - after) === other.at(-1 - after)) after += 1;
  return { from, to: text.length - after, by: other.slice(from, other.length - after) };
}
