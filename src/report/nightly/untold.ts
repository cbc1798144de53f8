/** What has no verdict, and why: neighbours in the table with the same reason are told once. Pure. */
import { cut } from '../text.js';
import type { ClientTable } from './version-table.js';

/** Nobody reads more of a reason, and it may be of any length. */
const MAX_REASON = 500;

/** Releases without a verdict for the same reason. */
export interface Untold {
  readonly result: 'skip' | 'flaky';
  readonly reason: string;
  /** Keys of the columns; null for all of them. */
  readonly columns: readonly string[] | null;
  readonly versions: readonly string[];
}

/** Skips and disagreements by reason, in the order of the table. */
export function untoldIn(table: ClientTable): Untold[] {
  const groups = new Map<string, { untold: Untold; columns: string[] }>();
  for (const [index, { key }] of table.columns.entries())
    for (const untold of untoldOf(table, index)) {
      const id = JSON.stringify([untold.result, untold.reason, untold.versions]);
      const group = groups.get(id) ?? { untold, columns: [] };
      group.columns.push(key);
      groups.set(id, group);
    }
  return [...groups.values()].map(({ untold, columns }) => ({
    ...untold,
    columns: columns.length === table.columns.length && columns.length > 1 ? null : columns,
  }));
}

/** Those of one column. */
function untoldOf({ rows }: ClientTable, index: number): Untold[] {
  const groups = new Map<string, { result: 'skip' | 'flaky'; reason: string; versions: string[] }>();
  for (const { version, cells } of rows) {
    const cell = cells[index];
    if (cell?.result !== 'skip' && cell?.result !== 'flaky') continue;
    const { result } = cell;
    const reason = cut(cell.reason, MAX_REASON);
    const id = JSON.stringify([result, reason]);
    const group = groups.get(id) ?? { result, reason, versions: [] };
    group.versions.push(version);
    groups.set(id, group);
  }
  return [...groups.values()].map((group) => ({ ...group, columns: null }));
}
