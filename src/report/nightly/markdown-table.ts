/** Releases by scenarios as a table of GitHub's. Pure. */
import { table as tableOf } from '../markdown/blocks.js';
import { bold, inline } from '../markdown/escape.js';
import { termed } from '../terms.js';
import { counted, releasedText } from '../words.js';
import { linkTo } from './links.js';
import { CELL } from './markdown-limits.js';
import { signed } from './cell-signs.js';
import type { Cell, ClientTable, Column, TableRow } from './version-table.js';
import { isLinked, remarksOn } from './words.js';

/**
 * A row for each release, the newest first, a column for each scenario.
 * @param most rows; the oldest ones beyond that are counted
 */
export function resultTable({ rows, columns }: ClientTable, most: number): string {
  const head = ['Version', 'Released (UTC)', ...columns.map(({ key }) => inline(key, CELL))];
  const shown = rows.slice(0, most).map((row) => rowOf(row, columns));
  const omitted = rows.length - shown.length;
  const note = omitted > 0 ? `_${counted(omitted, 'older release')} left out here._` : '';
  return [tableOf(head, shown), note].filter(Boolean).join('\n\n') || 'There are no releases yet.';
}

function rowOf(row: TableRow, columns: readonly Column[]): string[] {
  const remarks = remarksOn(row).map(({ word }) => word);
  const version = [linkedVersion(row), remarks.length > 0 ? `(${remarks.join(', ')})` : ''];
  return [
    version.filter(Boolean).join(' '),
    inline(releasedText(row), CELL),
    ...columns.map((column, index) => cellOf(row, column, row.cells[index])),
  ];
}

/** `[❌ bad, **first broken**](evidence/claude-code/2.1.147.md#get-stream-404)` */
function cellOf(row: TableRow, { key, terms }: Column, cell: Cell | undefined): string {
  if (!cell) return '';
  const words = [signed(cell.result), cell.mark === null ? '' : bold(termed(cell.mark, terms))]
    .filter(Boolean)
    .join(', ');
  return row.evidence && isLinked(row, cell)
    ? `[${words}](${linkTo(row.evidence.markdown, { anchor: key })})`
    : words;
}

/** The version, leading to what was recorded of it. */
export function linkedVersion(
  { version, evidence }: Pick<TableRow, 'version' | 'evidence'>,
  anchor = '',
): string {
  const shown = inline(version, CELL);
  return evidence && shown ? `[${shown}](${linkTo(evidence.markdown, { anchor })})` : shown;
}
