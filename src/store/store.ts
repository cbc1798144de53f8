import { join } from 'node:path';
import type { ExecutableSource } from '../registry/releases.js';
import { addressOf, homeOf, type Layout, openLayout } from './layout.js';
import { fingerprintOf, type Verified, verifyAll } from './verify.js';
import type { OpenTarball } from './download.js';
import { ensure, Flights, type StoreProgress } from './acquire.js';
import { sweep, takeLease } from './lease.js';
import { bytesOf, type EntryRecord, listEntries, noteUse, readRecord, type StoreEntry } from './record.js';
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
   * @throws {BisectError} TARBALL_INTEGRITY, TARBALL_MALFORMED for a source that can never be stored
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
  const layout = await openLayout(options.dir);
  await sweep(layout);
  return new DiskStore(layout, options);
}

interface Ensured {
  readonly record: EntryRecord;
  readonly downloaded: boolean;
}

class DiskStore implements Store {
  readonly #layout: Layout;
  readonly #options: StoreOptions;
  readonly #flights = new Flights<Ensured, StoreProgress>();
  readonly #verified = new Map<string, string>();
  /** Set when eviction had to leave more than the limit because it was in use. */
  #tooLarge = false;

  constructor(layout: Layout, options: StoreOptions) {
    this.#layout = layout;
    this.#options = options;
  }

  get contentDirectory(): string {
    return this.#layout.content;
  }

  async acquire(source: ExecutableSource, options: AcquireOptions = {}): Promise<Acquired> {
    options.signal?.throwIfAborted();
    const { key } = addressOf(source);
    // The lease comes first: what is found after it cannot be evicted any more.
    const release = await takeLease(this.#layout, key);
    try {
      const { outcome, first } = await this.#flights.join(key, { ...options, work: this.#work(source) });
      await noteUse(homeOf(this.#layout, key));
      if (outcome.downloaded && first) await this.#evict();
      return this.#acquired(key, { ...outcome, downloaded: outcome.downloaded && first }, release);
    } catch (error) {
      await release().catch(() => undefined);
      throw error;
    }
  }

  async has(source: ExecutableSource): Promise<boolean> {
    const { key, integrity } = addressOf(source);
    const home = homeOf(this.#layout, key);
    const record = await readRecord(home);
    return record?.integrity === integrity && (await fingerprintOf(home, record)) !== undefined;
  }

  async ls(): Promise<StoreEntry[]> {
    return (await listEntries(this.#layout)).map(({ facts }) => facts);
  }

  async verify({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Verified[]> {
    return verifyAll(this.#layout, signal);
  }

  async prune({
    all = false,
    toBytes,
  }: { readonly all?: boolean; readonly toBytes?: number } = {}): Promise<Pruned> {
    return shrink(this.#layout, all ? 0 : (toBytes ?? this.#options.limitBytes));
  }

  #work(source: ExecutableSource) {
    const { openTarball, maxFileBytes = DEFAULT_MAX_FILE_BYTES } = this.#options;
    return (signal: AbortSignal, report: (progress: StoreProgress) => void) =>
      ensure({
        layout: this.#layout,
        source,
        address: addressOf(source),
        openTarball,
        maxFileBytes,
        signal,
        verified: this.#verified,
        report,
      });
  }

  #acquired(key: string, { record, downloaded }: Ensured, release: () => Promise<void>): Acquired {
    const home = homeOf(this.#layout, key);
    const directory = join(home, 'files');
    return {
      path: join(directory, record.entry),
      directory,
      integrity: record.integrity,
      downloaded,
      bytes: bytesOf(record),
      release: async () => {
        await noteUse(home);
        await release();
        if (this.#tooLarge) await this.#evict();
      },
    };
  }

  async #evict(): Promise<void> {
    const { limitBytes } = this.#options;
    // An executable is no worse for another one that cannot be removed, say because a different user put it there.
    const pruned = await shrink(this.#layout, limitBytes).catch(() => undefined);
    this.#tooLarge = pruned !== undefined && pruned.remaining > limitBytes;
  }
}
