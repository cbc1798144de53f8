import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { BisectError } from '../errors.js';
import { onDisk } from './disk.js';
import type { Layout } from './layout.js';
import { leaveMark, liveLabels } from './mark.js';

/** Milliseconds between two looks at another process's claim, which lasts as long as one rename. */
const GLANCE = 2;

/**
 * Says that this process uses the executable with this key, whether or not it is there already. From the moment this
 * resolves until the lease is given back, no process removes it.
 *
 * A lease and a removal can meet. Each side first leaves its own mark (lease, claim) and then looks for the other's,
 * so at least one sees the other: the remover gives way to a lease, and a new lease waits until the claim is gone.
 * Nothing has to be put back, and a leased path never vanishes, not even for an instant.
 * @param patience milliseconds to wait for a claim
 * @returns gives the lease back; harmless when called again
 * @throws {BisectError} DISK_FULL, CACHE_NOT_WRITABLE; CACHE_BUSY when a claim stays
 */
export async function takeLease(
  layout: Layout,
  key: string,
  patience = 10_000,
): Promise<() => Promise<void>> {
  const path = await onDisk(layout.dir, () => leaveMark(layout.leases, key));
  const release = () => rm(path, { force: true });
  const deadline = Date.now() + patience;
  while ((await liveLabels(layout.claims)).has(key)) {
    if (Date.now() > deadline) {
      await release().catch(() => undefined);
      throw busy(layout);
    }
    await pause(GLANCE);
  }
  return release;
}

/** Keys of the executables that some process uses now. */
export function leasedKeys(layout: Layout): Promise<Set<string>> {
  return liveLabels(layout.leases);
}

function busy(layout: Layout): BisectError {
  return new BisectError(
    'CACHE_BUSY',
    `Another process is removing from the cache ${layout.dir} and does not finish.`,
    {
      hint: 'Wait for the other mcp-bisect or end it, or name another place with --cache-dir.',
      facts: { dir: layout.dir },
    },
  );
}
