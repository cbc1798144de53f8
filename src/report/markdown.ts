/**
 * Blocks as GitHub-flavoured Markdown, in which text of others is nothing but text. GitHub looks for mentions and e-mail
 * addresses in the rendered text, where `&#64;` and `\@` are an `@` again (html-pipeline, MentionFilter; readme of
 * micromark-extension-gfm-autolink-literal); only code is left alone. So a word in which anything might mean something is shown
 * as code, and all other words are as they were. Pure.
 */
import { diffArrays } from 'diff';
import { LANGUAGE } from './carried-file.js';
import { cellsOf, isMany, shownOf, type Block, type Inline, type Lane, type Piece } from './document.js';
import type { Limits } from './limits.js';
import type { DiffLine } from './logs.js';
import type { Arrow } from './steps.js';
import { linkTo, omittedText, seen, seenLine, withoutControls } from './text.js';
import { counted } from './words.js';

export interface Ground {
  readonly limits: Pick<Limits, 'prose' | 'cell' | 'line'>;
  /** Where more of it is. */
  readonly more?: Inline;
  /** Where the page lies: links to other pages lead from there. */
  readonly from?: string;
}

/** Finished Markdown, the blocks divided by empty lines; those of nothing are left out. */
export const markdown = (blocks: readonly Block[], ground: Ground): string =>
  shownOf(blocks)
    .map((block) => blockOf(block, ground))
    .filter(Boolean)
    .join('\n\n');

function blockOf(block: Block, ground: Ground): string {
  const text = (of: Inline) => inlineOf(of, ground).trim();
  switch (block.kind) {
    case 'paragraph':
      return text(block.of);
    case 'list': {
      const items = block.items.map(text).filter(Boolean);
      if (block.look === 'warnings') return `> [!WARNING]\n${items.map((item) => `> - ${item}`).join('\n')}`;
      return items.map((item, index) => `${block.isNumbered ? `${index + 1}.` : '-'} ${item}`).join('\n');
    }
    case 'table':
      return tableOf(
        block.head.map(text),
        block.rows.map((row) => cellsOf(row).map(text)),
      );
    case 'lines':
      return fence(block.lines, block.language, ground);
    case 'file':
      return fileOf(block);
    case 'diff':
      return fence(block.lines.map(diffLine), 'diff', ground);
    case 'sequence':
      return journals(block.lanes, text, ground);
    case 'fold': {
      const inner = markdown(block.blocks, ground);
      if (block.isFlat) return [text(block.title), inner].filter(Boolean).join('\n\n');
      return `<details>\n<summary>${plainWords(block.title, ground)}</summary>\n\n${inner}\n\n</details>`;
    }
    case 'section': {
      const inner = markdown(block.blocks, ground) || text(block.otherwise ?? '');
      return [`${'#'.repeat(block.level)} ${text(block.title)}`, inner].filter(Boolean).join('\n\n');
    }
  }
}

/** A table of finished cells. */
function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(tableLine).join('\n');
}

const tableLine = (cells: readonly string[]) => `| ${cells.map(inCell).join(' | ')} |`;

/**
 * GFM 4.10: a pipe is escaped inside a cell, even in code. Parsers differ on a backslash before an escaped pipe, so there
 * a sign is used that looks like one.
 */
const inCell = (text: string) =>
  text.replaceAll(/(\\?)\|/gu, (_, slash: string) => (slash ? String.raw`\∣` : String.raw`\|`));

/** Of a summary, whose line is raw HTML: words and versions, and no sign that means anything. */
function plainWords(of: Inline, ground: Ground): string {
  if (typeof of === 'string')
    return seen(of, ground.limits.cell).kept.replaceAll(/[^\p{L}\p{N} .,:;()+-]/gu, '');
  if (isMany(of)) return of.map((one) => plainWords(one, ground)).join('');
  if (of.kind === 'own') return of.text.replaceAll(/[^\p{L}\p{N} .,:;()+-]/gu, '');
  return 'text' in of ? plainWords(of.text, ground) : 'of' in of ? plainWords(of.of, ground) : '';
}

/** Finished Markdown within a line. */
function inlineOf(of: Inline, ground: Ground): string {
  if (typeof of === 'string') return words(of, ground.limits.cell);
  return isMany(of) ? of.map((one) => inlineOf(one, ground)).join('') : pieceOf(of, ground);
}

function pieceOf(piece: Piece, ground: Ground): string {
  switch (piece.kind) {
    case 'own':
      return piece.text;
    case 'long':
      return words(piece.text, ground.limits.prose);
    case 'code':
      return codeOf(piece.text, ground.limits.cell);
    case 'sign':
      return piece.glyph;
    case 'bold':
    case 'soft': {
      const text = inlineOf(piece.of, ground);
      const marks = piece.kind === 'bold' ? '**' : '_';
      return text === '' ? '' : marks + text + marks;
    }
    case 'hinted':
      return inlineOf(piece.of, ground);
    case 'link': {
      const text = inlineOf(piece.of, ground);
      const { to } = piece;
      if ('place' in to && !('page' in to)) return text;
      if ('url' in to)
        return PLAIN_URL.test(to.url) && to.url.length <= 300
          ? `<${to.url}>`
          : codeOf(to.url, ground.limits.cell);
      const { from = '' } = ground;
      return text === ''
        ? ''
        : `[${text}](${linkTo(to.page.markdown, { from, anchor: anchorOf(to.place) })})`;
    }
    case 'omitted': {
      const what = counted(piece.count, piece.noun);
      return ground.more === undefined
        ? `_${what} left out here._`
        : `_${what} left out here. To see more:_ ${inlineOf(ground.more, ground)}`;
    }
  }
}

/** GitHub makes anchors of headings, and of nothing else. */
const anchorOf = (place = ''): string => (/^[\w.-]*$/u.test(place) ? place : '');

/** An address in which nothing is that Markdown might read. */
const PLAIN_URL = /^https:\/\/[a-z\d.-]+(?::\d+)?(?:\/[\w./%#?=+,-]*)?$/iu;

/** Markdown's own characters; addresses, mentions and references; emoji by name; what may be a commit. */
const ACTIVE = /[`\\*_[\]<>&~|{}@$^#]|:\/\/|www\.|:(?=\d*[a-z+_-])[\w+-]+:|:\d{3,}:|\b[\da-f]{7,}\b/iu;
/** `GH-1`, and what a repository may have made a reference of its own: `TICKET-4711`. */
const REFERENCE = /\b(?:[Gg][Hh]|[A-Z]{2,})-\d/u;
/** What would begin a list, a heading or a rule if it were the first word of a paragraph. */
const MARKER = /^(?:[-+=]+|\d{1,9}[.)])$/u;

/** Text of others within a line; what is cut is counted. */
function words(text: string, limit: number): string {
  const { kept, omitted } = seen(text, limit);
  const parts: Part[] = [];
  for (const [index, word] of kept.split(' ').filter(Boolean).entries()) {
    const [first, ...rest] = partsOf(word, index === 0);
    const last = parts.at(-1);
    if (first && last?.isCode === first.isCode && last.isOpen)
      parts.splice(-1, 1, { ...first, text: `${last.text} ${first.text}` });
    else if (first) parts.push(first);
    parts.push(...rest);
  }
  const shown = parts.map(
    ({ isCode, isOpen, text: said }) => (isCode ? span(said) : said) + (isOpen ? ' ' : ''),
  );
  return [shown.join('').trimEnd(), omittedText(omitted)].filter(Boolean).join(' ');
}

/** Words that are shown alike. `isOpen`: a blank follows. */
interface Part {
  readonly isCode: boolean;
  readonly isOpen: boolean;
  readonly text: string;
}

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

const isActive = (word: string) => ACTIVE.test(word) || REFERENCE.test(word);

function codeOf(text: string, limit: number): string {
  const { kept, omitted } = seen(text, limit);
  return [kept === '' ? '' : span(kept), omittedText(omitted)].filter(Boolean).join(' ');
}

/** CommonMark 0.31, 6.1: a code span ends at the first run of as many backticks as it began with. */
function span(text: string): string {
  const ticks = '`'.repeat(longestRun(text) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

/** How many backticks there are in succession, at most. */
const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/gu) ?? []).map(({ length }) => length));

const MAX_COMMAND = 4_000;

/** A line of theirs is a line of the block, and no line of theirs ends it. */
function fence(lines: readonly string[], info: string, { limits }: Ground): string {
  // A command is whole, however little room there is for others: one that is longer nobody types.
  const shown = lines.map((line) => seenLine(line, info === 'shell' ? MAX_COMMAND : limits.line));
  const ticks = '`'.repeat(Math.max(3, Math.max(0, ...shown.map(longestRun)) + 1));
  return [`${ticks}${info}`, ...shown, ticks].join('\n');
}

/** Whole: what nobody sees has been written out in it, or is left out. */
function fileOf({ name, text }: { readonly name: string; readonly text: string }): string {
  const shown = withoutControls(text).replace(/\n$/u, '');
  const ticks = '`'.repeat(Math.max(3, longestRun(shown) + 1));
  return [`${ticks}${LANGUAGE} ${name}`, shown, ticks].join('\n');
}

/** As GitHub colours it: what the bad release alone does is added. */
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

/** One journal as a table; of two what is the same stands in one row, all else in a row of its own, marked. */
function journals(lanes: readonly Lane[], text: (of: Inline) => string, ground: Ground): string {
  const [left, right] = lanes;
  const halves = lanes.map(({ steps }) => halvesOf(steps, ground));
  const heads = lanes.flatMap(({ title }) => ['ms', text(title)]);
  if (!left || !right) return tableOf(heads, halves[0] ?? []);
  const [ours = [], theirs = []] = halves;
  // Each side's own steps are taken in turn, so that both keep their own times.
  const rows = diffArrays([...left.steps], [...right.steps], { comparator: isSame }).flatMap(
    ({ value, added, removed }) =>
      value.map(() => [
        added || removed ? '≠' : '',
        ...((added ? undefined : ours.shift()) ?? ['', '']),
        ...((removed ? undefined : theirs.shift()) ?? ['', '']),
      ]),
  );
  const isMarked = rows.some(([sign]) => sign !== '');
  const note = isMarked ? '\n\n≠: not at this place in the journal of the other release.' : '';
  return tableOf(['', ...heads], rows) + note;
}

const isSame = (one: Arrow, other: Arrow) => withoutTimes(one) === withoutTimes(other);

const withoutTimes = ({ from, to, kind, text, detail }: Arrow): string =>
  [from, to, kind, text, detail.replaceAll(/[\d.]+ m?s\b/gu, '')].join('\n');

/** `→ gateway: POST tools/list`, `← gateway: **404** (to GET; held 1 ms)`, each behind its time. */
function halvesOf(steps: readonly Arrow[], { limits: { cell } }: Ground): string[][] {
  const withSession = steps.some(({ session }) => (session ?? 0) > 1);
  return steps.map(({ atMs, from, to, text, detail, tone, session }) => {
    const arrow = from === 'client' ? `→ ${to}` : `← ${from}`;
    const said = words(text, cell);
    const more = words(detail, cell);
    const shown = tone === 'plain' || said === '' ? said : `**${said}**`;
    const number = withSession && session !== null ? ` · session ${session}` : '';
    return [String(Math.round(atMs)), `${arrow}: ${shown}${more ? ` (${more})` : ''}${number}`];
  });
}
