/** The table of a range: what the ledger knows of each release, or, scanned, a verdict on every one of them. */
import pLimit from 'p-limit';
import type { Release } from '../registry/releases.js';
import type { Run } from '../run/run.js';
import { answerOf } from '../search/answer.js';
import { changesAmong, differencesAmong } from '../search/change.js';
import { allOrFirstFailure, oracleAborted, skipFor } from '../search/drive.js';
import { type Rule, missingRounds, roundsToConfirm } from '../search/question.js';
import { excluded } from '../verdict/round.js';
import { standingOf, tallyOf, type Standing } from '../verdict/standing.js';
import { excludedOf, isTestable, releaseNamed, releasesFrom, testableIn } from './range.js';
import { SharedRounds, type Inquiry, type Learned, type Listener } from './rounds.js';

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

export type TableAnswer = Pick<Run, 'answer' | 'probed'>;

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
  const { catalogue, rounds, terms } = session;
  const { scan, fresh, rule } = question;
  const releases = rangeOf(question, session);
  const versions = testableIn(releases);
  const exclude = excludedOf(question.exclude, catalogue);
  const shared = new SharedRounds({
    recall: (version) => {
      if (exclude.has(version)) return [excluded()];
      if (scan && fresh) return [];
      return rounds.recall(releaseNamed(catalogue, version)).map(({ judgement }) => judgement);
    },
    examine: async (version) =>
      rounds.examine(releaseNamed(catalogue, version), signal).then(({ judgement }) => judgement, skipFor),
  });
  const view = shared.view();
  const probed = new Set<string>();
  const runOne = async (version: string) => {
    const judgement = await view.examine(version, signal);
    if (judgement.runs > 0) probed.add(version);
    listener.onVerdict?.(version, judgement, 'run');
    if (judgement.cause === 'oracle-aborted') throw oracleAborted(version, judgement);
  };
  const missing = (version: string, wanted: number) =>
    missingRounds(tallyOf(shared.known(version), null), wanted);
  /** Each failure counts as one: which one was meant nobody has said. */
  const standings = () => {
    const known = versions.map((version) => [version, standingOf(shared.known(version), null)] as const);
    return new Map(known.filter((one): one is readonly [string, Standing] => one[1] !== undefined));
  };

  /** Runs what each release lacks of so many rounds. After a failure none begins, and those that have are waited for. */
  const complete = async (some: readonly string[], wanted: number) => {
    const limit = pLimit(jobs);
    let failed = false;
    const lacking = some.flatMap((version) => Array<string>(missing(version, wanted)).fill(version));
    await allOrFirstFailure(
      lacking.map((version) =>
        limit(async () => {
          if (failed) return;
          await runOne(version).catch((error: unknown) => {
            failed = true;
            throw error;
          });
        }),
      ),
    );
  };

  /** Both sides of every change are run as often as a bisection would, until no new change turns up. */
  const scanAll = async () => {
    await complete(
      versions.filter((version) => !exclude.has(version)),
      rule.repeat,
    );
    const wanted = roundsToConfirm(rule);
    for (;;) {
      const changes = changesAmong(versions, standings());
      const sides = new Set(changes.flatMap((change) => [change.versions[0], change.versions.at(-1)]));
      const open = versions.filter((version) => sides.has(version) && missing(version, wanted) > 0);
      if (open.length === 0) return;
      await complete(open, wanted);
    }
  };

  const failed = await (scan ? scanAll() : Promise.resolve()).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const known = standings();
  // Nothing is named that was not confirmed.
  const changes = failed ? [] : changesAmong(versions, known);
  const answer = answerOf('scan', changes, releases, known, failed !== undefined, terms);
  return {
    answer: { ...answer, differences: differencesAmong(versions, known) },
    probed: [...probed],
    ...failed,
  };
}

function rangeOf({ from, to, scan }: TableQuestion, { catalogue, rounds }: Inquiry): readonly Release[] {
  const [oldest, newest] = [catalogue.releases[0], catalogue.releases.at(-1)];
  if (!oldest || !newest) return [];
  const all = releasesFrom(from ?? oldest.version, to ?? newest.version, catalogue);
  if (scan) return all;
  const isKnown = (release: Release) => isTestable(release) && rounds.recall(release).length > 0;
  const first = from === undefined ? all.findIndex(isKnown) : 0;
  const last = to === undefined ? all.findLastIndex(isKnown) : all.length - 1;
  return first < 0 ? [] : all.slice(first, last + 1);
}
