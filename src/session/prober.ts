/** Runs releases: the executable from the store, and a run of the client for each arm. What comes of it is an observation. */
import pLimit from 'p-limit';
import type { Client } from '../clients/client.js';
import { runByHand, type OwnTerminal } from '../probe/by-hand.js';
import type { Job } from '../probe/job.js';
import type { Observation } from '../probe/observation.js';
import { probe, probeHealth, probeStatic } from '../probe/probe.js';
import type { ProbeLimits } from '../probe/protocol.js';
import type { HostedRoom, Rooms } from '../probe/rooms.js';
import type { TestableRelease } from '../registry/releases.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';
import { allOrFirstFailure } from '../search/drive.js';
import type { Mode } from '../settings.js';
import type { StoreProgress } from '../store/acquire.js';
import type { Store } from '../store/store.js';
import { staticCommand, type Oracle } from '../verdict/oracle.js';

/** What is going on with a release. */
export type ProbeStage =
  | { readonly kind: 'download' | 'verify'; readonly bytes: number; readonly total: number | undefined }
  | { readonly kind: 'run'; readonly arm: string };

/** What is run of a release, and how. */
export interface Exercise {
  readonly client: Client;
  readonly scenario: Scenario;
  readonly mode: Mode;
  /** A command of the user's judges; `client` and `scenario` are made for it (verdict/oracle.ts). */
  readonly oracle: Oracle | undefined;
  readonly onStage: (version: string, stage: ProbeStage) => void;
}

export interface ProberTools {
  /** How many runs, and how many fetches, at once. */
  readonly jobs: number;
  readonly limits: ProbeLimits;
  /** Nothing is fetched. */
  readonly offline: boolean;
  readonly store: Store;
  readonly rooms: Rooms;
}

/** Whoever opened the tools closes them. */
export function createProber(exercise: Exercise, tools: ProberTools) {
  const { client, scenario, mode, oracle, onStage } = exercise;
  const { jobs, limits, offline, store, rooms } = tools;
  const fetching = pLimit(jobs);
  // What runs outside of the rooms is as many at once.
  const outside = pLimit(jobs);
  const needed = new Set<Promise<unknown>>();
  let downloads = 0;

  const acquire = async ({ version, source }: TestableRelease, signal: AbortSignal) => {
    const onProgress = ({ stage, done, total }: StoreProgress) =>
      onStage(version, { kind: stage, bytes: done, total });
    const executable = await fetching(() => store.acquire(source, { signal, onProgress }));
    if (executable.downloaded) downloads += 1;
    return executable;
  };

  const withExecutable = async <Result>(
    release: TestableRelease,
    signal: AbortSignal,
    use: (path: string) => Promise<Result>,
  ): Promise<Result> => {
    const acquiring = acquire(release, signal);
    const settled = Promise.allSettled([acquiring]);
    needed.add(settled);
    const executable = await acquiring.finally(() => needed.delete(settled));
    try {
      return await use(executable.path);
    } finally {
      await executable.release();
    }
  };

  const begin = (version: string, arm: string, signal: AbortSignal) => {
    signal.throwIfAborted();
    onStage(version, { kind: 'run', arm });
  };

  const runArm = (release: TestableRelease, path: string, arm: Arm, signal: AbortSignal) => {
    const { version } = release;
    if (oracle?.callerEnv)
      return outside(() => {
        begin(version, arm.title, signal);
        const { argv, env } = staticCommand(oracle, version, path);
        const command = { argv, env, ...limits, cwd: oracle.directory, signal };
        return probeStatic({ client: client.id, version, scenario: scenario.id, arm: arm.id }, command);
      });
    return rooms.use((room) => {
      begin(version, arm.title, signal);
      return probe(jobOf(release, path, arm, signal), room);
    });
  };

  const jobOf = ({ version, source }: TestableRelease, path: string, arm: Arm, signal: AbortSignal): Job => ({
    subject: { version, command: source.runner === 'node' ? [process.execPath, path] : [path] },
    client,
    scenario,
    arm,
    mode,
    limits,
    signal,
  });

  /** A run of the client that is no round. */
  const besideRounds = (
    release: TestableRelease,
    arm: Arm,
    signal: AbortSignal,
    run: (job: Job, room: HostedRoom) => Promise<Observation>,
  ) =>
    withExecutable(release, signal, async (path) => {
      const seen = await rooms.use((room) => {
        signal.throwIfAborted();
        return run(jobOf(release, path, arm, signal), room);
      });
      signal.throwIfAborted();
      return seen;
    });

  return {
    /**
     * Has `use` run a release under arms, all of one call at once. Its executable stays there meanwhile.
     * @throws BisectError when the environment fails: the registry, the store
     */
    observe: <Result>(
      release: TestableRelease,
      signal: AbortSignal,
      use: (run: (arms: readonly Arm[]) => Promise<Observation[]>) => Promise<Result>,
    ): Promise<Result> =>
      withExecutable(release, signal, (path) =>
        use(async (arms) => {
          const running = arms.map((arm) => runArm(release, path, arm, signal));
          // What an interruption has broken is no failure of its own.
          return allOrFirstFailure(running).finally(() => signal.throwIfAborted());
        }),
      ),
    /**
     * Runs the client's own health check; undefined where it has none. It is no round: it judges nothing, and the ledger does not
     * hear of it.
     * @param failed the arm in which the release failed; without one, the first that is not the control is taken
     * @throws BisectError when the environment fails
     */
    checkHealth: async (release: TestableRelease, failed: string | undefined, signal: AbortSignal) => {
      const { healthCheck } = client;
      const { arms } = scenario;
      const arm = arms.find(({ id }) => id === failed) ?? arms.find(({ control }) => !control);
      if (!healthCheck || !arm || mode === 'static') return undefined;
      return besideRounds(release, arm, signal, (job, room) => {
        onStage(release.version, { kind: 'run', arm: 'health check' });
        return probeHealth(job, healthCheck, room);
      });
    },
    /**
     * Runs the client under `arm` at somebody's own terminal. It is no round either.
     * @throws BisectError when the environment fails
     */
    runByHand: (release: TestableRelease, arm: Arm, terminal: OwnTerminal, signal: AbortSignal) =>
      besideRounds(release, arm, signal, (job, room) => runByHand(job, terminal, room)),
    /** Whether it can be run: offline only what is in the store. */
    isHere: async ({ source }: TestableRelease): Promise<boolean> => !offline || store.has(source),
    /** Fetches what will be needed, if fetching is what takes time; failures are left to be met when it is. */
    prefetch: async (release: TestableRelease, signal: AbortSignal): Promise<void> => {
      // What is needed now has the network and the processor to itself.
      while (needed.size > 0) await Promise.race(needed);
      // Where all that was needed is here already, a run is being repeated: half of the guesses would be fetched for nothing.
      if (signal.aborted || downloads === 0) return;
      const executable = await acquire(release, signal).catch(() => undefined);
      await executable?.release().catch(() => undefined);
    },
    /** How many tarballs were downloaded. */
    downloads: () => downloads,
  };
}
