import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.js';
import { onDisk } from '../disk.js';
import { homeOf, type Layout } from './layout.js';
import { leasedKeys, leaveMark, markName } from './lease.js';
import { listEntries, type StoreEntry } from './record.js';

/** What became of a store that was made smaller. */
export interface Pruned {
  readonly removed: readonly StoreEntry[];
  /** Bytes that the removed ones took. */
  readonly bytes: number;
  /** Bytes that remain. */
  readonly remaining: number;
}

/**
 * Removes the least recently used executables until at most `toBytes` remain; those in use stay, so more may remain.
 * Illegible ones go in any case, since nobody can use them.
 * @throws {BisectError} DISK_FULL, CACHE_NOT_WRITABLE
 */
export async function shrink(layout: Layout, toBytes: number): Promise<Pruned> {
  return onDisk(layout.dir, async () => {
    const entries = await listEntries(layout);
    let remaining = entries.reduce((sum, { facts }) => sum + facts.bytes, 0);
    const removed: StoreEntry[] = [];
    for (const { key, record, facts } of entries) {
      const isSpare = !facts.inUse && (remaining > toBytes || record === undefined);
      if (!isSpare || !(await removeUnused(layout, key))) continue;
      removed.push(facts);
      remaining -= facts.bytes;
    }
    return { removed, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0), remaining };
  });
}

/**
 * Removes an executable unless some process uses it (see `takeLease` for why the two cannot cross). It disappears in
 * one rename; a process killed afterwards leaves a temporary that the next one clears.
 * @returns whether it is gone
 */
async function removeUnused(layout: Layout, key: string): Promise<boolean> {
  const aside = join(layout.temporary, markName(key));
  const claim = await leaveMark(layout.claims, key);
  try {
    if ((await leasedKeys(layout)).has(key)) return false;
    await rename(homeOf(layout, key), aside);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(claim, { force: true });
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}

/**
 * Moves a directory of the store out of sight and removes it; harmless when it is gone.
 * @param expected identity of the directory that is meant: another one found in its place is put back
 */
export async function discard(layout: Layout, key: string, expected: string | undefined): Promise<void> {
  const home = homeOf(layout, key);
  if (expected === undefined || (await identityOf(home)) !== expected) return;
  const aside = join(layout.temporary, markName(key));
  try {
    await rename(home, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  // Between the look and the rename another process may have replaced the damaged one by a good one.
  if ((await identityOf(aside)) !== expected) await rename(aside, home).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

/**
 * What tells a directory from another one at the same path, before or after; undefined when there is none. A rename
 * does not change it; and with the time of its last change it holds even where inode numbers are used again.
 */
export async function identityOf(home: string): Promise<string | undefined> {
  const facts = await stat(home, { bigint: true }).catch(() => undefined);
  return facts && `${facts.ino}:${facts.mtimeNs}`;
}
