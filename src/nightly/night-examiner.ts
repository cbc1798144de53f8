/** An examiner that tries a release without a verdict once a night, and keeps count of the nights. */
import { isReleaseFault } from '../search/drive.js';
import type { BisectError } from '../errors.js';
import type { Rounds } from '../session/rounds.js';
import type { TestableRelease } from '../registry/releases.js';
import { digestOf, type NightLedger, type Remembered, type SkipRecord } from '../ledger/ledger.js';
import type { Judgement, Round } from '../verdict/round.js';
import type { Subject } from './subject.js';

export interface NightExaminerOptions {
  readonly subject: Subject;
  readonly nights: NightLedger;
  /** On how many nights a release without a verdict is tried. */
  readonly retries: number;
  readonly onRound: (version: string, judgement: Judgement) => void;
  /** The tarball of a release could not be had, which may pass. */
  readonly onWithheld: (release: TestableRelease, error: BisectError) => void;
  /** Today, `2026-11-23`: however often the job is started, a release is counted once a day. */
  readonly today: string;
}

/** The registry answers, but not for this tarball now: the night is not over without it. */
export const isWithheld = (error: BisectError): boolean => error.code === 'TARBALL_UNAVAILABLE';

/** A round without what it rests on. */
export type KnownRound = Omit<Remembered, 'observations'>;

export class NightExaminer implements Rounds {
  readonly #inner: Rounds;
  readonly #options: NightExaminerOptions;
  readonly #digest: string;
  readonly #known = new Map<string, readonly KnownRound[]>();
  readonly #skips: Map<string, SkipRecord>;
  /** Run tonight; and of those the ones that came to nothing. */
  readonly #started = new Set<string>();
  readonly #tried = new Set<string>();

  constructor(inner: Rounds, options: NightExaminerOptions) {
    this.#inner = inner;
    this.#options = options;
    this.#digest = digestOf(options.subject.scenario).slice(0, 12);
    this.#skips = new Map(
      options.nights.skips(options.subject.key).map((skip) => [`${skip.version} ${skip.question}`, skip]),
    );
  }

  downloads(): number {
    return this.#inner.downloads();
  }

  recall(release: TestableRelease): readonly Remembered[] {
    return this.#inner.recall(release);
  }

  /** The rounds that have a verdict, the oldest first. What they rest on is left in the ledger: all of it would fill the memory. */
  known(release: TestableRelease): readonly KnownRound[] {
    const { version } = release;
    const rounds =
      this.#known.get(version) ??
      this.recall(release).map(({ id, recordedAt, judgement }) => ({ id, recordedAt, judgement }));
    this.#known.set(version, rounds);
    return rounds;
  }

  /** Others may have run the same releases meanwhile: what is known is looked up again. */
  forget(): void {
    this.#known.clear();
  }

  recallSkip(release: TestableRelease): Remembered | undefined {
    return this.#inner.recallSkip(release);
  }

  /** Why there is no verdict on a release that was tried; undefined for one that was not, or has one. */
  skipReason(release: TestableRelease): string | undefined {
    return this.known(release).length > 0 ? undefined : this.#skipOf(release)?.reason;
  }

  /** Whether it is worth running: there is no verdict, it was not tried tonight, and not on too many nights. */
  isOpen(release: TestableRelease): boolean {
    const { version } = release;
    if (this.known(release).length > 0 || this.#started.has(version) || this.#tried.has(version))
      return false;
    return (this.#skipOf(release)?.nights ?? 0) < this.#options.retries;
  }

  /** Whether another night would try it again. */
  isOpenTomorrow(release: TestableRelease): boolean {
    return this.known(release).length === 0 && (this.#skipOf(release)?.nights ?? 0) < this.#options.retries;
  }

  async examine(release: TestableRelease, signal: AbortSignal): Promise<Round> {
    const { version } = release;
    if (this.known(release).length === 0 && !this.isOpen(release)) return this.#skipped(release);
    this.#started.add(version);
    try {
      const recorded = await this.#inner.examine(release, signal);
      this.#note(release, recorded.judgement);
      return recorded;
    } catch (error) {
      if (isReleaseFault(error)) {
        this.#noteSkip(release, error.message);
        if (isWithheld(error)) this.#options.onWithheld(release, error);
      }
      throw error;
    } finally {
      this.#known.delete(version);
    }
  }

  checkHealth: Rounds['checkHealth'] = (...asked) => this.#inner.checkHealth(...asked);

  runByHand: Rounds['runByHand'] = (...asked) => this.#inner.runByHand(...asked);

  isHere: Rounds['isHere'] = (...asked) => this.#inner.isHere(...asked);

  prefetch: Rounds['prefetch'] = (...asked) => this.#inner.prefetch(...asked);

  /** A release whose tarball cannot be had was tried as well. */
  noteUnavailable(release: TestableRelease, reason: string): void {
    this.#noteSkip(release, reason);
  }

  #note(release: TestableRelease, judgement: Judgement): void {
    this.#options.onRound(release.version, judgement);
    if (judgement.verdict === 'skip' && this.known(release).length === 0)
      this.#noteSkip(release, judgement.reason);
  }

  #noteSkip(release: TestableRelease, reason: string): void {
    const { version } = release;
    if (this.#tried.has(version)) return;
    this.#tried.add(version);
    const { nights, subject, today } = this.#options;
    const question = this.#question(release);
    nights.noteSkip(subject.key, { version, question, reason, day: today });
    for (const skip of nights.skips(subject.key)) this.#skips.set(`${skip.version} ${skip.question}`, skip);
  }

  #skipped(release: TestableRelease): Round {
    const reason = this.#skipOf(release)?.reason ?? 'not tested';
    return {
      judgement: { verdict: 'skip', cause: 'environment', reason, findings: [], runs: 0 },
      observations: [],
    };
  }

  #skipOf(release: TestableRelease): SkipRecord | undefined {
    return this.#skips.get(`${release.version} ${this.#question(release)}`);
  }

  #question({ source }: TestableRelease): string {
    return `${source.integrity} ${this.#digest} ${this.#options.subject.client.revision}`;
  }
}
