/** A lock that one process at a time holds, and that ends with it, however it ends: SQLite's own, on a file of its own. */
import { join } from 'node:path';
import Database from 'libsql';
import { makeDirectory } from '../make-directory.js';
import { explained, isBusy } from './failure.js';

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
