/**
 * Text of others inside Markdown of ours. GitHub looks for mentions and e-mail addresses in the rendered text, where `&#64;`
 * and `\@` are an `@` again (html-pipeline, MentionFilter; readme of micromark-extension-gfm-autolink-literal); only code is
 * left alone. So a word in which anything might mean something is shown as code, and all other words are as they were. Pure.
 */
import { keptOfSeen, omittedText } from '../cut.js';
import { printable } from '../printable.js';

/** Markdown's own characters; addresses, mentions and references; emoji by name; what may be a commit. */
const ACTIVE = /[`\\*_[\]<>&~|{}@$^#]|:\/\/|www\.|:(?=\d*[a-z+_-])[\w+-]+:|:\d{3,}:|\b[\da-f]{7,}\b/iu;
/** `GH-1`, and what a repository may have made a reference of its own: `TICKET-4711`. */
const REFERENCE = /\b(?:[Gg][Hh]|[A-Z]{2,})-\d/u;
/** What would begin a list, a heading or a rule if it were the first word of a paragraph. */
const MARKER = /^(?:[-+=]+|\d{1,9}[.)])$/u;

/**
 * One line of text for a paragraph, an item or a cell.
 * @param limit characters to keep; what is cut is counted
 */
export function inline(text: string, limit: number): string {
  const { kept, omitted } = keptOfSeen(text, limit, printable);
  const parts: Part[] = [];
  for (const [index, word] of kept.split(' ').filter(Boolean).entries()) {
    const [first, ...rest] = partsOf(word, index === 0);
    const last = parts.at(-1);
    if (first && last?.isCode === first.isCode && last.isOpen) parts.splice(-1, 1, joined(last, first));
    else if (first) parts.push(first);
    parts.push(...rest);
  }
  const shown = parts.map(
    ({ isCode, isOpen, text: words }) => (isCode ? span(words) : words) + (isOpen ? ' ' : ''),
  );
  return [shown.join('').trimEnd(), omittedText(omitted)].filter(Boolean).join(' ');
}

/** Words that are shown alike. `isOpen`: a blank follows. */
interface Part {
  readonly isCode: boolean;
  readonly isOpen: boolean;
  readonly text: string;
}

const joined = (one: Part, other: Part): Part => ({ ...other, text: `${one.text} ${other.text}` });

const PUNCTUATED = /^(["'(]*)(.*?)([;,.:!?"')]*)$/u;

/** A word as code where it might mean something, without the punctuation around it if the rest of it is what might. */
function partsOf(word: string, isFirst: boolean): Part[] {
  const isMarker = isFirst && MARKER.test(word);
  if (isMarker || !isActive(word)) return [{ isCode: isMarker, isOpen: true, text: word }];
  const [, before = '', core = '', after = ''] = PUNCTUATED.exec(word) ?? [];
  if (!isActive(core)) return [{ isCode: true, isOpen: true, text: word }];
  return [
    { isCode: false, isOpen: false, text: before },
    { isCode: true, isOpen: after === '', text: core },
    { isCode: false, isOpen: true, text: after },
  ].filter(({ text }) => text !== '');
}

/** The same text as code, whole; empty for an empty one. */
export function code(text: string, limit: number): string {
  const { kept, omitted } = keptOfSeen(text, limit, printable);
  return [kept === '' ? '' : span(kept), omittedText(omitted)].filter(Boolean).join(' ');
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
