/** Values of headers, which may have blanks in them, and lists of values. In linear time, like secrets.ts. Pure. */
import {
  isEndOfText,
  endOf,
  endOfBare,
  endOfLine,
  endOfQuoted,
  isSentenceAt,
  valueAt,
  type Found,
} from './secret-values.js';

/**
 * The value of an `Authorization` or a `Cookie` that is not in quotes.
 * @param sign behind the name: after a colon it is the rest of the line, and of lines that go on with it
 */
export function headerAt(text: string, from: number, sign: string): readonly Found[] {
  if (isSentenceAt(text, from)) return [];
  if (sign !== ':') {
    const to = endOfBare(text, from, false);
    return valueAt(text, from, SCHEME.test(text.slice(from, to)) ? endOfLine(text, to) : to);
  }
  const to = endOfFolded(text, from, endOfLine(text, from));
  const start = Math.min(endOf(BLANK, text, from), to);
  return isSentenceAt(text, start) ? [] : valueAt(text, start, to);
}

/** With the end of a line on which nothing stands. */
const BLANK = /[ \t]{0,40}(?:\r?\n[ \t]{0,200})?/y;
/** Schemes of RFC 9110, 11.1, as far as they are in use; the credentials follow behind a blank. */
const SCHEME = /^(?:bearer|basic|digest|token|apikey|negotiate|aws4-hmac-sha256)$/i;

/** A line on which a value goes on: no place of a stack trace, and no field of its own. */
const FOLD = /\r?\n([ \t]{1,200})(?!["']?[\w-]{1,60}["']?:(?:\s|$)|[-*}\]]|at )(?=\S)/y;
const INDENTATION = /[ \t]*/y;

/** Folded lines (RFC 9112, 5.2) are further in than the line they belong to. */
function endOfFolded(text: string, from: number, lineEnd: number): number {
  let to = lineEnd;
  if (!/[\r\n]/.test(text[to] ?? '')) return to;
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const indentation = endOf(INDENTATION, text, start) - start;
  for (let fold = foldAt(text, to); fold && (fold[1] ?? '').length > indentation; fold = foldAt(text, to))
    to = endOfLine(text, to + fold[0].length);
  return to;
}

function foldAt(text: string, at: number): RegExpExecArray | null {
  FOLD.lastIndex = at;
  return FOLD.exec(text);
}

const LIST = /\[\s{0,40}/y;
const ITEM = /\s{0,40},?\s{0,40}(\\{0,7}["'])/y;

/** The quoted items of a list: `["Bearer abc"]`. Of what is no list, none. */
export function listAt(text: string, from: number): readonly Found[] {
  const items: Found[] = [];
  ITEM.lastIndex = endOf(LIST, text, from);
  if (ITEM.lastIndex === from) return items;
  for (let match = ITEM.exec(text); match; match = ITEM.exec(text)) {
    const start = match.index + match[0].length;
    if (isEndOfText(text, start)) break;
    const to = endOfQuoted(text, start, match[1] ?? '');
    items.push(...valueAt(text, start, to));
    ITEM.lastIndex = to + (match[1]?.length ?? 0);
  }
  return items;
}
