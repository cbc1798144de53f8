/** The question of a session: where in this range is the boundary. */
import { absentIn, NOT_HERE, withSuspects } from './absent.js';
import { bisect, type BisectResult, type SearchStep, type Why } from '../search/drive.js';
import type { Rule } from '../search/question.js';
import { BisectError } from '../errors.js';
import { excluded, type Judgement, type Round } from '../verdict/round.js';
import {
  excludedOf,
  isTestable,
  releaseNamed,
  searchesFor,
  testableIn,
  type Bounds,
  type SearchRange,
} from './range.js';
import { refusedAmong, type Notary } from '../registry/provenance.js';
import type { Release } from '../registry/releases.js';
import { answerOf, type Answer } from '../search/answer.js';
import type { KeptRound } from '../run/run.js';
import {
  type Inquiry,
  type Learned,
  type Listener,
  RoundEvidence,
  SharedRounds,
  type RoundSource,
} from './rounds.js';
import { isSameFailure, standingOf, type Standing } from '../verdict/standing.js';

export interface RangeQuestion extends Bounds {
  readonly rule: Rule;
  /** Run everything anew, whatever the ledger knows. */
  readonly fresh: boolean;
  /** Versions that are not run: to the search they are skips. */
  readonly exclude?: readonly string[] | undefined;
  /** With it, releases that are not proved to be signed are such skips too. */
  readonly notary?: Notary | undefined;
}

export interface RangeAnswer {
  readonly answer: Answer;
  /** Releases that were run for it, in order. */
  readonly probed: readonly string[];
  /** What each search asked for, step by step. */
  readonly paths: readonly (readonly SearchStep[])[];
  /** What the answer rests on: by version, the rounds of every release that has any, the oldest first. */
  readonly evidence: ReadonlyMap<string, readonly KeptRound[]>;
}

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
  const ranges = searchesFor(question, session.catalogue);
  const evidence = new RoundEvidence();
  const exclude = await leftOut(question, ranges, session);
  const pool = poolOf(session, question.fresh, exclude, evidence);
  const absent = await absentIn(ranges, session, pool);
  if (absent.size > 0) listener.onAbsent?.([...absent]);
  const told = new Set<Judgement>();
  const onVerdict = (version: string, judgement: Judgement, source: 'run' | 'ledger', why: Why) => {
    // Both searches of a window begin with the same release.
    if (told.has(judgement)) return;
    told.add(judgement);
    listener.onVerdict?.(version, judgement, source, why);
  };
  const prefetch = async (version: string, stop: AbortSignal) => {
    if (exclude.has(version)) return;
    await session.rounds.prefetch(releaseNamed(session.catalogue, version), stop);
    listener.onFetchedAhead?.(version);
  };
  const search = (viewOf: () => RoundSource) =>
    together(signal, (stop) =>
      ranges.map(({ direction, open, releases }) => {
        const versions = testableIn(releases).filter((version) => !absent.has(version));
        const asked = { versions, direction, ...(open && { open }) };
        return bisect(asked, question.rule, { ...viewOf(), prefetch, onVerdict }, stop);
      }),
    );
  const first = await search(() => pool.view());
  // Each side of a window has seen its own rounds of the bad release: what is asked about must be one failure.
  const results = agree(first) || first.some(isUnfinished) ? first : await search(() => pool.viewAgain());
  const answer = answerFrom(question, ranges, results, session, pool, absent);
  const unfinished = results.find(isUnfinished);
  return {
    answer,
    // To the second pass everything that the first one ran is known already.
    probed: [...new Set([...first, ...results].flatMap(({ probed }) => probed))],
    paths: results.map(({ path }) => path),
    evidence: evidenceFor(answer, results, pool, evidence),
    ...(unfinished && { error: unfinished.error }),
  };
}

const isUnfinished = (result: BisectResult): result is Extract<BisectResult, { step: null }> =>
  result.step === null;

function evidenceFor(
  { rows }: Answer,
  results: readonly BisectResult[],
  pool: SharedRounds,
  evidence: RoundEvidence,
): RangeAnswer['evidence'] {
  const rounds = rows.map(({ version, integrity }) => {
    // A release without an executable was never asked for, and cannot be.
    const judgements = integrity === null ? [] : roundsOf(version, results, pool);
    return [version, judgements.map((judgement) => evidence.of(judgement))] as const;
  });
  return new Map(rounds.filter(([, kept]) => kept.length > 0));
}

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

function answerFrom(
  { wanted }: RangeQuestion,
  ranges: readonly SearchRange[],
  results: readonly BisectResult[],
  { catalogue, terms }: Inquiry,
  pool: SharedRounds,
  absent: ReadonlySet<string>,
): Answer {
  const failure = results.find((result) => result.failure !== null)?.failure ?? null;
  const shown = shownOf(catalogue.releases, ranges, results);
  const standings = new Map<string, Standing>();
  for (const { version } of shown.filter(isTestable)) {
    const standing = standingOf(roundsOf(version, results, pool), failure);
    if (standing) standings.set(version, standing);
  }
  const ends = ranges.flatMap(({ direction, open, isAssumed, releases }, index) => {
    const { step } = results[index] as BisectResult;
    if (!step) return [];
    const versions = releases.map(({ version }) => version);
    const known = withSuspects(step, testableIn(releases), absent);
    return [{ direction, open, isAssumed, versions, step: known }];
  });
  const suspects = ends.flatMap(({ step }) => (step.kind === 'suspects' ? step.suspects : []));
  for (const version of suspects)
    if (absent.has(version)) standings.set(version, standingOf([NOT_HERE], null) as Standing);
  return answerOf(wanted, ends, shown, standings, results.some(isUnfinished), terms);
}

/** All rounds of a release, and the skips that stand for rounds which could not be run: of those the pool knows nothing. */
function roundsOf(
  version: string,
  results: readonly BisectResult[],
  pool: SharedRounds,
): readonly Judgement[] {
  const run = pool.known(version);
  const used = results.flatMap(({ rounds }) => rounds.get(version) ?? []);
  return [...run, ...used.filter((judgement) => !run.includes(judgement))];
}

/** Every release between the bounds; on an open side as far as the search went. */
function shownOf(
  all: readonly Release[],
  ranges: readonly SearchRange[],
  results: readonly BisectResult[],
): readonly Release[] {
  const named = new Set(
    ranges.flatMap(({ open, releases }, index) => [
      ...(results[index]?.rounds.keys() ?? []),
      ...(open ? [] : releases.map(({ version }) => version)),
    ]),
  );
  const isNamed = ({ version }: Release) => named.has(version);
  return all.slice(all.findIndex(isNamed), all.findLastIndex(isNamed) + 1);
}

/** By version, why it is not run. */
type LeftOut = ReadonlyMap<string, string>;

/** @throws BisectError `BAD_BOUND`, `NOT_SIGNED` if an end that was named is not to be run */
async function leftOut(
  { exclude, notary }: RangeQuestion,
  ranges: readonly SearchRange[],
  { catalogue }: Inquiry,
): Promise<LeftOut> {
  const named = excludedOf(exclude, catalogue);
  const end = endIn(ranges, named);
  if (end)
    throw new BisectError('BAD_BOUND', `${end} is an end of the range, and excluded`, {
      hint: 'choose a neighbouring release as the bound, or leave out --exclude',
      facts: { version: end },
    });
  const refused = notary
    ? await refusedAmong(
        ranges.flatMap(({ releases }) => releases),
        notary,
      )
    : new Map<string, string>();
  const open = endIn(ranges, refused);
  if (open)
    throw new BisectError('NOT_SIGNED', `${open} is an end of the range, and ${refused.get(open)}`, {
      hint: 'name a registry that signs with --registry (mirrors leave signatures out), or leave out --require-provenance',
      facts: { version: open },
    });
  return new Map([...refused, ...[...named].map((version) => [version, 'excluded'] as const)]);
}

/** The first end that somebody named of those in `versions`. */
function endIn(
  ranges: readonly SearchRange[],
  versions: { has(version: string): boolean },
): string | undefined {
  const ends = ranges.flatMap(({ open, releases }) => [
    open === 'older' ? undefined : releases[0],
    open === 'newer' ? undefined : releases.at(-1),
  ]);
  return ends.find((release) => release && versions.has(release.version))?.version;
}

function poolOf(session: Inquiry, fresh: boolean, exclude: LeftOut, evidence: RoundEvidence): SharedRounds {
  const { rounds } = session;
  const noted = (version: string, recorded: Round) => {
    evidence.add(version, recorded);
    return recorded.judgement;
  };
  const pool = new SharedRounds({
    recall: (version) => {
      const known =
        fresh || exclude.has(version) ? [] : rounds.recall(releaseNamed(session.catalogue, version));
      return known.map((recorded) => noted(version, recorded));
    },
    examine: async (version, stop) => {
      if (exclude.has(version))
        return noted(version, { judgement: excluded(exclude.get(version)), observations: [] });
      const release = releaseNamed(session.catalogue, version);
      // What was run before, and cannot be run again offline, is taken with the rounds that it has.
      if (!(await rounds.isHere(release)) && pool.recall(version).length > 0) return NOT_HERE;
      return noted(version, await rounds.examine(release, stop));
    },
  });
  return pool;
}
