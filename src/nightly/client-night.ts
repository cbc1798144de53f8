/** A night of one client: runs what is new under every scenario, newest first, and looks into every change. */
import type { Rule } from '../search/question.js';
import { allOrFirstFailure, isReleaseFault } from '../search/drive.js';
import type { BisectError } from '../errors.js';
import type { TestableRelease } from '../registry/releases.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Workbench } from '../session/session.js';
import type { TestWhich } from './config.js';
import { Holds } from './holds.js';
import type { NightLog } from './log.js';
import { isWithheld, NightExaminer } from './night-examiner.js';
import type { Subject } from './subject.js';
import { Watch } from './watch.js';
import { isRunnable, type NightRelease } from './window.js';

export interface ClientNightOptions {
  readonly subjects: readonly Subject[];
  /** The releases of the night, the oldest first. */
  readonly releases: readonly NightRelease[];
  readonly test: TestWhich;
  readonly retries: number;
  readonly rule: Rule;
  readonly ledger: Ledger;
  readonly log: NightLog;
  /** `2026-11-23` */
  readonly today: string;
}

export class ClientNight {
  readonly watches: readonly Watch[];
  readonly #options: ClientNightOptions;
  readonly #holds: Holds;
  readonly #queue: readonly (NightRelease & TestableRelease)[];
  readonly #withheld = new Map<string, BisectError>();

  constructor(bench: Workbench, options: ClientNightOptions) {
    this.#options = options;
    this.#holds = new Holds(bench.store);
    this.#queue = options.releases
      .filter((release) => !release.isUnpublished)
      .filter(isRunnable)
      .toReversed();
    this.watches = options.subjects.map((subject) => this.#watchOf(subject, bench));
  }

  #watchOf(subject: Subject, bench: Workbench): Watch {
    const { ledger, retries, rule, log, releases, today } = this.#options;
    const { client, scenario, mode } = subject;
    const onRound = log.rounds(subject);
    const inner = bench.roundsFor({ client, scenario, mode, oracle: undefined, onStage: log.stages() });
    const examiner = new NightExaminer(inner, {
      subject,
      nights: ledger.nights,
      retries,
      onRound,
      today,
      onWithheld: ({ version }, error) => this.#withheld.set(version, error),
    });
    return new Watch({ subject, releases, catalogue: bench.catalogue, examiner, rule });
  }

  /** Tarballs that the registry did not give: the night is not over without them. */
  get failures(): readonly BisectError[] {
    return [...this.#withheld.values()];
  }

  get downloads(): number {
    return this.watches.reduce((sum, { examiner }) => sum + examiner.downloads(), this.#holds.downloads);
  }

  get cacheHits(): number {
    return this.#holds.hits;
  }

  /**
   * Until every new release was run, and every change is looked into.
   * @throws BisectError when the environment fails; what was learned until then is in the ledger
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        await this.#test(next, signal);
        await this.#settle(signal);
      }
      await this.#settle(signal);
    } finally {
      await this.#holds.keepOnly([]);
    }
  }

  /** Whether a release waits to be run for its own sake. */
  #isWaiting(watch: Watch, release: TestableRelease): boolean {
    const place = this.#queue.findIndex(({ version }) => version === release.version);
    return place >= 0 && watch.examiner.isOpen(release) && this.#isWanted(watch, place);
  }

  /** Newest first: the state is known as soon as one of the newer ones has a verdict. */
  #isWanted(watch: Watch, place: number): boolean {
    if (this.#queue[place]?.isDue !== true) return false;
    return this.#options.test === 'all' || !this.#queue.slice(0, place).some((newer) => watch.isClear(newer));
  }

  /** Whether another night would run something: for its own sake, or because it may be where a change began. */
  get isOpenTomorrow(): boolean {
    return this.watches.some((watch) => {
      const suspects = new Set(watch.changes().flatMap((change) => change.suspects));
      const isSuspect = (release: TestableRelease) =>
        suspects.has(release.version) && watch.examiner.skipReason(release) !== undefined;
      const isDue = (release: TestableRelease, place: number) =>
        this.#isWanted(watch, place) || isSuspect(release);
      return this.#queue.some(
        (release, place) => watch.examiner.isOpenTomorrow(release) && isDue(release, place),
      );
    });
  }

  #waitingFor(release: TestableRelease): Watch[] {
    return this.watches.filter((watch) => this.#isWaiting(watch, release));
  }

  #next(after = -1): (NightRelease & TestableRelease) | undefined {
    return this.#queue.find((release, place) => place > after && this.#waitingFor(release).length > 0);
  }

  async #test(release: NightRelease & TestableRelease, signal: AbortSignal): Promise<void> {
    const { log } = this.#options;
    const place = this.#queue.indexOf(release);
    const waiting = this.#waitingFor(release);
    log.release(
      release.version,
      waiting.map(({ subject }) => subject.column.key),
    );
    try {
      await this.#holds.take(release, signal);
    } catch (error) {
      if (!isReleaseFault(error)) throw error;
      if (isWithheld(error)) this.#withheld.set(release.version, error);
      for (const { examiner, subject } of waiting) {
        examiner.noteUnavailable(release, error.message);
        log.unavailable(subject, release.version, error.message);
      }
      return;
    }
    const following = this.#next(place);
    // Fetched while this one runs; what goes wrong with it is met when its turn comes.
    if (following && this.#options.test === 'all') this.#holds.take(following, signal).catch(() => undefined);
    await allOrFirstFailure(waiting.map(({ examiner }) => examiner.examine(release, signal)));
    await this.#holds.keepOnly([
      release.version,
      ...(following ? [following.version] : []),
      ...this.#nearest(place),
    ]);
  }

  /** For each subject the nearest newer release with a verdict: the other side of a change that may come next. */
  #nearest(place: number): string[] {
    const newer = this.#queue.slice(0, place).toReversed();
    const nearest = this.watches.map((watch) => newer.find((release) => watch.isClear(release))?.version);
    return [...new Set(nearest.filter((version) => version !== undefined))];
  }

  async #settle(signal: AbortSignal): Promise<void> {
    await allOrFirstFailure(
      this.watches.map((watch) =>
        watch.settleAll(
          signal,
          (change) => this.#options.log.change(watch.subject, change),
          (release) => this.#isWaiting(watch, release),
        ),
      ),
    );
  }
}
