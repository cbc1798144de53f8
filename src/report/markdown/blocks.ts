/** Pieces of a GitHub issue that hold finished Markdown. Pure. */
import type { Report } from '../report.js';
import { counted } from '../words.js';
import { code } from './escape.js';

/** A table; cells are inline Markdown. Empty without rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}

const line = (cells: readonly string[]) => `| ${cells.map(inCell).join(' | ')} |`;

/**
 * GFM 4.10: a pipe is escaped inside a cell, even in code. Parsers differ on a backslash before an escaped pipe, so there
 * a sign is used that looks like one.
 */
const inCell = (markdown: string) =>
  markdown.replaceAll(/(\\?)\|/gu, (_, slash: string) => (slash ? String.raw`\∣` : String.raw`\|`));

/** Items with a dot each; empty without any. */
export const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
/** Items in an order, numbered. */
export const steps = (items: readonly string[]): string =>
  items.map((item, index) => `${index + 1}. ${item}`).join('\n');

/**
 * A part to unfold. The lines of the tags are raw HTML, so the summary holds words of ours and versions only.
 * @param blocks finished Markdown, without blocks that are empty; without any nothing is shown
 */
export function details(summary: string, blocks: readonly string[]): string {
  const shown = blocks.filter(Boolean);
  if (shown.length === 0) return '';
  const words = summary.replaceAll(/[^\p{L}\p{N} .,:;()+-]/gu, '');
  return [`<details>\n<summary>${words}</summary>`, ...shown, '</details>'].join('\n\n');
}

/** Where there is more to see: in the page of a report, or where finished Markdown says. */
export type Elsewhere = Pick<Report, 'id'> | { readonly more: string };

/** What to say where something was left out; empty where nothing was. */
export function leftOut(elsewhere: Elsewhere, count: number, noun: string): string {
  if (count <= 0) return '';
  const more =
    'more' in elsewhere ? elsewhere.more : code(`mcp-bisect report ${elsewhere.id} --format html`, 100);
  return `_${counted(count, noun)} left out here. To see more:_ ${more}`;
}

/** An address of ours as a link, if it is https and has nothing in it that Markdown might read; else as code. */
export function link(url: string, limit: number): string {
  return PLAIN_URL.test(url) && url.length <= 300 ? `<${url}>` : code(url, limit);
}

const PLAIN_URL = /^https:\/\/[a-z\d.-]+(?::\d+)?(?:\/[\w./%#?=+,-]*)?$/iu;
