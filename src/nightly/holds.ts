/** Executables that stay in the store while they are needed, so that no tarball is fetched twice in a night. */
import type { TestableRelease } from '../registry/releases.js';
import type { Acquired, Store } from '../store/store.js';

/** With more the store could not keep to its limit: an executable is some 250 MB. */
const MOST = 4;

export class Holds {
  readonly #store: Store;
  readonly #held = new Map<string, Promise<Acquired>>();
  downloads = 0;
  /** Releases that were there already. */
  hits = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Fetches a release where it is not there, and keeps it. Asked again it is the same hold.
   * @throws BisectError of the store or the registry
   */
  async take({ version, source }: TestableRelease, signal: AbortSignal): Promise<void> {
    const held = this.#held.get(version) ?? this.#begin(version, this.#store.acquire(source, { signal }));
    await held;
  }

  async #begin(version: string, taking: Promise<Acquired>): Promise<Acquired> {
    this.#held.set(version, taking);
    try {
      const acquired = await taking;
      if (acquired.downloaded) this.downloads += 1;
      else this.hits += 1;
      return acquired;
    } catch (error) {
      this.#held.delete(version);
      throw error;
    }
  }

  /** Lets go of all but these, and of more than a few in any case: the ones named first are kept. */
  async keepOnly(versions: readonly string[]): Promise<void> {
    const kept = new Set(versions.slice(0, MOST));
    const gone = [...this.#held].filter(([version]) => !kept.has(version));
    for (const [version, taken] of gone) {
      this.#held.delete(version);
      await taken.then((acquired) => acquired.release()).catch(() => undefined);
    }
  }
}
