/** Tests one release: executable from the store, one probe an arm, judged and written to the ledger at once. */
import type { Client } from './clients/client.js';
import { keyFor, type Ledger } from './ledger.js';
import type { Mode, Observation } from './probe/observation.js';
import { probe, type Subject } from './probe/probe.js';
import type { Limits } from './probe/protocol.js';
import type { Rooms } from './probe/rooms.js';
import type { ExecutableSource } from './registry/manifest.js';
import type { Arm, Scenario } from './scenarios/scenario.js';
import type { Acquired, Store } from './store/store.js';
import { judgeRelease, type Judgement, type SkipCause } from './verdict.js';

/** A release that can be tested: its executable is published for the platform. */
export interface TestableRelease {
  readonly version: string;
  readonly source: ExecutableSource;
}

/** What is going on with a release. */
export type ExaminerStage =
  | { readonly kind: 'download' | 'verify'; readonly bytes: number; readonly total: number | undefined }
  | { readonly kind: 'run'; readonly arm: string };

export interface ExaminerOptions {
  readonly client: Client;
  readonly scenario: Scenario;
  readonly platform: string;
  readonly mode: Mode;
  readonly limits: Limits;
  readonly store: Store;
  readonly rooms: Rooms;
  readonly ledger: Ledger;
  /** With what `node` entries are run. */
  readonly nodePath: string;
  readonly onStage: (version: string, stage: ExaminerStage) => void;
}

export interface Examined {
  readonly judgement: Judgement;
  readonly observations: readonly Observation[];
}

export interface Examiner {
  /** The newest clear judgement in the ledger, if there is one. */
  recall(release: TestableRelease): Judgement | undefined;
  /**
   * Runs the release under every arm and records the judgement.
   * @throws BisectError when the environment fails: the registry, the store, the ledger
   */
  examine(release: TestableRelease, signal: AbortSignal): Promise<Examined>;
  /** Fetches what `examine` will need; failures are left to be met there. */
  prefetch(release: TestableRelease, signal: AbortSignal): Promise<void>;
  /** How many tarballs were downloaded. */
  readonly downloads: number;
}

/** Causes of a skip that may be a passing disturbance: such a release is run once more before it is skipped. */
const PASSING: ReadonlySet<SkipCause> = new Set(['environment', 'unclear', 'control']);

export function createExaminer(options: ExaminerOptions): Examiner {
  return new StoreExaminer(options);
}

class StoreExaminer implements Examiner {
  readonly #options: ExaminerOptions;
  /** The acquisitions that an examination waits for. */
  readonly #needed = new Set<Promise<unknown>>();
  downloads = 0;

  constructor(options: ExaminerOptions) {
    this.#options = options;
  }

  recall(release: TestableRelease): Judgement | undefined {
    return this.#options.ledger.find(this.#key(release));
  }

  async examine(release: TestableRelease, signal: AbortSignal): Promise<Examined> {
    const executable = await this.#acquireNeeded(release, signal);
    try {
      const examined = await this.#judged(release, executable.path, signal);
      this.#options.ledger.record(this.#key(release), examined.judgement, examined.observations);
      return examined;
    } finally {
      await executable.release();
    }
  }

  async prefetch(release: TestableRelease, signal: AbortSignal): Promise<void> {
    // What is needed now has the network and the processor to itself.
    while (this.#needed.size > 0) await Promise.race(this.#needed);
    if (signal.aborted) return;
    const executable = await this.#acquire(release, signal).catch(() => undefined);
    await executable?.release().catch(() => undefined);
  }

  async #acquireNeeded(release: TestableRelease, signal: AbortSignal): Promise<Acquired> {
    const acquiring = this.#acquire(release, signal);
    const settled = Promise.allSettled([acquiring]);
    this.#needed.add(settled);
    try {
      return await acquiring;
    } finally {
      this.#needed.delete(settled);
    }
  }

  async #acquire({ version, source }: TestableRelease, signal: AbortSignal): Promise<Acquired> {
    const { store, onStage } = this.#options;
    const executable = await store.acquire(source, {
      signal,
      onProgress: ({ stage, done, total }) => onStage(version, { kind: stage, bytes: done, total }),
    });
    if (executable.downloaded) this.downloads += 1;
    return executable;
  }

  async #judged(release: TestableRelease, path: string, signal: AbortSignal): Promise<Examined> {
    const first = await this.#runArms(release, path, signal);
    const { verdict, cause } = first.judgement;
    if (verdict !== 'skip' || cause === null || !PASSING.has(cause)) return first;
    const second = await this.#runArms(release, path, signal);
    const runs = first.judgement.runs + second.judgement.runs;
    return { ...second, judgement: { ...second.judgement, runs } };
  }

  async #runArms(release: TestableRelease, path: string, signal: AbortSignal): Promise<Examined> {
    const { scenario, client } = this.#options;
    const running = scenario.arms.map((arm) => this.#runArm(release, path, arm, signal));
    const results = await Promise.allSettled(running);
    signal.throwIfAborted();
    const observations = results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    return { judgement: judgeRelease(release.version, observations, scenario, client), observations };
  }

  #runArm(
    { version, source }: TestableRelease,
    path: string,
    arm: Arm,
    signal: AbortSignal,
  ): Promise<Observation> {
    const { client, scenario, mode, limits, rooms, onStage } = this.#options;
    const subject: Subject = { version, command: this.#commandOf(source, path) };
    return rooms.use((room) => {
      signal.throwIfAborted();
      onStage(version, { kind: 'run', arm: arm.title });
      return probe({ subject, client, scenario, arm, mode, limits, signal }, room);
    });
  }

  #commandOf({ runner }: ExecutableSource, path: string): Subject['command'] {
    return runner === 'node' ? [this.#options.nodePath, path] : [path];
  }

  #key({ version, source }: TestableRelease) {
    const { client, scenario, platform, mode } = this.#options;
    return keyFor(client, scenario, { version, integrity: source.integrity }, platform, mode);
  }
}
