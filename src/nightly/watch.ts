/** One subject through a night: what is known of its releases, what is worth running, and where they change. */
import type { BisectError } from '../errors.js';
import { digestOf, type NightLedger, type Remembered, type SkipRecord } from '../ledger/ledger.js';
import type { TestableRelease } from '../registry/releases.js';
import { changesAmong } from '../search/change.js';
import { isReleaseFault } from '../search/drive.js';
import { missingRounds, roundsToConfirm, type Rule } from '../search/question.js';
import { askRange, type RangeAnswer } from '../session/bisect.js';
import type { Catalogue } from '../session/catalogue.js';
import { finished, type Rounds } from '../session/rounds.js';
import type { Judgement, Round } from '../verdict/round.js';
import { clearVerdict, standingOf, type Standing } from '../verdict/standing.js';
import type { Subject } from './subjects.js';
import { isRunnable, type SeenRelease } from './window.js';

/** Two neighbouring releases with different verdicts; those between them are not known. */
export interface SeenChange {
  readonly direction: 'regression' | 'fix';
  readonly before: string;
  readonly after: string;
  /** Releases between them that could not be tested. */
  readonly suspects: readonly string[];
  /** Both were run often enough to say so. */
  readonly isConfirmed: boolean;
}

export interface WatchOptions {
  readonly subject: Subject;
  /** The releases of the night, the oldest first. */
  readonly releases: readonly SeenRelease[];
  readonly catalogue: Catalogue;
  readonly rounds: Rounds;
  readonly rule: Rule;
  readonly nights: NightLedger;
  /** On how many nights a release without a verdict is tried. */
  readonly retries: number;
  /** Today, `2026-11-23`: however often the job is started, a release is counted once a day. */
  readonly today: string;
  readonly onRound: (version: string, judgement: Judgement) => void;
}

/** A round without what it rests on. */
export type KnownRound = Omit<Remembered, 'observations'>;

export class Watch {
  readonly subject: Subject;
  /** Those of the session; but a release without a verdict is tried once a night, and the nights are counted. */
  readonly rounds: Rounds;
  /** Tarballs that the registry did not give tonight, which may pass: the night is not over without them. */
  readonly withheld = new Map<string, BisectError>();
  readonly #options: WatchOptions;
  readonly #testable: readonly (SeenRelease & TestableRelease)[];
  readonly #known = new Map<string, readonly KnownRound[]>();
  #skips: readonly SkipRecord[];
  readonly #tried = new Set<string>();
  readonly #settled = new Set<string>();
  /** Releases with too few rounds to be a side of a change, that could not be run again tonight: they count as not known. */
  readonly doubtful = new Set<string>();

  constructor(options: WatchOptions) {
    this.#options = options;
    this.subject = options.subject;
    this.rounds = { ...options.rounds, examine: (release, signal) => this.#examine(release, signal) };
    this.#testable = options.releases.filter(isRunnable);
    this.#skips = options.nights.skips(options.subject.key);
  }

  /** The rounds that have a verdict, the oldest first. What they rest on is left in the ledger: all of it would fill the memory. */
  known(release: TestableRelease): readonly KnownRound[] {
    const { version } = release;
    const rounds =
      this.#known.get(version) ??
      this.rounds.recall(release).map(({ id, recordedAt, judgement }) => ({ id, recordedAt, judgement }));
    this.#known.set(version, rounds);
    return rounds;
  }

  /** Others may have run the same releases meanwhile: what is known is looked up again. */
  forget(): void {
    this.#known.clear();
  }

  /** What all rounds of a release come to; undefined without any verdict. */
  standing(release: TestableRelease): Standing | undefined {
    const judgements = this.known(release).map(({ judgement }) => judgement);
    return standingOf(judgements, null);
  }

  isClear(release: TestableRelease): boolean {
    return clearVerdict(this.standing(release)) !== undefined;
  }

  /** Why there is no verdict on a release that was tried; undefined for one that was not, or has one. */
  skipReason(release: TestableRelease): string | undefined {
    return this.known(release).length > 0 ? undefined : this.#skipOf(release)?.reason;
  }

  /** Whether it is worth running: there is no verdict, it was not tried tonight, and not on too many nights. */
  isOpen(release: TestableRelease): boolean {
    return !this.#tried.has(release.version) && this.isOpenTomorrow(release);
  }

  /** Whether another night would try it again. */
  isOpenTomorrow(release: TestableRelease): boolean {
    return this.known(release).length === 0 && (this.#skipOf(release)?.nights ?? 0) < this.#options.retries;
  }

  async #examine(release: TestableRelease, signal: AbortSignal): Promise<Round> {
    const { version } = release;
    if (this.known(release).length === 0 && !this.isOpen(release)) {
      const reason = this.skipReason(release) ?? 'not tested';
      const judgement = { verdict: 'skip', cause: 'environment', reason, findings: [], runs: 0 } as const;
      return { judgement, observations: [] };
    }
    this.#tried.add(version);
    try {
      const round = await this.#options.rounds.examine(release, signal);
      const { verdict, reason } = round.judgement;
      this.#options.onRound(version, round.judgement);
      if (verdict === 'skip' && this.known(release).length === 0) this.#noteSkip(release, reason);
      return round;
    } catch (error) {
      if (isReleaseFault(error)) this.noteUnavailable(release, error);
      throw error;
    } finally {
      this.#known.delete(version);
    }
  }

  /** A release whose tarball cannot be had was tried as well. */
  noteUnavailable(release: TestableRelease, fault: BisectError): void {
    this.#tried.add(release.version);
    // The registry answers, but not for this tarball now.
    if (fault.code === 'TARBALL_UNAVAILABLE') this.withheld.set(release.version, fault);
    this.#noteSkip(release, fault.message);
  }

  #noteSkip(release: TestableRelease, reason: string): void {
    const { nights, subject, today } = this.#options;
    const { version } = release;
    nights.noteSkip(subject.key, { version, question: this.#question(release), reason, day: today });
    this.#skips = nights.skips(subject.key);
  }

  #skipOf(release: TestableRelease): SkipRecord | undefined {
    const asked = this.#question(release);
    return this.#skips.find(({ version, question }) => version === release.version && question === asked);
  }

  #question({ source }: TestableRelease): string {
    const { scenario, client } = this.subject;
    return `${source.integrity} ${digestOf(scenario).slice(0, 12)} ${client.revision}`;
  }

  /**
   * Every change between neighbouring clear verdicts, the oldest first. A release on which there is too little to go on, and that
   * cannot be run again, is passed over: else it would hide what comes after it.
   */
  changes(): SeenChange[] {
    const standings = new Map<string, Standing>();
    for (const release of this.#testable) {
      const standing = this.doubtful.has(release.version) ? undefined : this.standing(release);
      if (standing) standings.set(release.version, standing);
    }
    const versions = this.#testable.map(({ version }) => version);
    return changesAmong(versions, standings).map(({ direction, versions: between }) => {
      const [before, after] = [between[0] ?? '', between.at(-1) ?? ''];
      const isConfirmed = [before, after].every((version) => this.#isSure(version));
      return { direction, before, after, suspects: between.slice(1, -1), isConfirmed };
    });
  }

  #isSure(version: string): boolean {
    const release = this.#testable.find((one) => one.version === version);
    const tally = release && this.standing(release)?.rounds;
    return missingRounds(tally, roundsToConfirm(this.#options.rule)) === 0;
  }

  /**
   * Looks into every change, until no new one turns up.
   * @param isWaiting whether a release is still to be run for its own sake: what lies around it waits
   */
  async settleAll(
    signal: AbortSignal,
    onChange: (change: SeenChange) => void,
    isWaiting: (version: string) => boolean = () => false,
  ): Promise<void> {
    const isNew = (change: SeenChange) =>
      !this.#settled.has(nameOf(change)) && !change.suspects.some(isWaiting);
    for (let change = this.changes().find(isNew); change; change = this.changes().find(isNew)) {
      onChange(change);
      await this.#settle(change, signal);
    }
  }

  /** Bisects what lies between the two sides of a change, and confirms both by fresh runs. */
  async #settle(change: SeenChange, signal: AbortSignal): Promise<void> {
    this.#settled.add(nameOf(change));
    try {
      await this.ask(change.direction, change.before, change.after, signal);
    } catch (error) {
      // The tarball of a side is not to be had any more.
      if (!isReleaseFault(error)) throw error;
    } finally {
      this.forget();
    }
    if (!this.changes().some((one) => nameOf(one) === nameOf(change))) return;
    for (const version of [change.before, change.after])
      if (!this.#isSure(version)) this.doubtful.add(version);
  }

  /**
   * Asks as `mcp-bisect run` does.
   * @throws BisectError as `askRange`, and what ended it
   */
  async ask(
    wanted: SeenChange['direction'],
    older: string,
    newer: string,
    signal: AbortSignal,
  ): Promise<RangeAnswer> {
    const { catalogue, releases, rule } = this.#options;
    const { terms } = this.subject.scenario;
    const [good, bad] = wanted === 'regression' ? [older, newer] : [newer, older];
    const inquiry = { catalogue: { ...catalogue, releases }, rounds: this.rounds, terms };
    return finished(await askRange(inquiry, { wanted, good, bad, fresh: false, rule }, {}, signal));
  }

  /**
   * The ends of a range that shows a change among its like: up to `count` clear releases on each side that have the verdict of
   * their side, and nothing else between them.
   */
  around({ before, after }: SeenChange, count: number): { readonly older: string; readonly newer: string } {
    const at = (version: string) => this.#testable.findIndex((release) => release.version === version);
    const older = this.#alike(this.#testable.slice(0, at(before) + 1).toReversed(), count);
    const newer = this.#alike(this.#testable.slice(at(after)), count);
    return { older: older ?? before, newer: newer ?? after };
  }

  /** The last of the first `count` releases with the verdict of the first; those without one are passed over. */
  #alike(releases: readonly TestableRelease[], count: number): string | undefined {
    const clear = releases.filter((release) => this.isClear(release));
    const verdict = clearVerdict(clear[0] && this.standing(clear[0]));
    const end = clear.findIndex((release) => clearVerdict(this.standing(release)) !== verdict);
    return clear.slice(0, Math.min(end < 0 ? clear.length : end, count)).at(-1)?.version;
  }
}

export const nameOf = ({ before, after }: SeenChange): string => `${before} ${after}`;
