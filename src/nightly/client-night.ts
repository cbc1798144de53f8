/** A night of one client: runs what is new under every scenario, newest first, and looks into every change. */
import type { BisectError } from '../errors.js';
import type { TestableRelease } from '../registry/releases.js';
import { allOrFirstFailure, isReleaseFault } from '../search/drive.js';
import type { Acquired, Store } from '../store/store.js';
import type { ClientPlan } from './config.js';
import type { NightLog } from './log.js';
import type { Watch } from './watch.js';
import { isRunnable, type NightRelease } from './window.js';

export interface ClientNightOptions {
  readonly watches: readonly Watch[];
  /** The releases of the night, the oldest first. */
  readonly releases: readonly NightRelease[];
  readonly test: ClientPlan['test'];
  readonly store: Store;
  readonly log: NightLog;
}

type Queued = NightRelease & TestableRelease;

export class ClientNight {
  readonly watches: readonly Watch[];
  readonly #options: ClientNightOptions;
  readonly #holds: Holds;
  readonly #queue: readonly Queued[];

  constructor(options: ClientNightOptions) {
    this.#options = options;
    this.watches = options.watches;
    this.#holds = new Holds(options.store);
    this.#queue = options.releases
      .filter((release) => !release.isUnpublished)
      .filter(isRunnable)
      .toReversed();
  }

  /** Tarballs that the registry did not give: the night is not over without them. */
  get failures(): readonly BisectError[] {
    return [...new Map(this.watches.flatMap(({ withheld }) => [...withheld])).values()];
  }

  get downloads(): number {
    return this.watches.reduce((sum, { rounds }) => sum + rounds.downloads(), this.#holds.downloads);
  }

  /** Executables that were needed and there already. */
  get cacheHits(): number {
    return this.#holds.hits;
  }

  /**
   * Until every new release was run, and every change is looked into.
   * @throws BisectError when the environment fails; what was learned until then is in the ledger
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      for (let place = this.#next(); place >= 0; place = this.#next()) {
        await this.#test(place, signal);
        await this.#settle(signal);
      }
      await this.#settle(signal);
    } finally {
      await this.#holds.keepOnly([]);
    }
  }

  /** Whether a release is to be run for its own sake. Newest first: the state is known as soon as a newer one has a verdict. */
  #isWanted(watch: Watch, place: number): boolean {
    if (this.#queue[place]?.isDue !== true) return false;
    return this.#options.test === 'all' || !this.#queue.slice(0, place).some((newer) => watch.isClear(newer));
  }

  /** For whom a release waits to be run. */
  #waitingAt(place: number): Watch[] {
    const release = this.#queue[place] as Queued;
    return this.watches.filter((watch) => watch.isOpen(release) && this.#isWanted(watch, place));
  }

  #next(after = -1): number {
    return this.#queue.findIndex((_, place) => place > after && this.#waitingAt(place).length > 0);
  }

  /** Whether another night would run something: for its own sake, or because it may be where a change began. */
  get isOpenTomorrow(): boolean {
    return this.watches.some((watch) => {
      const suspects = new Set(watch.changes().flatMap((change) => change.suspects));
      const isSuspect = (release: Queued) =>
        suspects.has(release.version) && watch.skipReason(release) !== undefined;
      return this.#queue.some(
        (release, place) =>
          watch.isOpenTomorrow(release) && (this.#isWanted(watch, place) || isSuspect(release)),
      );
    });
  }

  async #test(place: number, signal: AbortSignal): Promise<void> {
    const { log, test } = this.#options;
    const release = this.#queue[place] as Queued;
    const waiting = this.#waitingAt(place);
    const columns = waiting.map(({ subject }) => subject.column.key);
    log.say('release', { version: release.version, columns });
    try {
      await this.#holds.take(release, signal);
    } catch (error) {
      if (!isReleaseFault(error)) throw error;
      for (const watch of waiting) {
        watch.noteUnavailable(release, error);
        const { key: column } = watch.subject.column;
        log.say('unavailable', { column, version: release.version, reason: error.message });
      }
      return;
    }
    const following = this.#queue[this.#next(place)];
    // Fetched while this one runs; what goes wrong with it is met when its turn comes.
    if (following && test === 'all') this.#holds.take(following, signal).catch(() => undefined);
    await allOrFirstFailure(waiting.map(({ rounds }) => rounds.examine(release, signal)));
    // For each subject the nearest newer release with a verdict: the other side of a change that may come next.
    const newer = this.#queue.slice(0, place).toReversed();
    const nearest = this.watches.map((watch) => newer.find((one) => watch.isClear(one)));
    const needed = [release, following, ...nearest].filter((one) => one !== undefined);
    await this.#holds.keepOnly(needed.map(({ version }) => version));
  }

  async #settle(signal: AbortSignal): Promise<void> {
    await allOrFirstFailure(
      this.watches.map((watch) =>
        watch.settleAll(
          signal,
          (change) => this.#options.log.change(watch.subject, change),
          (version) => {
            const place = this.#queue.findIndex((release) => release.version === version);
            return place >= 0 && this.#waitingAt(place).includes(watch);
          },
        ),
      ),
    );
  }
}

/** With more held the store could not keep to its limit: an executable is some 250 MB. */
const MOST = 4;

/** Executables that stay in the store while they are needed, so that no tarball is fetched twice in a night. */
class Holds {
  readonly #store: Store;
  readonly #held = new Map<string, Promise<Acquired>>();
  downloads = 0;
  hits = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Fetches a release where it is not there, and keeps it. @throws BisectError of the store or the registry */
  async take({ version, source }: TestableRelease, signal: AbortSignal): Promise<void> {
    const held = this.#held.get(version);
    if (held) return void (await held);
    const taking = this.#store.acquire(source, { signal });
    this.#held.set(version, taking);
    try {
      if ((await taking).downloaded) this.downloads += 1;
      else this.hits += 1;
    } catch (error) {
      this.#held.delete(version);
      throw error;
    }
  }

  /** Lets go of all but these, and of more than a few in any case: the ones named first are kept. */
  async keepOnly(versions: readonly string[]): Promise<void> {
    const kept = new Set([...new Set(versions)].slice(0, MOST));
    for (const [version, taken] of this.#held) {
      if (kept.has(version)) continue;
      this.#held.delete(version);
      await taken.then((acquired) => acquired.release()).catch(() => undefined);
    }
  }
}
