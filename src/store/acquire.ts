import { BisectError } from '../errors.js';
import { onDisk } from '../disk.js';
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
  const { layout, address, verified, report } = job;
  const home = homeOf(layout, address.key);
  const remember = async (record: EntryRecord) => {
    const fingerprint = await fingerprintOf(home, record);
    if (fingerprint !== undefined) verified.set(address.key, fingerprint);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await intactRecord(job, home, remember);
    if (found !== undefined) return { record: found, downloaded: false };
    const onBytes = (done: number, total: number | undefined) => report({ stage: 'download', done, total });
    const record = await download({ ...job, onBytes });
    if (record === undefined) continue;
    await remember(record);
    return { record, downloaded: true };
  }
  throw new BisectError(
    'CACHE_BUSY',
    `What is put into the cache ${layout.dir} is damaged by something else.`,
    {
      hint: 'Name another place with --cache-dir.',
      facts: { dir: layout.dir },
    },
  );
}

/** The record of what is there and intact; what is there and damaged is removed. */
async function intactRecord(
  { layout, address: { key, integrity }, verified, report, signal }: EnsureJob,
  home: string,
  remember: (record: EntryRecord) => Promise<void>,
): Promise<EntryRecord | undefined> {
  const identity = await identityOf(home);
  if (identity === undefined) return undefined;
  const record = await readRecord(home);
  if (record?.integrity === integrity) {
    const known = verified.get(key);
    if (known !== undefined && known === (await fingerprintOf(home, record))) return record;
    const total = bytesOf(record);
    const onBytes = (done: number) => report({ stage: 'verify', done, total });
    if ((await damageIn(home, record, { onBytes, signal })) === undefined) {
      await remember(record);
      return record;
    }
  }
  await onDisk(layout.dir, () => discard(layout, key, identity));
  return undefined;
}

/** One piece of work that several callers wait for. */
interface Flight<T, P> {
  readonly outcome: Promise<T>;
  readonly controller: AbortController;
  /** One for each caller. */
  readonly listeners: Set<(progress: P) => void>;
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
    const flight = running ?? started(work);
    this.#flights.set(key, flight);
    // A listener of its own for every call: two callers may pass the same function.
    const listener = (progress: P) => onProgress?.(progress);
    flight.listeners.add(listener);
    try {
      return { outcome: await orAborted(flight.outcome, signal), first: running === undefined };
    } finally {
      flight.listeners.delete(listener);
      if (flight.listeners.size === 0) {
        // Off the table first: whoever comes now starts anew instead of joining what is being aborted.
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
        if (!flight.landed) flight.controller.abort(signal?.reason);
        await flight.outcome.catch(() => undefined);
      }
    }
  }
}

function started<T, P>(work: JoinOptions<T, P>['work']): Flight<T, P> {
  const controller = new AbortController();
  const listeners = new Set<(progress: P) => void>();
  const report = (progress: P) => {
    for (const listener of listeners) listener(progress);
  };
  const outcome = Promise.resolve().then(() => work(controller.signal, report));
  const flight = { outcome, controller, listeners, landed: false };
  const land = () => void (flight.landed = true);
  outcome.then(land, land);
  return flight;
}
