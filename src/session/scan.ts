/** The table of a range: what the ledger knows of each release, or, scanned, a verdict on every one of them. */
import pLimit from 'p-limit';
import { allOrFirstFailure, oracleAborted, skipFor } from '../search/drive.js';
import { missingRounds } from '../search/rounds.js';
import type { Boundary, Rule } from '../search/question.js';
import {
  clearVerdict,
  type Failure,
  failureOf,
  isSameFailure,
  standingOf,
  type Standing,
  type Tally,
  tallyOf,
} from '../verdict/standing.js';
import type { Inquiry, Learned, Listener } from './rounds.js';
import { excludedOf, isTestable, releasesFrom } from './range.js';
import type { Release, TestableRelease } from '../registry/releases.js';
import { answerOf, type Answer } from '../search/answer.js';
import type { SearchEnd } from '../search/change.js';
import { excluded, type Judgement } from '../verdict/round.js';

export interface TableQuestion {
  /** Bounds as typed; left out: from the oldest release that the ledger knows, and to the newest one; with `scan` to the latest. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Run what the ledger does not know. */
  readonly scan: boolean;
  /** With `scan`: run everything anew. */
  readonly fresh: boolean;
  /** Versions that are not run, and of which nothing is recalled. */
  readonly exclude?: readonly string[] | undefined;
  readonly rule: Rule;
}

export interface TableAnswer {
  readonly answer: Answer;
  readonly probed: readonly string[];
}

/**
 * The table of a range with every change in it. Nothing is inferred to be a boundary: both sides of it were run, and
 * when scanned each of them as often as a bisection confirms its boundary.
 * @param jobs how many releases are in work at once
 * @returns with the `error` that ended a scan, when the environment failed
 * @throws BisectError for bounds that make no range
 */
export async function askTable(
  session: Inquiry,
  question: TableQuestion,
  jobs: number,
  listener: Listener,
  signal: AbortSignal,
): Promise<Learned<TableAnswer>> {
  const scan = new Scan(session, question, jobs, listener, signal);
  return scan.run();
}

class Scan {
  readonly #session: Inquiry;
  readonly #question: TableQuestion;
  readonly #jobs: number;
  readonly #listener: Listener;
  readonly #signal: AbortSignal;
  readonly #rounds = new Map<string, Judgement[]>();
  readonly #probed: string[] = [];

  constructor(
    session: Inquiry,
    question: TableQuestion,
    jobs: number,
    listener: Listener,
    signal: AbortSignal,
  ) {
    this.#session = session;
    this.#question = question;
    this.#jobs = jobs;
    this.#listener = listener;
    this.#signal = signal;
  }

  async run(): Promise<Learned<TableAnswer>> {
    const releases = this.#range();
    const testable = releases.filter(isTestable);
    const { scan, fresh, rule } = this.#question;
    const exclude = excludedOf(this.#question.exclude, this.#session.catalogue);
    const included = testable.filter(({ version }) => !exclude.has(version));
    for (const { version } of testable) if (exclude.has(version)) this.#rounds.set(version, [excluded()]);
    if (!(scan && fresh)) this.#recall(included);
    const scanning = scan ? this.#scan(included, testable, rule) : Promise.resolve(undefined);
    const failed = await scanning.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const standings = this.#standings();
    return {
      answer: {
        ...answerOf(
          'scan',
          // Nothing is named that was not confirmed.
          failed ? [] : changesAmong(testable, standings),
          releases,
          standings,
          failed !== undefined,
          this.#session.terms,
        ),
        differences: differencesAmong(testable, standings),
      },
      probed: this.#probed,
      ...failed,
    };
  }

  async #scan(
    included: readonly TestableRelease[],
    testable: readonly TestableRelease[],
    rule: Rule,
  ): Promise<void> {
    await this.#more(included, (version) => missingRounds(this.#tally(version), rule.repeat));
    await this.#confirm(testable);
  }

  #range(): readonly Release[] {
    const { catalogue } = this.#session;
    const { from, to, scan } = this.#question;
    const [oldest, newest] = [catalogue.releases[0], catalogue.releases.at(-1)];
    if (!oldest || !newest) return [];
    const all = releasesFrom(from ?? oldest.version, to ?? newest.version, catalogue);
    if (scan) return all;
    const isKnown = (release: Release) =>
      isTestable(release) && this.#session.rounds.recall(release).length > 0;
    const first = from === undefined ? all.findIndex(isKnown) : 0;
    const last = to === undefined ? all.findLastIndex(isKnown) : all.length - 1;
    return first < 0 ? [] : all.slice(first, last + 1);
  }

  #recall(releases: readonly TestableRelease[]): void {
    for (const release of releases) {
      const known = this.#session.rounds.recall(release);
      if (known.length > 0)
        this.#rounds.set(
          release.version,
          known.map(({ judgement }) => judgement),
        );
    }
  }

  /** Both sides of every change are run as often as a bisection would, until no new change turns up. */
  async #confirm(testable: readonly TestableRelease[]): Promise<void> {
    const { repeat, confirm } = this.#question.rule;
    const wanted = Math.max(repeat, 1 + confirm);
    for (;;) {
      const changes = changesAmong(testable, this.#standings());
      const ends = new Set(changes.flatMap(({ versions }) => [versions[0], versions.at(-1)]));
      const open = testable.filter(
        ({ version }) => ends.has(version) && missingRounds(this.#tally(version), wanted) > 0,
      );
      if (open.length === 0) return;
      await this.#more(open, (version) => missingRounds(this.#tally(version), wanted));
    }
  }

  #tally(version: string): Tally {
    return tallyOf(this.#rounds.get(version) ?? [], null);
  }

  /** Runs what is missing of each release. After a failure none begins, and those that have are waited for. */
  async #more(releases: readonly TestableRelease[], missingOf: (version: string) => number): Promise<void> {
    const limit = pLimit(this.#jobs);
    let failed = false;
    const tasks = releases.flatMap((release) => {
      return Array.from({ length: missingOf(release.version) }, () =>
        limit(async () => {
          if (failed) return;
          await this.#round(release).catch((error: unknown) => {
            failed = true;
            throw error;
          });
        }),
      );
    });
    await allOrFirstFailure(tasks);
  }

  async #round(release: TestableRelease): Promise<void> {
    const { version } = release;
    const judgement = await this.#examine(release);
    if (judgement.runs > 0 && !this.#probed.includes(version)) this.#probed.push(version);
    this.#rounds.set(version, [...(this.#rounds.get(version) ?? []), judgement]);
    this.#listener.onVerdict?.(version, judgement, 'run');
    if (judgement.cause === 'oracle-aborted') throw oracleAborted(version, judgement);
  }

  async #examine(release: TestableRelease): Promise<Judgement> {
    try {
      return (await this.#session.rounds.examine(release, this.#signal)).judgement;
    } catch (error) {
      return skipFor(error);
    }
  }

  /** Each failure counts as one: which one was meant nobody has said. */
  #standings(): Map<string, Standing> {
    const standings = new Map<string, Standing>();
    for (const [version, rounds] of this.#rounds) {
      const standing = standingOf(rounds, null);
      if (standing) standings.set(version, standing);
    }
    return standings;
  }
}

/** The changes between neighbouring clear verdicts; skipped and unknown releases between them are suspects. */
export function changesAmong(
  releases: readonly TestableRelease[],
  standings: ReadonlyMap<string, Standing>,
): SearchEnd[] {
  const changes: SearchEnd[] = [];
  let last: number | undefined;
  for (const [index, { version }] of releases.entries()) {
    const verdict = clearVerdict(standings.get(version));
    if (verdict === undefined) continue;
    if (last !== undefined && clearVerdict(standings.get(releases[last]?.version ?? '')) !== verdict)
      changes.push(changeBetween(releases.slice(last, index + 1), verdict));
    last = index;
  }
  return changes;
}

/** Neighbouring tested releases that are both bad, but fail in different ways. */
export function differencesAmong(
  releases: readonly TestableRelease[],
  standings: ReadonlyMap<string, Standing>,
): Boundary[] {
  const tested = releases.flatMap(({ version }) => {
    const standing = standings.get(version);
    return standing && clearVerdict(standing) ? [{ version, standing }] : [];
  });
  return tested.slice(1).flatMap((after, index) => {
    const before = tested[index];
    if (!before || [before, after].some(({ standing }) => standing.verdict !== 'bad')) return [];
    const [one, other] = [before, after].map(({ standing }) => failureOf(standing.judgement)) as [
      Failure,
      Failure,
    ];
    return isSameFailure(one, other) ? [] : [{ before: before.version, after: after.version }];
  });
}

function changeBetween(releases: readonly TestableRelease[], after: 'good' | 'bad'): SearchEnd {
  const versions = releases.map(({ version }) => version);
  const boundary = { before: versions[0] as string, after: versions.at(-1) as string };
  const suspects = versions.slice(1, -1);
  const step =
    suspects.length === 0
      ? ({ kind: 'found', boundary, confidence: null } as const)
      : ({ kind: 'suspects', boundary, suspects, confidence: null } as const);
  return { direction: after === 'bad' ? 'regression' : 'fix', versions, step };
}
