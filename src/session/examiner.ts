/** Tests one release: executable from the store, one probe an arm, judged and written to the ledger at once. */
import type { TestableRelease } from '../registry/releases.js';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Client } from '../clients/client.js';
import { judgeOracle, staticCommand, type Oracle } from '../verdict/oracle.js';
import { digestOf, type Ledger, type LedgerKey, type Remembered } from '../ledger/ledger.js';
import type { Judgement, Round } from '../verdict/round.js';
import type { HostedRoom } from '../probe/hosted-room.js';
import type { Observation } from '../probe/observation.js';
import type { Mode } from '../settings.js';
import { BY_HAND, runByHand, type OwnTerminal } from '../probe/by-hand.js';
import { probe, probeHealth, type Executable } from '../probe/probe.js';
import type { ProbeLimits } from '../probe/protocol.js';
import type { Rooms } from '../probe/rooms.js';
import { probeStatic } from '../probe/static.js';
import type { ExecutableSource } from '../registry/manifest.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';
import type { StoreProgress } from '../store/acquire.js';
import type { Acquired, Store } from '../store/store.js';
import { judgeRelease } from '../verdict/judge.js';

/** What is going on with a release. */
export type ExaminerStage =
  | { readonly kind: 'download' | 'verify'; readonly bytes: number; readonly total: number | undefined }
  | { readonly kind: 'run'; readonly arm: string };

export interface ExaminerOptions {
  readonly client: Client;
  readonly scenario: Scenario;
  /** A command of the user's judges, in place of the scenario; `client` and `scenario` are made for it (verdict/oracle.ts). */
  readonly oracle: Oracle | undefined;
  readonly platform: string;
  readonly mode: Mode;
  readonly limits: ProbeLimits;
  /** How many executables are fetched at once. */
  readonly jobs: number;
  /** Whether the rooms seal the client off. */
  readonly sealed: boolean;
  /** Nothing is fetched. */
  readonly offline: boolean;
  readonly store: Store;
  readonly rooms: Rooms;
  readonly ledger: Ledger;
  /** With what `node` entries are run. */
  readonly nodePath: string;
  readonly onStage: (version: string, stage: ExaminerStage) => void;
}

export interface Examiner {
  /** The rounds that the ledger holds, judged by today's rules, the oldest first; without those that are no clear verdict. */
  recall(release: TestableRelease): readonly Remembered[];
  /** A round that came to no verdict: of the newest ones with the same reason the first. */
  recallSkip(release: TestableRelease): Remembered | undefined;
  /**
   * Runs the release once under every arm (a round), and records the judgement.
   * @throws BisectError when the environment fails: the registry, the store, the ledger
   */
  examine(release: TestableRelease, signal: AbortSignal): Promise<Round>;
  /**
   * Runs the client's own health check. It is no round: it judges nothing, and the ledger does not hear of it. Undefined
   * where the client has none.
   * @param failed the arm in which the release failed; without one, the first that is not the control is taken
   * @throws BisectError when the environment fails
   */
  checkHealth(
    release: TestableRelease,
    failed: string | undefined,
    signal: AbortSignal,
  ): Promise<Observation | undefined>;
  /** Whether `examine` can have the executable: offline only what is in the store. */
  isHere(release: TestableRelease): Promise<boolean>;
  /** Fetches what `examine` will need, if fetching is what takes time; failures are left to be met there. */
  prefetch(release: TestableRelease, signal: AbortSignal): Promise<void>;
  /** How many tarballs were downloaded. */
  readonly downloads: number;
}

/** Of a session, whose user may run a release by hand. */
export interface AttendedExaminer extends Examiner {
  /**
   * Runs the client under `arm` at somebody's own terminal. It is no round either.
   * @throws BisectError when the environment fails
   */
  runByHand(
    release: TestableRelease,
    arm: Arm,
    terminal: OwnTerminal,
    signal: AbortSignal,
  ): Promise<Observation>;
}

/** A release that cannot be started, or is another version, will be so again; a failure of ours concerns every arm. */
function isWorthRepeating(arm: Arm, { cause, findings }: Judgement): boolean {
  if (cause === 'environment') return true;
  return findings.some((finding) => finding.arm === arm.id && finding.outcome === 'unclear');
}

/** An examiner over these collaborators; whoever opened them closes them. */
export function createExaminer(options: ExaminerOptions): AttendedExaminer {
  return new StoreExaminer(options);
}

class StoreExaminer implements AttendedExaminer {
  readonly #options: ExaminerOptions;
  readonly #scenarioDigest: string;
  readonly #fetching: LimitFunction;
  /** What runs outside of the rooms is as many at once. */
  readonly #outside: LimitFunction;
  /** The acquisitions that an examination waits for. */
  readonly #needed = new Set<Promise<unknown>>();
  downloads = 0;

  constructor(options: ExaminerOptions) {
    this.#options = options;
    this.#scenarioDigest = digestOf(options.scenario);
    this.#fetching = pLimit(options.jobs);
    this.#outside = pLimit(options.jobs);
  }

  recall(release: TestableRelease): readonly Remembered[] {
    const { ledger, oracle, scenario } = this.#options;
    // Nobody knows what the command depends on: what it said once is no answer today.
    if (oracle) return [];
    const rounds = ledger.find(this.#key(release));
    if (scenario.recordedAs !== undefined) return rounds;
    return rounds
      .map((round) => ({ ...round, judgement: this.#judge(release, round.observations) }))
      .filter(({ judgement }) => judgement.verdict !== 'skip');
  }

  recallSkip(release: TestableRelease): Remembered | undefined {
    return this.#options.ledger.findSkip(this.#key(release));
  }

  async examine(release: TestableRelease, signal: AbortSignal): Promise<Round> {
    const executable = await this.#acquireNeeded(release, signal);
    try {
      const examined = await this.#judged(release, executable.path, signal);
      this.#options.ledger.record(this.#key(release), examined);
      return examined;
    } finally {
      await executable.release();
    }
  }

  async checkHealth(
    release: TestableRelease,
    failed: string | undefined,
    signal: AbortSignal,
  ): Promise<Observation | undefined> {
    const { client, scenario, limits, onStage } = this.#options;
    const { healthCheck } = client;
    const { arms } = scenario;
    const arm = arms.find(({ id }) => id === failed) ?? arms.find(({ control }) => !control);
    if (!healthCheck || !arm || this.#options.mode === 'static') return undefined;
    return this.#besideRounds(release, signal, (subject, room) => {
      onStage(subject.version, { kind: 'run', arm: 'health check' });
      return probeHealth({ subject, client, scenario, arm, limits, signal }, healthCheck, room);
    });
  }

  runByHand(
    release: TestableRelease,
    arm: Arm,
    terminal: OwnTerminal,
    signal: AbortSignal,
  ): Promise<Observation> {
    const { client, scenario, limits } = this.#options;
    const request = { client, scenario, arm, limits: { ...limits, ...BY_HAND }, signal };
    return this.#besideRounds(release, signal, (subject, room) =>
      runByHand({ ...request, subject }, terminal, room),
    );
  }

  /** A run of the client that is no round. */
  async #besideRounds(
    release: TestableRelease,
    signal: AbortSignal,
    run: (subject: Executable, room: HostedRoom) => Promise<Observation>,
  ): Promise<Observation> {
    const executable = await this.#acquireNeeded(release, signal);
    try {
      const { version, source } = release;
      const subject = { version, command: this.#commandOf(source, executable.path) };
      const seen = await this.#options.rooms.use((room) => {
        signal.throwIfAborted();
        return run(subject, room);
      });
      signal.throwIfAborted();
      return seen;
    } finally {
      await executable.release();
    }
  }

  async isHere({ source }: TestableRelease): Promise<boolean> {
    return !this.#options.offline || this.#options.store.has(source);
  }

  async prefetch(release: TestableRelease, signal: AbortSignal): Promise<void> {
    // What is needed now has the network and the processor to itself.
    while (this.#needed.size > 0) await Promise.race(this.#needed);
    // Where all that was needed is here already, a run is being repeated: half of the guesses would be fetched for nothing.
    if (signal.aborted || this.downloads === 0) return;
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
    const onProgress = ({ stage, done, total }: StoreProgress) =>
      onStage(version, { kind: stage, bytes: done, total });
    const executable = await this.#fetching(() => store.acquire(source, { signal, onProgress }));
    if (executable.downloaded) this.downloads += 1;
    return executable;
  }

  /** Runs every arm; those that gave no clear finding once more: it may have been a passing disturbance. */
  async #judged(release: TestableRelease, path: string, signal: AbortSignal): Promise<Round> {
    const { arms } = this.#options.scenario;
    const first = await this.#runArms(release, path, arms, signal);
    const judgement = this.#judge(release, first);
    const open = arms.filter((arm) => isWorthRepeating(arm, judgement));
    if (open.length === 0 || this.#options.oracle) return { judgement, observations: first };
    const observations = [...first, ...(await this.#runArms(release, path, open, signal))];
    return { judgement: this.#judge(release, observations), observations };
  }

  #judge({ version }: TestableRelease, observations: readonly Observation[]): Judgement {
    const { oracle, scenario, client } = this.#options;
    return oracle
      ? judgeOracle(version, observations, client, oracle)
      : judgeRelease(version, observations, scenario, client);
  }

  async #runArms(
    release: TestableRelease,
    path: string,
    arms: readonly Arm[],
    signal: AbortSignal,
  ): Promise<Observation[]> {
    const results = await Promise.allSettled(arms.map((arm) => this.#runArm(release, path, arm, signal)));
    signal.throwIfAborted();
    return results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  #runArm(
    { version, source }: TestableRelease,
    path: string,
    arm: Arm,
    signal: AbortSignal,
  ): Promise<Observation> {
    const { client, scenario, mode, limits, rooms, oracle, onStage } = this.#options;
    if (oracle?.callerEnv)
      return this.#outside(() => {
        signal.throwIfAborted();
        onStage(version, { kind: 'run', arm: arm.title });
        const { directory: cwd } = oracle;
        const command = { ...staticCommand(oracle, version, path), ...limits, cwd, signal };
        return probeStatic({ client: client.id, version, scenario: scenario.id, arm: arm.id, command });
      });
    const subject: Executable = { version, command: this.#commandOf(source, path) };
    return rooms.use((room) => {
      signal.throwIfAborted();
      onStage(version, { kind: 'run', arm: arm.title });
      return probe({ subject, client, scenario, arm, mode, limits, signal }, room);
    });
  }

  #commandOf({ runner }: ExecutableSource, path: string): Executable['command'] {
    return runner === 'node' ? [this.#options.nodePath, path] : [path];
  }

  #key({ version, source }: TestableRelease): LedgerKey {
    const { client, oracle, scenario, platform, mode, sealed } = this.#options;
    return {
      client: client.id,
      version,
      integrity: source.integrity,
      platform,
      // What a command says of a release is not said of the scenario whose servers it gets.
      scenario: oracle ? 'oracle' : scenario.id,
      scenarioDigest: this.#scenarioDigest,
      adapterRevision: client.revision,
      mode,
      sealed,
      runtime: source.runner === 'node' ? `node ${process.versions.node}` : 'native',
    };
  }
}
