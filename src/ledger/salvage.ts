/** What can be read of a ledger, damaged or not; and a new one made of it. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { systemCode } from '../errors.js';
import { BUSY_MS, explained, text, zipped } from './database.js';
import { prepareSchema, versionOf } from './schema.js';

export interface LedgerState {
  readonly state: 'intact' | 'damaged' | 'absent';
  /** How many of them can be read. */
  readonly rounds: number;
  readonly runs: number;
}

/**
 * Reads all of the ledger below `cacheDir`, and changes nothing.
 * @throws BisectError `LEDGER_UNREADABLE` if a newer version of this tool wrote it; `CACHE_BUSY`, `CACHE_NOT_WRITABLE`
 */
export function checkLedger(cacheDir: string): LedgerState {
  const file = join(cacheDir, 'ledger.db');
  if (!existsSync(file)) return { state: 'absent', rounds: 0, runs: 0 };
  return explained(file, () => readAll(file, () => true));
}

/**
 * Makes a new ledger of all that can be read, in the place of the one there, which is kept aside.
 * @returns the new name of the old one
 * @throws BisectError as `checkLedger`, or `DISK_FULL`: then the old one is as it was
 */
export function renewLedger(cacheDir: string): LedgerState & { readonly keptAside: string } {
  const file = join(cacheDir, 'ledger.db');
  return explained(file, () => {
    const draft = `${file}.new`;
    rmSync(draft, { force: true });
    const fresh = new Database(draft);
    try {
      prepareSchema(fresh, draft);
      fresh.exec('BEGIN');
      const found = readAll(file, (table, row) => insertInto(fresh, table, row));
      fresh.exec('COMMIT');
      fresh.close();
      const keptAside = freeName(`${file}.damaged`);
      for (const part of ['', '-wal', '-shm'])
        if (existsSync(file + part)) renameSync(file + part, keptAside + part);
      renameSync(draft, file);
      return { ...found, keptAside };
    } finally {
      fresh.close();
      rmSync(draft, { force: true });
    }
  });
}

/** @returns false for what the schema refuses: it is damaged */
function insertInto(database: Database.Database, table: string, row: readonly unknown[]): boolean {
  try {
    database.prepare(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`).run(...row);
    return true;
  } catch (error) {
    if (systemCode(error)?.startsWith('SQLITE_CONSTRAINT')) return false;
    throw error;
  }
}

function freeName(name: string, place = 1): string {
  const candidate = place === 1 ? name : `${name}-${place}`;
  return existsSync(candidate) ? freeName(name, place + 1) : candidate;
}

/** Gets each row that is whole. @returns whether it was taken */
type OnRow = (table: string, row: readonly unknown[]) => boolean;

function readAll(file: string, onRow: OnRow): LedgerState {
  const database = new Database(file);
  const model = new Database(':memory:');
  try {
    database.pragma(`busy_timeout = ${BUSY_MS}`);
    prepareSchema(model, ':memory:');
    let isIntact = isConsistent(database);
    if (isIntact) versionOf(database, file);
    const counts = new Map<string, number>();
    for (const table of tablesIn(model)) {
      const columns = model.prepare(`PRAGMA table_info(${table})`).all() as TableColumn[];
      const { read, isWhole } = readTable(database, table, columns, onRow);
      counts.set(table, read);
      isIntact &&= isWhole;
    }
    const [rounds = 0, runs = 0] = [counts.get('verdicts'), counts.get('runs')];
    return { state: isIntact ? 'intact' : 'damaged', rounds, runs };
  } finally {
    model.close();
    database.close();
  }
}

function isConsistent(database: Database.Database): boolean {
  try {
    const [first] = database.prepare('PRAGMA integrity_check(1)').all() as Record<string, unknown>[];
    return first?.['integrity_check'] === 'ok';
  } catch {
    return false;
  }
}

const tablesIn = (database: Database.Database): string[] =>
  database
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all()
    .map((row) => (row as { name: string }).name);

interface TableColumn {
  readonly name: string;
  readonly type: string;
}

/** As many numbers in a row without any row mean that there are no more: a page holds far fewer. */
const GAP = 5000;

/**
 * Reads a table row by row, by its numbers: what lies on a damaged page is passed over, and what comes after it is found by
 * the next number that leads elsewhere.
 */
function readTable(
  database: Database.Database,
  table: string,
  columns: readonly TableColumn[],
  onRow: OnRow,
): { readonly read: number; readonly isWhole: boolean } {
  try {
    // An older ledger does not have every table.
    if (!database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').get(table))
      return { read: 0, isWhole: true };
  } catch {
    return { read: 0, isWhole: false };
  }
  const cells = columns.map(({ name, type }) =>
    type === 'TEXT' ? `CAST(${name} AS BLOB) AS ${name}` : name,
  );
  const query = `SELECT rowid AS number, ${cells.join(', ')} FROM ${table} NOT INDEXED WHERE rowid > ? ORDER BY rowid LIMIT 1`;
  let [read, missed, isWhole] = [0, 0, true];
  for (let last = 0; missed < GAP;) {
    // Prepared anew each time: a statement that met damage once goes on to fail.
    const found = rowAfter(last, () => database.prepare(query).get(last), columns);
    if (!found) break;
    last = found.number;
    if (found.cells && onRow(table, found.cells)) {
      read += 1;
      missed = 0;
    } else {
      isWhole = false;
      missed += 1;
    }
  }
  return { read, isWhole };
}

/** Without cells if it is damaged; undefined if there is none. */
function rowAfter(last: number, next: () => unknown, columns: readonly TableColumn[]) {
  try {
    const row = next() as Record<string, unknown> | undefined;
    if (!row) return undefined;
    const cells = columns.map((column) => cellOf(column, row[column.name]));
    return { number: Math.max(last + 1, Number(row['number'])), cells };
  } catch {
    // The number of a damaged row may be any.
    return { number: last + 1, cells: undefined };
  }
}

const JSON_COLUMNS: ReadonlySet<string> = new Set(['judgement', 'summary', 'document']);

/** @throws whatever, for one that is damaged */
function cellOf({ name, type }: TableColumn, value: unknown): unknown {
  if (value === null) return value;
  if (type === 'BLOB') zipped().read(value);
  if (type !== 'TEXT') return value;
  const read = text.read(value);
  if (JSON_COLUMNS.has(name)) JSON.parse(read);
  return read;
}
