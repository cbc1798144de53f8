import { damageIn } from './check.js';
import { onDisk } from './disk.js';
import { discard, identityOf } from './ensure.js';
import type { Layout } from './layout.js';
import { listEntries, type ListedEntry, type StoreEntry } from './list.js';

/** What the check of one executable found. A damaged one has been removed. */
export type Verified =
  | (StoreEntry & { readonly state: 'intact' })
  | (StoreEntry & { readonly state: 'damaged'; readonly damage: string });

/**
 * Hashes everything in the store and removes what is damaged; the next use fetches it again.
 * @throws {BisectError} CACHE_NOT_WRITABLE when a damaged one cannot be removed; the signal's reason
 */
export async function verifyAll(layout: Layout, signal?: AbortSignal): Promise<Verified[]> {
  const results: Verified[] = [];
  for (const entry of await listEntries(layout)) {
    const result = await verifyOne(layout, entry, signal);
    if (result !== undefined) results.push(result);
  }
  return results;
}

async function verifyOne(
  layout: Layout,
  entry: ListedEntry,
  signal?: AbortSignal,
): Promise<Verified | undefined> {
  const { key, home, record, facts } = entry;
  const identity = await identityOf(home);
  const damage = record === undefined ? 'its record is illegible' : await damageIn(home, record, { signal });
  if (damage === undefined) return { ...facts, state: 'intact' };
  // Removed by another process while it was looked at: neither intact nor damaged.
  if ((await identityOf(home)) === undefined) return undefined;
  await onDisk(layout.dir, () => discard(layout, key, identity));
  return { ...facts, state: 'damaged', damage };
}
