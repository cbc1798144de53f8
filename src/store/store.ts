import { join } from 'node:path';
import type { ExecutableSource } from '../registry/releases.js';
import { addressOf, homeOf, openLayout } from './layout.js';
import { fingerprintOf, type Verified, verifyAll } from './verify.js';
import type { OpenTarball } from './download.js';
import { ensure, Flights, type StoreProgress } from './acquire.js';
import { sweep, takeLease } from './lease.js';
import { bytesOf, listEntries, noteUse, readRecord, type StoreEntry } from './record.js';
import { type Pruned, shrink } from './prune.js';

export interface StoreOptions {
  /** Cache directory; made when missing. */
  readonly dir: string;
  /** Bytes of executables to keep; what is in use stays beyond it. */
  readonly limitBytes: number;
  readonly openTarball: OpenTarball;
  /** Most bytes that a file may unpack to, and that a tarball may have. 2 GiB unless told. */
  readonly maxFileBytes?: number;
}

export interface AcquireOptions {
  readonly onProgress?: (progress: StoreProgress) => void;
  /** Stops the download at once; the acquisition then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** An executable that stays where it is until it is released. */
export interface Acquired {
  /** Absolute path of the executable. */
  readonly path: string;
  /** Directory in which the files lie as they did in the tarball. */
  readonly directory: string;
  /** Integrity of the tarball it came from. */
  readonly integrity: string;
  /** Whether this very call downloaded it; a call that shared another's download did not. */
  readonly downloaded: boolean;
  /** Size on disk of everything taken from the tarball. */
  readonly bytes: number;
  /** Gives the lease back; harmless when called again. */
  release(): Promise<void>;
}

/** A process's view of the store; several of them, in one process or many, can share a directory. */
export interface Store {
  /** Absolute path below which every executable lies: all that a room needs to see of the cache. */
  readonly contentDirectory: string;
  /**
   * The executable, verified, and kept from eviction until it is released.
   * @throws {BisectError} TARBALL_INTEGRITY, TARBALL_MALFORMED, DISK_FULL, CACHE_NOT_WRITABLE, CACHE_BUSY; errors of
   *   `openTarball` unchanged; the signal's reason
   */
  acquire(source: ExecutableSource, options?: AcquireOptions): Promise<Acquired>;
  /**
   * Whether it is there; does not read it, so it may still turn out damaged.
   * @throws {BisectError} TARBALL_MALFORMED for a source that can never be stored
   */
  has(source: ExecutableSource): Promise<boolean>;
  /** What is there, the least recently used first. */
  ls(): Promise<StoreEntry[]>;
  /** Hashes everything; removes what is damaged, and says so. */
  verify(options?: { readonly signal?: AbortSignal }): Promise<Verified[]>;
  /** Removes what is not in use: all, or the least recently used until `toBytes` (else the limit) is kept. */
  prune(options?: { readonly all?: boolean; readonly toBytes?: number }): Promise<Pruned>;
}

const DEFAULT_MAX_FILE_BYTES = 2 * 1024 ** 3;

/**
 * Opens the store below `dir`, and clears what processes that were killed left there.
 * @throws {BisectError} CACHE_NOT_WRITABLE, DISK_FULL
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { dir, limitBytes, openTarball, maxFileBytes = DEFAULT_MAX_FILE_BYTES } = options;
  const layout = await openLayout(dir);
  await sweep(layout);
  const flights = new Flights<Ensured, StoreProgress>();
  const verified = new Map<string, string>();
  /** Eviction had to leave more than the limit because it was in use. */
  let isTooLarge = false;
  const evict = async (): Promise<void> => {
    // An executable is no worse for another one that cannot be removed, say because a different user put it there.
    const pruned = await shrink(layout, limitBytes).catch(() => undefined);
    isTooLarge = pruned !== undefined && pruned.remaining > limitBytes;
  };
  return {
    contentDirectory: layout.content,

    async acquire(source, { onProgress, signal } = {}) {
      signal?.throwIfAborted();
      const address = addressOf(source);
      const { key, integrity } = address;
      const home = homeOf(layout, key);
      const job = { layout, source, address, openTarball, maxFileBytes, verified };
      const work: Work = (stop, report) => ensure({ ...job, signal: stop, report });
      // The lease comes first: what is found after it cannot be evicted any more.
      const release = await takeLease(layout, key);
      try {
        const { outcome, first } = await flights.join(key, { work, onProgress, signal });
        const { record } = outcome;
        const downloaded = outcome.downloaded && first;
        await noteUse(home);
        if (downloaded) await evict();
        const directory = join(home, 'files');
        return {
          path: join(directory, record.entry),
          directory,
          integrity,
          downloaded,
          bytes: bytesOf(record),
          release: async () => {
            await noteUse(home);
            await release();
            if (isTooLarge) await evict();
          },
        };
      } catch (error) {
        await release().catch(() => undefined);
        throw error;
      }
    },

    async has(source) {
      const { key, integrity } = addressOf(source);
      const home = homeOf(layout, key);
      const record = await readRecord(home);
      return record?.integrity === integrity && (await fingerprintOf(home, record)) !== undefined;
    },

    ls: async () => (await listEntries(layout)).map(({ facts }) => facts),
    verify: ({ signal } = {}) => verifyAll(layout, signal),
    prune: ({ all = false, toBytes = limitBytes } = {}) => shrink(layout, all ? 0 : toBytes),
  };
}

type Ensured = Awaited<ReturnType<typeof ensure>>;
type Work = Parameters<Flights<Ensured, StoreProgress>['join']>[1]['work'];
