/** The question of a session: where in this range is the boundary. */
import type { Release } from '../registry/releases.js';
import type { Run } from '../run/run.js';
import { answerOf, type Answer } from '../search/answer.js';
import { bisect, type BisectEffects, type BisectResult } from '../search/drive.js';
import type { FinalStep, Rule } from '../search/question.js';
import { excluded, type Judgement, type Round } from '../verdict/round.js';
import { isSameFailure, standingOf, type Standing } from '../verdict/standing.js';
import {
  isTestable,
  leftOutOf,
  releaseNamed,
  searchesFor,
  testableIn,
  type Bounds,
  type LeftOut,
  type SearchRange,
} from './range.js';
import { RoundEvidence, SharedRounds, type Inquiry, type Learned, type Listener } from './rounds.js';

export interface RangeQuestion extends Bounds, LeftOut {
  readonly rule: Rule;
  /** Run everything anew, whatever the ledger knows. */
  readonly fresh: boolean;
}

/** An answer with what it rests on. `releases` has the rounds of every release that has any. */
export type RangeAnswer = Pick<Run, 'answer' | 'probed' | 'paths' | 'releases'>;

/**
 * Bisects the releases between two bounds, or around a bad one. When the environment fails that is the `error` of what is known.
 * @throws BisectError for bounds that make no range; `NOT_SIGNED`
 */
export async function askRange(
  session: Inquiry,
  question: RangeQuestion,
  listener: Listener,
  signal: AbortSignal,
): Promise<Learned<RangeAnswer>> {
  const { catalogue, rounds } = session;
  const ranges = searchesFor(question, catalogue);
  const leftOut = await leftOutOf(question, ranges, catalogue);
  const evidence = new RoundEvidence();
  const shared = sharedRounds(session, question.fresh, leftOut, evidence);
  const absent = await absentIn(ranges, session, shared);
  if (absent.size > 0) listener.onAbsent?.([...absent]);
  const told = new Set<Judgement>();
  const effects: Pick<BisectEffects, 'prefetch' | 'onVerdict'> = {
    async prefetch(version, stop) {
      if (leftOut.has(version)) return;
      await rounds.prefetch(releaseNamed(catalogue, version), stop);
      listener.onFetchedAhead?.(version);
    },
    onVerdict(version, judgement, source, why) {
      // Both searches of a window begin with the same release.
      if (!told.has(judgement)) listener.onVerdict?.(version, judgement, source, why);
      told.add(judgement);
    },
  };
  const search = (view: () => ReturnType<SharedRounds['view']>) =>
    together(signal, (stop) =>
      ranges.map(({ direction, open, releases }) => {
        const versions = testableIn(releases).filter((version) => !absent.has(version));
        return bisect({ versions, direction, open }, question.rule, { ...view(), ...effects }, stop);
      }),
    );
  const first = await search(() => shared.view());
  // Each side of a window has seen its own rounds of the bad release: what is asked about must be one failure.
  const results = agree(first) || first.some(isUnfinished) ? first : await search(() => shared.view(true));
  const roundsOf = (version: string) => allRounds(version, results, shared);
  const answer = answerFrom(question, ranges, results, session, roundsOf, absent);
  const unfinished = results.find(isUnfinished);
  return {
    answer,
    // To the second pass everything that the first one ran is known already.
    probed: [...new Set([...first, ...results].flatMap(({ probed }) => probed))],
    paths: results.map(({ path }) => path),
    releases: evidenceFor(answer, roundsOf, evidence),
    ...(unfinished && { error: unfinished.error }),
  };
}

const isUnfinished = (result: BisectResult): result is Extract<BisectResult, { step: null }> =>
  result.step === null;

/** Whether all searches were about the same failure. */
function agree(results: readonly BisectResult[]): boolean {
  const failures = results.flatMap(({ failure }) => failure ?? []);
  return failures.every((failure) => isSameFailure(failure, failures[0] ?? failure));
}

/** What fails in one search ends the other one too. */
function together(
  signal: AbortSignal,
  start: (stop: AbortSignal) => readonly Promise<BisectResult>[],
): Promise<BisectResult[]> {
  const failure = new AbortController();
  const running = start(AbortSignal.any([signal, failure.signal])).map(async (search) => {
    const result = await search;
    if (isUnfinished(result)) failure.abort(result.error);
    return result;
  });
  return Promise.all(running);
}

type RoundsOf = (version: string) => readonly Judgement[];

/** All rounds of a release, and the skips that stand for rounds which could not be run: these are shared with nobody. */
function allRounds(
  version: string,
  results: readonly BisectResult[],
  shared: SharedRounds,
): readonly Judgement[] {
  const known = shared.known(version);
  const used = results.flatMap(({ rounds }) => rounds.get(version) ?? []);
  return [...known, ...used.filter((judgement) => !known.includes(judgement))];
}

function evidenceFor({ rows }: Answer, roundsOf: RoundsOf, evidence: RoundEvidence): Run['releases'] {
  // A release without an executable was never asked for, and cannot be.
  const rounds = rows
    .filter(({ integrity }) => integrity !== null)
    .map(({ version }) => [version, roundsOf(version).map((judgement) => evidence.of(judgement))] as const);
  return Object.fromEntries(rounds.filter(([, kept]) => kept.length > 0));
}

function answerFrom(
  { wanted }: RangeQuestion,
  ranges: readonly SearchRange[],
  results: readonly BisectResult[],
  { catalogue, terms }: Inquiry,
  roundsOf: RoundsOf,
  absent: ReadonlySet<string>,
): Answer {
  const failure = results.find((result) => result.failure !== null)?.failure ?? null;
  const shown = shownOf(catalogue.releases, ranges, results);
  const ends = ranges.flatMap(({ direction, open, isAssumed, releases }, index) => {
    const step = results[index]?.step;
    if (!step) return [];
    const versions = releases.map(({ version }) => version);
    return [{ direction, open, isAssumed, versions, step: withSuspects(step, testableIn(releases), absent) }];
  });
  const suspects = new Set(ends.flatMap(({ step }) => (step.kind === 'suspects' ? step.suspects : [])));
  const standings = new Map<string, Standing>();
  for (const { version } of shown.filter(isTestable)) {
    const isMissed = absent.has(version) && suspects.has(version);
    const standing = standingOf(isMissed ? [NOT_HERE] : roundsOf(version), failure);
    if (standing) standings.set(version, standing);
  }
  return answerOf(wanted, ends, shown, standings, results.some(isUnfinished), terms);
}

/** Every release between the bounds; on an open side as far as the search went. */
function shownOf(
  all: readonly Release[],
  ranges: readonly SearchRange[],
  results: readonly BisectResult[],
): readonly Release[] {
  const named = new Set([
    ...results.flatMap(({ rounds }) => [...rounds.keys()]),
    ...ranges.flatMap(({ open, releases }) => (open ? [] : releases.map(({ version }) => version))),
  ]);
  const isNamed = ({ version }: Release) => named.has(version);
  return all.slice(all.findIndex(isNamed), all.findLastIndex(isNamed) + 1);
}

function sharedRounds(
  { catalogue, rounds }: Inquiry,
  fresh: boolean,
  leftOut: ReadonlyMap<string, string>,
  evidence: RoundEvidence,
): SharedRounds {
  const noted = (version: string, round: Round) => {
    evidence.add(version, round);
    return round.judgement;
  };
  const shared: SharedRounds = new SharedRounds({
    recall: (version) =>
      fresh || leftOut.has(version)
        ? []
        : rounds.recall(releaseNamed(catalogue, version)).map((round) => noted(version, round)),
    examine: async (version, stop) => {
      const why = leftOut.get(version);
      if (why !== undefined) return noted(version, { judgement: excluded(why), observations: [] });
      const release = releaseNamed(catalogue, version);
      // What was run before, and cannot be run again offline, is taken with the rounds that it has.
      if (!(await rounds.isHere(release)) && shared.recall(version).length > 0) return NOT_HERE;
      return noted(version, await rounds.examine(release, stop));
    },
  });
  return shared;
}

/** Offline what is not in the cache cannot be run. An end that somebody has claimed is missed where it is asked for. */
async function absentIn(
  ranges: readonly SearchRange[],
  { rounds, catalogue }: Inquiry,
  shared: SharedRounds,
): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  for (const { open, releases } of ranges)
    for (const version of testableIn(releases).slice(
      open === 'older' ? 0 : 1,
      open === 'newer' ? undefined : -1,
    ))
      if (!(await rounds.isHere(releaseNamed(catalogue, version))) && shared.recall(version).length === 0)
        absent.add(version);
  return absent;
}

/** The search knows nothing of what was kept from it: the change may be there as well. */
function withSuspects(step: FinalStep, versions: readonly string[], absent: ReadonlySet<string>): FinalStep {
  if (step.kind !== 'found' && step.kind !== 'suspects') return step;
  const { boundary, confidence } = step;
  const known = step.kind === 'suspects' ? step.suspects : [];
  const between = versions.slice(versions.indexOf(boundary.before) + 1, versions.indexOf(boundary.after));
  const suspects = between.filter((version) => absent.has(version) || known.includes(version));
  return suspects.length === 0 ? step : { kind: 'suspects', boundary, suspects, confidence };
}

/** What is said of such a release, where the change may be in it. */
const NOT_HERE: Judgement = {
  verdict: 'skip',
  cause: 'environment',
  reason: 'not in the cache, and nothing is fetched offline',
  findings: [],
  runs: 0,
};
