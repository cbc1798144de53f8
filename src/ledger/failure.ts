/** What goes wrong with the ledger's database, under the names that users are told. */
import { BisectError, systemCode } from '../errors.js';

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
export const isBusy = (error: unknown): boolean => /SQLITE_BUSY|SQLITE_LOCKED/.test(systemCode(error) ?? '');

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
  if (
    /SQLITE_NOTADB|SQLITE_CORRUPT|SQLITE_ERROR|SQLITE_IOERR_SHORT_READ|Z_/.test(code) ||
    cause instanceof SyntaxError
  )
    return new BisectError('LEDGER_UNREADABLE', `the ledger ${file} is damaged`, {
      hint: '"mcp-bisect ledger check --repair" saves what can be read, and keeps the damaged one aside',
      cause,
    });
  return new BisectError(
    'CACHE_NOT_WRITABLE',
    `the ledger ${file} cannot be opened or written${code && ` (${code})`}`,
    {
      hint: 'name a folder that can be written to with --cache-dir',
      cause,
    },
  );
}
