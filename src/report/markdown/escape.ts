/**
 * Text of others inside Markdown of ours. GitHub looks for mentions and e-mail addresses in the rendered text, where `&#64;`
 * and `\@` are an `@` again (html-pipeline, MentionFilter; readme of micromark-extension-gfm-autolink-literal); only code is
 * left alone. So a word in which anything might mean something is shown as code, and all other words are as they were. Pure.
 */
import { printable } from '../printable.js';

/** Markdown's own characters; addresses, mentions and references; emoji by name; what may be a commit. */
const ACTIVE = /[`\\*_[\]<>&~|{}@$^#]|:\/\/|www\.|:(?:[a-z+-]|\d{3})[\w+-]*:|\b[\da-f]{7,}\b/iu;
/** `GH-1`, and what a repository may have made a reference of its own: `TICKET-4711`. */
const REFERENCE = /\b(?:GH|gh|[A-Z]{2,})-\d/u;
/** What would begin a list, a heading or a rule if it were the first word of a paragraph. */
const MARKER = /^(?:[-+=]+|\d{1,9}[.)])$/u;

/**
 * One line of text for a paragraph, an item or a cell.
 * @param limit characters to keep; what is cut is counted
 */
export function inline(text: string, limit: number): string {
  const { kept, more } = shortened(text, limit);
  const words = kept.split(' ').filter(Boolean);
  const parts: { isCode: boolean; text: string }[] = [];
  for (const [index, word] of words.entries()) {
    const isCode = isActive(word) || (index === 0 && MARKER.test(word));
    const last = parts.at(-1);
    if (last?.isCode === isCode) last.text += ` ${word}`;
    else parts.push({ isCode, text: word });
  }
  const shown = parts.map((part) => (part.isCode ? span(part.text) : part.text));
  return [...shown, ...more].join(' ');
}

/** The same text as code, whole; empty for an empty one. */
export function code(text: string, limit: number): string {
  const { kept, more } = shortened(text, limit);
  return [...(kept === '' ? [] : [span(kept)]), ...more].join(' ');
}

/** Finished inline Markdown in bold; empty for an empty one. */
export const bold = (markdown: string): string => (markdown === '' ? '' : `**${markdown}**`);

const isActive = (word: string) => ACTIVE.test(word) || REFERENCE.test(word);

/** CommonMark 0.31, 6.1: a code span ends at the first run of as many backticks as it began with. */
function span(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

/** How many backticks there are in succession, at most. */
export function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/gu) ?? []).map(({ length }) => length));
}

/** Escape sequences take room that is not seen: so many times the limit is looked at. */
const SLACK = 8;

/** One line, printable, of `limit` characters at most; and what to say of the rest. */
function shortened(text: string, limit: number): { readonly kept: string; readonly more: readonly string[] } {
  const seen = printable(text.slice(0, limit * SLACK));
  return cutTo(wellFormed(seen), limit, text.length - Math.min(text.length, limit * SLACK));
}

/**
 * `kept` and, where something was cut, a note on it.
 * @param beyond characters that were cut before
 */
export function cutTo(
  text: string,
  limit: number,
  beyond = 0,
): { readonly kept: string; readonly more: readonly string[] } {
  const kept = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/u, '');
  const omitted = text.length - kept.length + beyond;
  return { kept, more: omitted > 0 ? [`… (${counted(omitted, 'more character')})`] : [] };
}

/** Half a surrogate pair is no text. */
export const wellFormed = (text: string): string => text.replaceAll(/\p{Cs}/gu, '\uFFFD');

/** `1 line`, `1,234 lines` */
export const counted = (count: number, noun: string): string =>
  `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
