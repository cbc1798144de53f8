/**
 * What a page says, as values: laid out once, and printed by markdown.ts and html.ts. A `string` in it is always
 * somebody else's text, whatever it holds, and every printer defuses it. Words of ours are `own(…)`, or the words of a template,
 * says`…`. Pure.
 */
import type { DiffLine } from './logs.js';
import type { Arrow } from './steps.js';
import type { Terms } from '../scenarios/scenario.js';
import { termed } from '../scenarios/terms.js';
import type { Files } from './nightly/version-table.js';

/** Text within a line. Somebody else's has the length of its place; what may be longer is `long(…)`. */
export type Inline = string | Piece | readonly Inline[];

export type Piece =
  | { readonly kind: 'own'; readonly text: string }
  /** Of a paragraph's length. */
  | { readonly kind: 'long'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'soft'; readonly of: Inline }
  | { readonly kind: 'link'; readonly to: LinkTarget; readonly of: Inline }
  /** What a page shows to whoever points at it. */
  | { readonly kind: 'hinted'; readonly of: Inline; readonly hint: string }
  | Sign
  /** So much is not shown, and where it is. */
  | { readonly kind: 'omitted'; readonly count: number; readonly noun: string };

/** Where a link leads: out into the web, to a place of the same page, or to another page, which there is in each format. */
export type LinkTarget =
  | { readonly url: string }
  | { readonly place: string }
  | { readonly page: Files; readonly place?: string };

/** What a result is drawn as, beside the word that says the same. */
export type Shape = 'good' | 'bad' | 'skip' | 'flaky' | 'other' | 'suspect' | 'none';

export interface Sign {
  readonly kind: 'sign';
  readonly shape: Shape;
  /** The same where only characters can be drawn; may be empty. */
  readonly glyph: string;
  /** Known from its neighbours, and not run. */
  readonly isHollow: boolean;
  /** What it says where no word stands beside it. */
  readonly word?: string;
}

/** A name that a style sheet may know a block by; other printers do not heed it. */
export type Look =
  | 'kind'
  | 'lead'
  | 'cards'
  | 'facts'
  | 'go'
  | 'nav'
  | 'note'
  | 'warnings'
  | 'results'
  | 'changes'
  | 'differs';

export interface BlockRow {
  readonly cells: readonly Inline[];
  readonly look?: Look;
  readonly place?: string;
}

/** A release under one arm, with what it asked and was answered. */
export interface Lane {
  readonly title: Inline;
  readonly steps: readonly Arrow[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly of: Inline; readonly look?: Look | undefined }
  | {
      readonly kind: 'list';
      readonly items: readonly Inline[];
      readonly isNumbered?: boolean;
      readonly look?: Look | undefined;
    }
  | {
      readonly kind: 'table';
      readonly head: readonly Inline[];
      readonly rows: readonly (BlockRow | readonly Inline[])[];
      readonly look?: Look | undefined;
    }
  /** Lines as they are, one below the other. */
  | { readonly kind: 'lines'; readonly lines: readonly string[]; readonly language: Language }
  /** A file, whole, so that it can be taken out again (carried-file.ts). */
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'diff'; readonly lines: readonly DiffLine[] }
  /** A journal, or two beside each other. */
  | { readonly kind: 'sequence'; readonly lanes: readonly Lane[] }
  | Fold
  | Section;

export type Language = 'text' | 'json' | 'shell';

/** What opens. */
export interface Fold {
  readonly kind: 'fold';
  readonly title: Inline;
  readonly blocks: readonly Block[];
  /** Where a page can open it beforehand. */
  readonly isOpen?: boolean;
  /** Folds on a page only; elsewhere its title is a paragraph. */
  readonly isFlat?: boolean;
  readonly place?: string;
}

/** What has a heading. Nothing is shown of it without blocks, unless it says what to say then. */
export interface Section {
  readonly kind: 'section';
  readonly level: 1 | 2 | 3;
  readonly title: Inline;
  readonly blocks: readonly Block[];
  readonly otherwise?: Inline;
  readonly place?: string;
}

/** Words of ours. */
export const own = (text: string): Inline => (text === '' ? '' : { kind: 'own', text });

/** A sentence: its words are ours, and what is put into it is what it is. */
export const says = (words: TemplateStringsArray, ...values: readonly Inline[]): Inline =>
  words.flatMap((word, index) => [own(word), values[index] ?? '']);

export const long = (text: string): Inline => ({ kind: 'long', text });
export const code = (text: string): Inline => ({ kind: 'code', text });
export const bold = (of: Inline): Inline => ({ kind: 'bold', of });
/** A remark, set apart from what is said. */
export const soft = (of: Inline): Inline => ({ kind: 'soft', of });
export const link = (to: LinkTarget, of: Inline): Inline => ({ kind: 'link', to, of });
export const hinted = (of: Inline, hint: string): Inline => (hint === '' ? of : { kind: 'hinted', of, hint });
/** An address as a link; where it is none that may be one, it is told as it is. */
export const address = (url: string): Inline => link({ url }, url);
/** Empty where nothing is left out. */
export const omitted = (count: number, noun: string): Inline =>
  count > 0 ? { kind: 'omitted', count, noun } : '';

export const paragraph = (of: Inline, look?: Look): Block => ({ kind: 'paragraph', of, look });
export const list = (items: readonly Inline[], look?: Look): Block => ({ kind: 'list', items, look });
export const table = (
  head: readonly Inline[],
  rows: readonly (BlockRow | readonly Inline[])[],
  look?: Look,
): Block => ({ kind: 'table', head, rows, look });
export const lines = (of: readonly string[], language: Language = 'text'): Block => ({
  kind: 'lines',
  lines: of,
  language,
});
export const fold = (title: Inline, blocks: readonly Block[], more: Partial<Fold> = {}): Block => ({
  kind: 'fold',
  title,
  blocks,
  ...more,
});
export const section = (
  level: Section['level'],
  title: Inline,
  blocks: readonly Block[],
  more: Partial<Section> = {},
): Block => ({ kind: 'section', level, title, blocks, ...more });

/** Items with something of ours between them. */
export const joined = (items: readonly Inline[], between: string): Inline =>
  items.flatMap((item, index) => (index === 0 ? [item] : [own(between), item]));

/** `a`, `a and b`, `a, b and c` */
export const listed = (items: readonly Inline[], word: string): Inline =>
  items.length > 1
    ? [joined(items.slice(0, -1), ', '), own(` ${word} `), items.at(-1) ?? '']
    : (items[0] ?? '');

/** With a scenario's words in place of ours; what others say stays. */
export function inTerms(of: Inline, terms: Terms | undefined): Inline {
  if (typeof of === 'string') return of;
  if (isMany(of)) return of.map((one) => inTerms(one, terms));
  return of.kind === 'own' ? own(termed(of.text, terms)) : of;
}

/** Whether there is nothing to see of it. */
function isEmpty(of: Inline): boolean {
  if (typeof of === 'string') return of.trim() === '';
  if (isMany(of)) return of.every(isEmpty);
  return 'text' in of ? of.text.trim() === '' : 'of' in of && isEmpty(of.of);
}

/** What it says, without what it looks like and where it leads. */
export function plainText(of: Inline): string {
  if (typeof of === 'string') return of;
  if (isMany(of)) return of.map(plainText).join('');
  return 'text' in of ? of.text : 'of' in of ? plainText(of.of) : '';
}

/** The blocks of which there is something to see: no table without rows, no fold of nothing. */
export const shownOf = (blocks: readonly Block[]): Block[] => blocks.filter((block) => !isBare(block));

function isBare(block: Block): boolean {
  switch (block.kind) {
    case 'paragraph':
      return isEmpty(block.of);
    case 'list':
      return block.items.every(isEmpty);
    case 'table':
      return block.rows.length === 0;
    case 'lines':
    case 'diff':
      return block.lines.length === 0;
    case 'sequence':
      return block.lanes.every(({ steps }) => steps.length === 0);
    case 'fold':
      return block.blocks.every(isBare);
    case 'section':
      return block.blocks.every(isBare) && isEmpty(block.otherwise ?? '');
    case 'file':
      return false;
  }
}

/** The cells of a row, however it is given. */
export const cellsOf = (row: BlockRow | readonly Inline[]): readonly Inline[] =>
  'cells' in row ? row.cells : row;

export const isMany = (of: Inline): of is readonly Inline[] => Array.isArray(of);
