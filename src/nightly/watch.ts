/** One subject through a night: what is known of its releases, and where they change. */
import { missingRounds, roundsToConfirm, type Rule } from '../search/question.js';
import { isReleaseFault } from '../search/drive.js';
import type { Catalogue } from '../session/catalogue.js';
import type { TestableRelease } from '../registry/releases.js';
import { askRange, type RangeAnswer } from '../session/bisect.js';
import { finished } from '../session/rounds.js';
import { changesAmong } from '../search/change.js';
import { clearVerdict, standingOf, tallyOf, type Standing } from '../verdict/standing.js';
import type { NightExaminer } from './night-examiner.js';
import type { Subject } from './subject.js';
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
  readonly examiner: NightExaminer;
  readonly rule: Rule;
}

export class Watch {
  readonly subject: Subject;
  readonly examiner: NightExaminer;
  readonly #options: WatchOptions;
  readonly #testable: readonly (SeenRelease & TestableRelease)[];
  readonly #settled = new Set<string>();
  /** Releases with too few rounds to be a side of a change, that cannot be run again: they count as not known. */
  readonly #doubtful = new Set<string>();

  constructor(options: WatchOptions) {
    this.#options = options;
    this.subject = options.subject;
    this.examiner = options.examiner;
    this.#testable = options.releases.filter(isRunnable);
  }

  /** What all rounds of a release come to; undefined without any verdict. */
  summary(release: TestableRelease): Standing | undefined {
    return standingOf(
      this.examiner.known(release).map(({ judgement }) => judgement),
      null,
    );
  }

  isClear(release: TestableRelease): boolean {
    return clearVerdict(this.summary(release)) !== undefined;
  }

  /** Releases that could not be run again tonight, where that was wanted to make sure of a change. */
  get doubtful(): readonly string[] {
    return [...this.#doubtful];
  }

  /**
   * Every change between neighbouring clear verdicts, the oldest first. A release on which there is too little to go on, and that
   * cannot be run again, is passed over: else it would hide what comes after it.
   */
  changes(): SeenChange[] {
    const summaries = new Map(
      this.#testable.flatMap((release) => {
        const summary = this.#doubtful.has(release.version) ? undefined : this.summary(release);
        return summary ? [[release.version, summary] as const] : [];
      }),
    );
    return changesAmong(
      this.#testable.map(({ version }) => version),
      summaries,
    ).map(({ direction, versions }) => {
      const [before, after] = [versions[0] ?? '', versions.at(-1) ?? ''];
      const isConfirmed = [before, after].every((version) => this.#isSure(version));
      return { direction, before, after, suspects: versions.slice(1, -1), isConfirmed };
    });
  }

  #isSure(version: string): boolean {
    const rounds = this.#testable
      .filter((release) => release.version === version)
      .flatMap((release) => this.examiner.known(release));
    const tally = tallyOf(
      rounds.map(({ judgement }) => judgement),
      null,
    );
    return missingRounds(tally, roundsToConfirm(this.#options.rule)) === 0;
  }

  /** Changes that nobody has looked into tonight, and between which no release waits to be run for itself. */
  unsettled(isWaiting: (release: TestableRelease) => boolean): SeenChange[] {
    return this.changes().filter(
      (change) =>
        !this.#settled.has(nameOf(change)) &&
        !this.#testable.some(
          ({ version, ...rest }) => change.suspects.includes(version) && isWaiting({ version, ...rest }),
        ),
    );
  }

  /**
   * Looks into every change, until no new one turns up.
   * @param isWaiting whether a release is still to be run for its own sake: what lies around it waits
   */
  async settleAll(
    signal: AbortSignal,
    onChange: (change: SeenChange) => void,
    isWaiting: (release: TestableRelease) => boolean = () => false,
  ): Promise<void> {
    for (let [change] = this.unsettled(isWaiting); change; [change] = this.unsettled(isWaiting)) {
      onChange(change);
      await this.settle(change, signal);
    }
  }

  /** Bisects what lies between the two sides of a change, and confirms both by fresh runs. */
  async settle(change: SeenChange, signal: AbortSignal): Promise<void> {
    this.#settled.add(nameOf(change));
    try {
      await this.ask(change.direction, change.before, change.after, signal);
    } catch (error) {
      // The tarball of a side is not to be had any more.
      if (!isReleaseFault(error)) throw error;
    } finally {
      this.examiner.forget();
    }
    const isStill = this.changes().some((one) => nameOf(one) === nameOf(change));
    if (!isStill) return;
    for (const version of [change.before, change.after])
      if (!this.#isSure(version)) this.#doubtful.add(version);
  }

  /**
   * Asks as `mcp-bisect run` does.
   * @throws BisectError as `askRange`, and what ended it
   */
  async ask(
    direction: SeenChange['direction'],
    older: string,
    newer: string,
    signal: AbortSignal,
  ): Promise<RangeAnswer> {
    const { catalogue, releases, examiner, rule } = this.#options;
    const { terms } = this.subject.scenario;
    const [good, bad] = direction === 'regression' ? [older, newer] : [newer, older];
    const inquiry = { catalogue: { ...catalogue, releases }, rounds: examiner, terms };
    return finished(
      await askRange(inquiry, { wanted: direction, good, bad, fresh: false, rule }, {}, signal),
    );
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
    const verdict = clearVerdict(clear[0] && this.summary(clear[0]));
    const end = clear.findIndex((release) => clearVerdict(this.summary(release)) !== verdict);
    return clear.slice(0, Math.min(end < 0 ? clear.length : end, count)).at(-1)?.version;
  }
}

const nameOf = ({ before, after }: SeenChange) => `${before} ${after}`;
