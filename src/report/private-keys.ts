/** Private keys in text. In linear time, like secrets.ts. Pure. */
import { endOf, KEY } from './secret-values.js';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** What is in a key, and what a viewer draws before its lines. */
const BODY = /[A-Za-z0-9+/=\s:,|>│┃*#-]*/y;
/** A line break or a slash, as JSON may write it. */
const ESCAPE = /\\{1,8}[nrt/]/y;

/** The text without private keys: PEM (RFC 7468), in whatever way its line breaks are written. */
export function withoutPrivateKeys(text: string): string {
  const ends = [...text.matchAll(END)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
  }));
  let kept = '';
  let from = 0;
  let next = 0;
  for (const begin of text.matchAll(BEGIN)) {
    if (begin.index < from) continue;
    const start = begin.index + begin[0].length;
    while ((ends[next]?.from ?? Number.POSITIVE_INFINITY) < start) next += 1;
    kept += text.slice(from, begin.index) + KEY;
    from = ends[next]?.to ?? endOfBody(text, start);
  }
  return kept + text.slice(from);
}

/** Where a key ends whose last line is missing because the text was cut. */
function endOfBody(text: string, from: number): number {
  let index = endOf(BODY, text, from);
  for (let next = from; (next = endOf(ESCAPE, text, index)) > index;) index = endOf(BODY, text, next);
  return index;
}
