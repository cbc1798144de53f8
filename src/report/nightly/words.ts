/** What the formats of the version table say, so that they say the same. Texts of others are left as they are. Pure. */
import type { PublicationTime } from '../../registry/releases.js';
import { atMinute } from '../numbers.js';
import { termed } from '../../scenarios/terms.js';
import { counted, doubtOf, roundsText } from '../words.js';
import type { Cell, CellResult, ClientTable, Column, TableChange, TableRow } from './version-table.js';

/** What the results mean, in the order of the legend. */
export const MEANINGS: readonly (readonly [CellResult, string])[] = [
  ['good', 'it works'],
  ['bad', 'it fails'],
  ['skip', 'tried, without a verdict'],
  ['flaky', 'its rounds disagree'],
  ['untested', 'not tried yet, or nothing there to try'],
];

/** What must be known of a release beside its results: a word, and the reason for it. */
export interface Remark {
  readonly word: 'deprecated' | 'unpublished' | 'not available';
  readonly reason: string;
}

/** Each with its reason; of most releases there is none. */
export function remarksOn({ deprecated, isUnpublished, missing }: TableRow): Remark[] {
  const gone = 'it was in the registry on an earlier night, and is not any more';
  return [
    ...(deprecated === null ? [] : [{ word: 'deprecated', reason: deprecated } as const]),
    ...(isUnpublished ? [{ word: 'unpublished', reason: gone } as const] : []),
    ...(missing === null ? [] : [{ word: 'not available', reason: missing } as const]),
  ];
}

/** `2026-05-21 21:31 UTC` */
export const publishedText = (row: PublicationTime): string =>
  row.publishedAt === null ? 'date unknown' : atMinute(row.publishedAt) + doubtOf(row);

/** `9 good, 1 bad` */
export function resultCounts(cells: readonly Cell[]): string {
  return MEANINGS.map(([result]) => [cells.filter((cell) => cell.result === result).length, result] as const)
    .filter(([count]) => count > 0)
    .map(([count, result]) => `${count} ${result}`)
    .join(', ');
}

/** What stands in no table: `3 rounds: 2 good, 1 bad; tested 2026-05-22 03:00 UTC`; empty for what was never tried. */
export function testedText(cell: Cell): string {
  const count = cell.rounds.good + cell.rounds.bad + cell.rounds.skip;
  return [
    count > 0 ? `${counted(count, 'round')}: ${roundsText(cell)}` : '',
    cell.testedAt === null ? '' : `tested ${atMinute(cell.testedAt)}`,
  ]
    .filter(Boolean)
    .join('; ');
}

/** What is asked in a column, with the mode where that is not the usual one. */
export const columnTitle = ({ title, mode }: Column): string =>
  mode === 'headless' ? title : `${title} (${mode})`;

/** A change in the words of every format, to be put together with links. */
export interface ChangeText {
  /** `First broken`: the version after the change belongs behind it. */
  readonly lead: string;
  /** `Last good`: the version before the change belongs behind it. */
  readonly before: string;
  /** What it is about; the key where the table lacks the column. */
  readonly about: string;
  /** What fails since, or what failed until then; one of them is empty. */
  readonly failsNow: string;
  readonly failedBefore: string;
}

/** The words for a change. One that is not confirmed is named as such; one with suspects is only the first that was found. */
export function changeText(table: ClientTable, change: TableChange): ChangeText {
  const { kind, isConfirmed, suspects } = change;
  const column = table.columns.find(({ key }) => key === change.column);
  const isFix = kind === 'fix';
  const first = `${suspects.length > 0 ? 'First found' : 'First'} ${isFix ? 'fixed' : 'broken'}`;
  const lead = termed(first, column?.terms);
  const reasonIn = (version: string) => cellOf(table, version, change.column)?.reason ?? '';
  return {
    lead: isConfirmed ? lead : `Not yet confirmed: ${lead.toLowerCase()}`,
    about: column ? columnTitle(column) : change.column,
    before: termed(isFix ? 'Last broken' : 'Last good', column?.terms),
    failsNow: isFix ? '' : reasonIn(change.after),
    failedBefore: isFix ? reasonIn(change.before) : '',
  };
}

/** The row of a release; undefined for one that is not in the table. */
export const rowOf = ({ rows }: Pick<ClientTable, 'rows'>, version: string): TableRow | undefined =>
  rows.find((row) => row.version === version);

function cellOf(table: ClientTable, version: string, key: string): Cell | undefined {
  return rowOf(table, version)?.cells[table.columns.findIndex((column) => column.key === key)];
}

/** Whether there is a page on what was recorded in this cell. */
export const isLinked = ({ evidence }: TableRow, { result }: Cell): boolean =>
  evidence !== null && result !== 'untested';
