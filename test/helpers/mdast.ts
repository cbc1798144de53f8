/** Markdown as GitHub reads it, and what a test wants to know of it. */
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** As much of mdast as is asked for here. */
export interface Node {
  readonly type: string;
  readonly value?: string;
  readonly lang?: string | null | undefined;
  readonly depth?: number;
  readonly url?: string;
  readonly children?: readonly Node[];
}

export const parsed = (markdown: string): Node =>
  fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

export const all = (node: Node, ...types: readonly string[]): Node[] => [
  ...(types.includes(node.type) ? [node] : []),
  ...(node.children ?? []).flatMap((child) => all(child, ...types)),
];

export const text = (node: Node): string => node.value ?? (node.children ?? []).map(text).join('');

export const headings = (tree: Node): string[] => all(tree, 'heading').map(text);

/** What stands under a heading, up to the next one. */
export function under(tree: Node, heading: string): Node {
  const blocks = tree.children ?? [];
  const from = blocks.findIndex((block) => block.type === 'heading' && text(block) === heading);
  const length = blocks.slice(from + 1).findIndex(({ type }) => type === 'heading');
  return {
    type: 'section',
    children: blocks.slice(from + 1, length < 0 ? undefined : from + 1 + length),
  };
}

export const cells = (table: Node): string[][] =>
  (table.children ?? []).map((row) => (row.children ?? []).map(text));

export const codeOf = (tree: Node, lang: string): string[] =>
  all(tree, 'code')
    .filter((block) => block.lang === lang)
    .map(({ value }) => value ?? '');

/** Types and nesting. Words are words, whether they are code or not. */
export function shape(node: Node): string {
  const inner = (node.children ?? []).map(shape).join(' ');
  const name = ['text', 'inlineCode'].includes(node.type)
    ? 'words'
    : [node.type, node.depth, node.lang].filter(Boolean).join('-');
  return inner ? `${name}(${inner.replaceAll(/words(?: words)+/gu, 'words')})` : name;
}

const TAGS = /^(?:<details>\n<summary>[\p{L}\p{N} .,:;()+-]+<\/summary>|<\/details>)$/u;

/** Everything that is not as every report has to be; empty for a report that is right. */
export function faultsOf(tree: Node, links: readonly string[]): string[] {
  const html = all(tree, 'html').map(({ value = '' }) => value);
  const opened = html.filter((tag) => tag.startsWith('<details>')).length;
  return [
    ...html.filter((tag) => !TAGS.test(tag)).map((tag) => `raw HTML: ${tag}`),
    ...(opened * 2 === html.length ? [] : [`${opened} folds begin among ${html.length} tags`]),
    ...all(tree, 'link').flatMap(({ url = '' }) => (links.includes(url) ? [] : [`a link to ${url}`])),
    ...all(tree, ...UNWANTED).map(({ type }) => type),
    ...proseIn(tree)
      .filter((words) => ACTIVE.test(words))
      .map((words) => `in prose: ${words}`),
  ];
}

const UNWANTED = [
  'image',
  'imageReference',
  'linkReference',
  'definition',
  'footnoteReference',
  'footnoteDefinition',
  'delete',
  'break',
  'thematicBreak',
];
/** Mentions, addresses, references, commits, emoji by name, formulas. */
const ACTIVE = /@|:\/\/|www\.|#\d|\bGH-\d|\b[\da-f]{7,40}\b|:[\w+-]*[a-z+][\w+-]*:|\$/iu;

function proseIn(node: Node): string[] {
  if (node.type === 'text') return [node.value ?? ''];
  return node.type === 'link' ? [] : (node.children ?? []).flatMap(proseIn);
}
