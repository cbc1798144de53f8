/** Text of any origin as text of an XML 1.0 document; the builder escapes what is markup. Pure. */
import { cut } from './cut.js';
import { printable, printableLine } from './printable.js';

/** What a reader of CI results can make use of: it opens hundreds of them in a page. */
const MAX_LINE = 4_000;
const MAX_TEXT = 100_000;

/** A line of an attribute: no breaks, nothing that a terminal or XML objects to. */
export const xmlLine = (text: string): string => wellFormed(printable(cut(text, MAX_LINE)));

/** Several lines. Escape sequences, control characters and what XML has no place for are left out. */
export const xmlText = (text: string): string =>
  cut(
    text
      .split(/\r\n|[\n\r]/)
      .map((line) => wellFormed(printableLine(cut(line, MAX_LINE))).trimEnd())
      .join('\n'),
    MAX_TEXT,
  );

/** https://www.w3.org/TR/xml/#charsets: no surrogates by themselves, and not the last two places of the first plane. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\p{Cs}\uFFFE\uFFFF]/gu, '');
}
