import { onDisk } from './disk.js';
import type { Layout } from './layout.js';
import { listEntries, type ListedEntry, type StoreEntry } from './list.js';
import { removeUnused } from './remove.js';

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
    for (const entry of entries) {
      if (!isSpare(entry, remaining > toBytes) || !(await removeUnused(layout, entry.key))) continue;
      removed.push(entry.facts);
      remaining -= entry.facts.bytes;
    }
    return { removed, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0), remaining };
  });
}

function isSpare({ record, facts }: ListedEntry, tooMuch: boolean): boolean {
  return !facts.inUse && (tooMuch || record === undefined);
}
