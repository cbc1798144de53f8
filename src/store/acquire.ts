import { BisectError } from '../errors.js';
import { onDisk } from './disk.js';
import { download, type DownloadJob, orAborted } from './download.js';
import { homeOf } from './layout.js';
import { discard, identityOf } from './prune.js';
import { bytesOf, type EntryRecord, readRecord } from './record.js';
import { damageIn, fingerprintOf } from './verify.js';

/** How far an acquisition is: bytes done of `total`, which is undefined where the registry does not tell. */
export interface StoreProgress {
  readonly stage: 'download' | 'verify';
  readonly done: number;
  readonly total: number | undefined;
}

interface EnsureJob extends Omit<DownloadJob, 'onBytes'> {
  /** Fingerprints, by key, of what this process has verified. */
  readonly verified: Map<string, string>;
  readonly report: (progress: StoreProgress) => void;
}

/** Rounds of finding, losing and fetching again before the cache is given up as contested. */
const ROUNDS = 5;

/**
 * Makes sure that an executable is in the store and intact: verified where this process has not done so, removed and
 * fetched again where it is damaged. The caller holds a lease on it.
 * @throws {BisectError} as `download`; CACHE_BUSY when it is damaged again and again as it is replaced
 */
export async function ensure(job: EnsureJob): Promise<{ record: EntryRecord; downloaded: boolean }> {
  const home = homeOf(job.layout, job.address.key);
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await intactRecord(job, home);
    if (found !== undefined) return { record: found, downloaded: false };
    const onBytes = (done: number, total: number | undefined) =>
      job.report({ stage: 'download', done, total });
    const record = await download({ ...job, onBytes });
    if (record === undefined) continue;
    await remember(job, home, record);
    return { record, downloaded: true };
  }
  throw new BisectError(
    'CACHE_BUSY',
    `What is put into the cache ${job.layout.dir} is damaged by something else.`,
    {
      hint: 'Name another place with --cache-dir.',
      facts: { dir: job.layout.dir },
    },
  );
}

/** The record of what is there and intact; what is there and damaged is removed. */
async function intactRecord(job: EnsureJob, home: string): Promise<EntryRecord | undefined> {
  const identity = await identityOf(home);
  if (identity === undefined) return undefined;
  const record = await readRecord(home);
  if (
    record !== undefined &&
    record.integrity === job.address.integrity &&
    (await isIntact(job, home, record))
  ) {
    return record;
  }
  await onDisk(job.layout.dir, () => discard(job.layout, job.address.key, identity));
  return undefined;
}

async function isIntact(job: EnsureJob, home: string, record: EntryRecord): Promise<boolean> {
  const fingerprint = await fingerprintOf(home, record);
  if (fingerprint !== undefined && job.verified.get(job.address.key) === fingerprint) return true;
  const total = bytesOf(record);
  const damage = await damageIn(home, record, {
    onBytes: (done) => job.report({ stage: 'verify', done, total }),
    signal: job.signal,
  });
  if (damage === undefined) await remember(job, home, record);
  return damage === undefined;
}

async function remember({ verified, address }: EnsureJob, home: string, record: EntryRecord): Promise<void> {
  const fingerprint = await fingerprintOf(home, record);
  if (fingerprint !== undefined) verified.set(address.key, fingerprint);
}

/** One piece of work that several callers wait for. */
interface Flight<T, P> {
  readonly outcome: Promise<T>;
  readonly controller: AbortController;
  readonly listeners: Set<(progress: P) => void>;
  waiting: number;
  landed: boolean;
}

interface JoinOptions<T, P> {
  readonly work: (signal: AbortSignal, report: (progress: P) => void) => Promise<T>;
  readonly onProgress?: ((progress: P) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Lets callers that want the same thing at the same time share the work for it. */
export class Flights<T, P> {
  readonly #flights = new Map<string, Flight<T, P>>();

  /**
   * Starts the work for `key`, or joins that which is under way. A caller whose signal fires leaves; when the last one
   * leaves, the work is aborted and its end awaited, so that it can tidy up.
   * @returns the outcome, and whether this call started it
   * @throws what the work throws; the signal's reason
   */
  async join(
    key: string,
    { work, onProgress, signal }: JoinOptions<T, P>,
  ): Promise<{ outcome: T; first: boolean }> {
    signal?.throwIfAborted();
    const running = this.#flights.get(key);
    const flight = running ?? this.#start(key, work);
    // A listener of its own for every call: two callers may pass the same function.
    const listener = (progress: P) => onProgress?.(progress);
    flight.listeners.add(listener);
    flight.waiting += 1;
    try {
      const outcome = await orAborted(flight.outcome, signal);
      return { outcome, first: running === undefined };
    } finally {
      flight.listeners.delete(listener);
      flight.waiting -= 1;
      if (flight.waiting === 0) await this.#end(key, flight, signal?.reason);
    }
  }

  #start(key: string, work: JoinOptions<T, P>['work']): Flight<T, P> {
    const controller = new AbortController();
    const listeners = new Set<(progress: P) => void>();
    const report = (progress: P) => {
      for (const listener of listeners) listener(progress);
    };
    const run = async () => {
      try {
        return await work(controller.signal, report);
      } finally {
        flight.landed = true;
      }
    };
    const flight = { outcome: Promise.resolve().then(run), controller, listeners, waiting: 0, landed: false };
    this.#flights.set(key, flight);
    return flight;
  }

  async #end(key: string, flight: Flight<T, P>, reason: unknown): Promise<void> {
    // Off the table first: whoever comes now starts anew instead of joining what is being aborted.
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    if (flight.landed) return;
    flight.controller.abort(reason);
    await flight.outcome.catch(() => undefined);
  }
}
