/** What is recorded of one release as a Markdown file: a section for each column, to which its cell leads. Pure. */
import { list } from '../markdown/blocks.js';
import { bold, code, inline } from '../markdown/escape.js';
import { fitted } from '../markdown/fit.js';
import type { Limits } from '../markdown/limits.js';
import { SEALED_BY } from '../words.js';
import { armBlocks } from './arm-markdown.js';
import { signed } from './cell-signs.js';
import { linkTo } from './links.js';
import { byteLength } from './markdown-limits.js';
import type { Cell, Column, ReleasePage } from './version-table.js';
import { columnTitle, publishedText, remarksOn, testedText } from './words.js';

const MAX_BYTES = 190_000;
/** Where the files of the output folder that every page leads back to are. */
const TABLE = 'table.md';

/**
 * The page of a release. What is too long is shortened, with a note; every column keeps its place. The headings of columns
 * are their keys, since GitHub makes the anchors of headings.
 */
export function releasePageMarkdown(page: ReleasePage): string {
  const blocksAt = (limits: Limits, isBrief: boolean) => [
    ...headOf(page, limits),
    ...page.columns.flatMap((column, index) =>
      columnBlocks(page, column, page.row.cells[index], limits, isBrief),
    ),
  ];
  return fitted(
    (limits) => `${blocksAt(limits, false).filter(Boolean).join('\n\n')}\n`,
    (limits) => blocksAt(limits, true).filter(Boolean),
    MAX_BYTES,
    byteLength,
  );
}

function headOf({ client, title, package: name, platform, row }: ReleasePage, { cell }: Limits): string[] {
  const shown = (text: string) => inline(text, cell);
  const back = row.evidence ? linkTo(TABLE, { from: row.evidence.markdown }) : '';
  const facts = [
    `Released: ${shown(publishedText(row))}`,
    `Package: ${shown(`${name}@${row.version}`)}`,
    `Platform: ${shown(platform)}`,
    row.integrity === null ? '' : `Integrity: ${code(row.integrity, cell)}`,
    ...remarksOn(row).map(({ word, reason }) => `${word}: ${shown(reason)}`),
  ];
  return [
    `# ${[shown(title) || shown(client), shown(row.version)].filter(Boolean).join(' ')}`,
    back ? `[All releases](${back})` : '',
    list(facts.filter(Boolean)),
  ];
}

function columnBlocks(
  page: ReleasePage,
  column: Column,
  cell: Cell | undefined,
  limits: Limits,
  isBrief: boolean,
): string[] {
  const round = page.rounds[column.key];
  const shown = (text: string) => inline(text, limits.cell);
  return [
    `## ${shown(column.key)}`,
    shown(columnTitle(column)),
    cell ? resultOf(cell, limits) : '',
    round ? `The round that is shown here was ${SEALED_BY[round.isolation]}.` : 'No round is recorded.',
    ...(isBrief ? [] : (round?.arms ?? []).flatMap((arm) => armBlocks(page.row, arm, limits))),
  ];
}

/** `❌ bad, first broken: 404 before tools: tools lost. 4 rounds: 4 bad; tested 2026-05-22 03:00 UTC.` */
function resultOf(cell: Cell, limits: Limits): string {
  const { result, mark, reason } = cell;
  const said = [bold([signed(result), mark].filter(Boolean).join(', ')), inline(reason, limits.prose)];
  const tested = inline(testedText(cell), limits.cell);
  return `${said.filter(Boolean).join(': ')}${tested ? ` (${tested})` : ''}`;
}
