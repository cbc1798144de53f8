/**
 * The ledger's database: its failures under the names that users are told, its columns read so that a damaged one can be told, and its
 * locks.
 */
import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { isAnyArrayBuffer } from 'node:util/types';
import { gunzipSync } from 'node:zlib';
import Database from 'libsql';
import { BisectError, systemCode } from '../errors.js';
import { makeDirectory } from '../disk.js';

/** How a column is read. Text is read as a blob: libsql ends the whole process over text that is no UTF-8. */
export interface CellReader<Value> {
  /** What is selected; left out: the column of the field's name, `recorded_at` for `recordedAt`. */
  readonly sql?: string;
  readonly isText?: true;
  /** @throws SyntaxError, or zlib's error, for what is damaged */
  read(cell: unknown): Value;
}
type Columns = Readonly<Record<string, CellReader<unknown>>>;
export type RowOf<Selected extends Columns> = {
  readonly [Name in keyof Selected]: Selected[Name] extends CellReader<infer Value> ? Value : never;
};

export const text: CellReader<string> = {
  isText: true,
  read: (cell) => {
    const bytes = bytesOf(cell);
    if (!isUtf8(bytes)) throw new SyntaxError('this is no text');
    return bytes.toString();
  },
};
export const number: CellReader<number> = { read: Number };
export const flag: CellReader<boolean> = { read: (cell) => cell === 1 };
/** A JSON object. */
export const json = <Value extends object>(): CellReader<Value> => ({
  isText: true,
  read: (cell) => asObject(JSON.parse(text.read(cell))) as Value,
});
/** A JSON object, compressed. */
export const zipped = <Value extends object>(): CellReader<Value> => ({
  read: (cell) => asObject(JSON.parse(gunzipSync(bytesOf(cell)).toString())) as Value,
});

function asObject(value: unknown): object {
  if (typeof value !== 'object' || value === null) throw new SyntaxError('this is no object');
  return value;
}

/** libsql's `get` gives a blob as a Buffer, and `all` as an ArrayBuffer. */
function bytesOf(cell: unknown): Buffer {
  if (Buffer.isBuffer(cell)) return cell;
  if (isAnyArrayBuffer(cell)) return Buffer.from(cell);
  throw new SyntaxError('nothing stands there');
}

/** `recorded_at` for `recordedAt`. */
export const columnOf = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const selected = ([name, { sql = columnOf(name), isText }]: [string, CellReader<unknown>]) =>
  `${isText ? `CAST(${sql} AS BLOB)` : sql} AS ${name}`;

/** The tables, as those who know them ask for them. What goes wrong is thrown as `explained` throws it. */
export interface Tables {
  /** @param from what follows FROM */
  readonly select: <Selected extends Columns>(
    columns: Selected,
    from: string,
    values?: readonly unknown[],
  ) => RowOf<Selected>[];
  /**
   * @param into `INSERT INTO verdicts`
   * @param row by the names of its columns, as `select` gives them
   * @param rest what follows the values
   */
  readonly insert: (into: string, row: Readonly<Record<string, unknown>>, rest?: string) => void;
  readonly run: (sql: string, values?: readonly unknown[]) => void;
}

export function tablesOf(database: Database.Database, file: string): Tables {
  const run: Tables['run'] = (sql, values = []) => {
    explained(file, () => database.prepare(sql).run(...values.map(bound)));
  };
  return {
    run,
    select: (columns, from, values = []) =>
      explained(file, () => {
        const fields = Object.entries(columns);
        const statement = database.prepare(`SELECT ${fields.map(selected).join(', ')} FROM ${from}`);
        return statement.all(...values.map(bound)).map((row) => {
          const cells = row as Record<string, unknown>;
          const read = fields.map(([name, column]) => [name, column.read(cells[name])]);
          return Object.fromEntries(read) as RowOf<typeof columns>;
        });
      }),
    insert: (into, row, rest = '') => {
      const columns = Object.keys(row).map(columnOf).join(', ');
      const places = Object.keys(row).map(() => '?');
      run(`${into} (${columns}) VALUES (${places.join(', ')}) ${rest}`, Object.values(row));
    },
  };
}

/** SQLite has no booleans. */
const bound = (value: unknown) => (typeof value === 'boolean' ? Number(value) : value);

/** How long to wait for another process that is writing, in milliseconds. */
export const BUSY_MS = 10_000;
const BUSY_PAUSE_MS = 20;

/** Repeats `action` while the database is busy, for `BUSY_MS`: for what SQLite itself does not wait with. */
export function patiently(action: () => void): void {
  const giveUpAt = performance.now() + BUSY_MS;
  for (;;)
    try {
      return action();
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
}

/** Whether another process keeps the database locked. */
const isBusy = (error: unknown): boolean => /SQLITE_BUSY|SQLITE_LOCKED/.test(systemCode(error) ?? '');

/**
 * Runs `action`, and gives the database's failures their names.
 * @throws BisectError `DISK_FULL`, `CACHE_BUSY`, `LEDGER_UNREADABLE` or `CACHE_NOT_WRITABLE`
 */
export function explained<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof BisectError) throw cause;
    throw ledgerError(file, cause);
  }
}

function ledgerError(file: string, cause: unknown): BisectError {
  const code = systemCode(cause) ?? '';
  // SHMSIZE: there was no room for the file by which processes share the write-ahead log.
  if (/SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT/.test(code))
    return new BisectError('DISK_FULL', `no space left for the ledger ${file}`, {
      hint: 'free some with "mcp-bisect cache prune --all", or name another folder with --cache-dir',
      cause,
    });
  if (isBusy(cause))
    return new BisectError('CACHE_BUSY', `another process keeps the ledger ${file} locked`, {
      hint: 'run it again when that has ended, or name another folder with --cache-dir',
      cause,
    });
  const isDamage =
    /SQLITE_NOTADB|SQLITE_CORRUPT|SQLITE_ERROR|SQLITE_IOERR_SHORT_READ|Z_/.test(code) ||
    cause instanceof SyntaxError;
  if (isDamage)
    return new BisectError('LEDGER_UNREADABLE', `the ledger ${file} is damaged`, {
      hint: '"mcp-bisect ledger check --repair" saves what can be read, and keeps the damaged one aside',
      cause,
    });
  const why = code && ` (${code})`;
  return new BisectError('CACHE_NOT_WRITABLE', `the ledger ${file} cannot be opened or written${why}`, {
    hint: 'name a folder that can be written to with --cache-dir',
    cause,
  });
}

/** A lock that one process at a time holds, and that ends with it, however it ends: SQLite's own, on a file of its own. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock of that name below `cacheDir`. Nothing is written: the file stays empty, and what is locked is found out from
 * the system, so that a killed process leaves nothing behind.
 * @param waitMs how long to wait for whoever holds it
 * @returns undefined if another process holds it still
 * @throws BisectError `CACHE_NOT_WRITABLE` or `DISK_FULL`
 */
export function takeLock(cacheDir: string, name: string, waitMs = 0): Lock | undefined {
  const file = join(cacheDir, `${name}.lock`);
  return explained(file, () => {
    makeDirectory(cacheDir);
    const database = new Database(file);
    database.pragma(`busy_timeout = ${waitMs}`);
    try {
      database.exec('BEGIN EXCLUSIVE');
      return {
        release: () => {
          // Closed with a transaction under way it stays locked until nobody holds the object any more.
          database.exec('ROLLBACK');
          database.close();
        },
      };
    } catch (error) {
      database.close();
      if (isBusy(error)) return undefined;
      throw error;
    }
  });
}
