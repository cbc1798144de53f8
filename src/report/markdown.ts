/**
 * Blocks as GitHub-flavoured Markdown, in which text of others is nothing but text. GitHub looks for mentions and e-mail
 * addresses in the rendered text, where `&#64;` and `\@` are an `@` again (html-pipeline, MentionFilter; readme of
 * micromark-extension-gfm-autolink-literal); only code is left alone. So a word in which anything might mean something is shown
 * as code, and all other words are as they were. Pure.
 */
import { diffArrays } from 'diff';
import { LANGUAGE } from './carried-file.js';
import { cellsOf, isMany, plainText, shownOf, type Block, type Inline, type Lane } from './document.js';
import { lineLimit, type Limits } from './limits.js';
import { linkTo } from './links.js';
import type { DiffLine } from './logs.js';
import type { Arrow } from './steps.js';
import { omittedText, seen, seenLine, withoutControls } from './text.js';
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
      return linesIn(block.lines, block.language, ground);
    case 'file':
      // Whole: what nobody sees has been written out in it, or is left out.
      return fence([withoutControls(block.text).replace(/\n$/u, '')], `${LANGUAGE} ${block.name}`);
    case 'diff':
      return linesIn(block.lines.map(diffLine), 'diff', ground);
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
const plainWords = (of: Inline, { limits }: Ground): string =>
  seen(plainText(of), limits.prose).kept.replaceAll(/[^\p{L}\p{N} .,:;()+-]/gu, '');

/** Finished Markdown within a line. */
function inlineOf(of: Inline, ground: Ground): string {
  const { limits, more, from = '' } = ground;
  if (typeof of === 'string') return words(of, limits.cell);
  if (isMany(of)) return of.map((one) => inlineOf(one, ground)).join('');
  const text = 'of' in of ? inlineOf(of.of, ground) : '';
  switch (of.kind) {
    case 'own':
      return of.text;
    case 'long':
      return words(of.text, limits.prose);
    case 'code':
      return codeOf(of.text, limits.cell);
    case 'sign':
      return of.glyph;
    case 'bold':
      return text && `**${text}**`;
    case 'soft':
      return text && `_${text}_`;
    case 'hinted':
      return text;
    case 'link': {
      const { to } = of;
      if ('page' in to) {
        const href = linkTo(to.page.markdown, { from, anchor: anchorOf(to.place) });
        return text && `[${text}](${href})`;
      }
      if ('place' in to) return text;
      const isPlain = PLAIN_URL.test(to.url) && to.url.length <= 300;
      return isPlain ? `<${to.url}>` : codeOf(to.url, limits.cell);
    }
    case 'omitted': {
      const left = `${counted(of.count, of.noun)} left out here.`;
      return more === undefined ? `_${left}_` : `_${left} To see more:_ ${inlineOf(more, ground)}`;
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

/** Text of others within a line; what is cut is counted. Words that are shown as code beside each other are in one span. */
function words(text: string, limit: number): string {
  const { kept, omitted } = seen(text, limit);
  let shown = '';
  let coded: string[] = [];
  const close = () => {
    if (coded.length > 0) shown += span(coded.join(' '));
    coded = [];
  };
  for (const [index, word] of kept.split(' ').filter(Boolean).entries()) {
    const [before, core, after] = partsOf(word, index === 0);
    if (core !== '' && before === '' && coded.length > 0) coded.push(core);
    else {
      close();
      shown += (index === 0 ? '' : ' ') + before;
      if (core !== '') coded.push(core);
    }
    if (after !== '') {
      close();
      shown += after;
    }
  }
  close();
  return [shown, omittedText(omitted)].filter(Boolean).join(' ');
}

const PUNCTUATED = /^(["'(]*)(.*?)([;,.:!?"')]*)$/u;

/** What of a word might mean something, and what is before and after it: punctuation, if the rest of it is what might. */
function partsOf(word: string, isFirst: boolean): [before: string, core: string, after: string] {
  const isMarker = isFirst && MARKER.test(word);
  if (!isMarker && !isActive(word)) return [word, '', ''];
  const [, before = '', core = '', after = ''] = PUNCTUATED.exec(word) ?? [];
  return isMarker || !isActive(core) ? ['', word, ''] : [before, core, after];
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

/** A line of theirs is a line of the block, and none ends it. */
function linesIn(lines: readonly string[], info: string, { limits }: Ground): string {
  const most = lineLimit(info, limits);
  const shown = lines.map((line) => seenLine(line, most));
  return fence(shown, info);
}

function fence(shown: readonly string[], info: string): string {
  const ticks = '`'.repeat(Math.max(2, ...shown.map(longestRun)) + 1);
  return [`${ticks}${info}`, ...shown, ticks].join('\n');
}

/** As GitHub colours it: what the bad release alone does is added. */
const diffLine = ({ kind, text }: DiffLine): string =>
  kind === 'skipped' ? `@@ ${text} @@` : { added: '+ ', removed: '- ', same: '  ' }[kind] + text;

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
