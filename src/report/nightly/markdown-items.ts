/** What stands around the table, as items of lists. Pure. */
import { link } from '../markdown/blocks.js';
import { bold, inline } from '../markdown/escape.js';
import { allOf, listed } from '../words.js';
import { signed } from './cell-signs.js';
import { linkTo } from './links.js';
import { CELL, MAX_ITEMS } from './markdown-limits.js';
import { linkedVersion } from './markdown-table.js';
import { untoldIn, type Untold } from './untold.js';
import type { ClientTable, Column, TableChange } from './version-table.js';
import { changeText, columnTitle, MEANINGS, remarksOn, rowOf } from './words.js';

const shown = (text: string) => inline(text, CELL);

/** What the signs mean. */
export const LEGEND: string = `${MEANINGS.map(([result, meaning]) => `${signed(result)}: ${meaning}`).join('; ')}. Times are UTC.`;

/** Changes in a sentence or a few each. */
export const changeItems = (table: ClientTable): string[] =>
  bounded(table.changes.map((change) => changeItem(table, change)));

function changeItem(table: ClientTable, change: TableChange): string {
  const { lead, before, about, failsNow, failedBefore } = changeText(table, change);
  const { suspects, report } = change;
  const told = [
    `${bold(`${lead} ${versionIn(table, change.after, change.column)}.`)} ${shown(about)} (${shown(change.column)})${withReason(failsNow)}.`,
    `${before} ${versionIn(table, change.before, change.column)}${withReason(failedBefore)}.`,
    suspects.length > 0 ? `Between them nobody could test ${shown(allOf(suspects))}.` : '',
    report ? `[Report](${linkTo(report.markdown)})` : '',
  ];
  return told.filter(Boolean).join(' ');
}

const withReason = (reason: string): string => (reason === '' ? '' : `: ${shown(reason)}`);

const versionIn = (table: ClientTable, version: string, anchor: string): string =>
  linkedVersion(rowOf(table, version) ?? { version, evidence: null }, anchor);

/** Releases without a verdict, by reason. */
export const untoldItems = (table: ClientTable): string[] => bounded(untoldIn(table).map(untoldItem));

function untoldItem({ result, reason, columns, versions }: Untold): string {
  const where = columns === null ? 'every scenario' : listed(columns, 'and');
  return `${signed(result)}: ${shown(allOf(versions))} under ${shown(where)}${withReason(reason)}`;
}

/** Releases that are deprecated, gone, or not there for this platform. */
export const remarkItems = ({ rows }: ClientTable): string[] =>
  bounded(
    rows.flatMap((row) =>
      remarksOn(row).map(({ word, reason }) => `${shown(row.version)}: ${word}: ${shown(reason)}`),
    ),
  );

/** What is asked in each column. */
export const scenarioItems = ({ columns }: ClientTable): string[] => bounded(columns.map(scenarioItem));

function scenarioItem(column: Column): string {
  const issue = column.issue === '' ? '' : `, ${link(column.issue, CELL)}`;
  return `${shown(column.key)}: ${shown(columnTitle(column))}${issue}`;
}

/** As many as a list can have, and how many there are beyond them. */
function bounded(items: readonly string[]): string[] {
  const omitted = items.length - MAX_ITEMS;
  return omitted > 0 ? [...items.slice(0, MAX_ITEMS), `… and ${omitted} more`] : [...items];
}
