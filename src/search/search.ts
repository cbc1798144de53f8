/**
 * The search as a state machine without IO: from the ordered releases and the rounds known so far to the next step.
 *
 * A step depends on what is known alone. As long as every release agrees with itself the search goes its way: the ends, the walk to an
 * open end, the middle, the confirmation. As soon as one release has given both verdicts it weighs all rounds (search/noise.ts).
 *
 * Each call goes the whole way anew with the known tallies as its oracle and stops at the first release whose rounds are
 * missing. What is known of releases beside the way has no influence on it, so that a resumed run, a full ledger and any number
 * of jobs go the same way as an empty one.
 */
import type { Verdict } from '../verdict/round.js';
import { readTally } from '../verdict/standing.js';
import { middleOf, nextStop, walk } from './middle.js';
import { noiseStep } from './noise.js';
import {
  assertSearchable,
  expectedEnds,
  missingRounds,
  placedBetween,
  readRelease,
  reasonFor,
  roundsToConfirm,
  type KnownTallies,
  type ProbeStep,
  type Question,
  type Rule,
  type Search,
  type Step,
} from './question.js';

/**
 * The next step of the search: the claimed ends first, then the way to an open end, then halves, then the confirmation.
 * @param known rounds by release; others than those of the question are ignored
 * @throws RangeError if there are too few releases, or the rule cannot be followed
 */
export function nextStep(question: Question, known: KnownTallies, rule: Rule): Step {
  const search: Search = { question, known, rule };
  assertSearchable(search);
  return endsStep(search) ?? (isNoisy(search) ? noiseStep(search) : pathStep(search));
}

function isNoisy({ question: { versions }, known }: Search): boolean {
  return versions.some((version) => {
    const tally = known.get(version);
    return tally !== undefined && readTally(tally).flaky;
  });
}

/** Indexes of the releases that somebody has claimed to be an end: both, but for an open side. */
function claimedEnds({ question: { versions, open } }: Search): number[] {
  if (open === 'older') return [versions.length - 1];
  return open === 'newer' ? [0] : [0, versions.length - 1];
}

/** Asks for the claimed ends, both together, and refuses those that cannot be tested. */
function endsStep(search: Search): Step | undefined {
  const { versions } = search.question;
  const ends = claimedEnds(search).map((index) => {
    const version = versions[index] as string;
    return { version, reading: readRelease(search, version) };
  });
  const rounds = ends.flatMap(({ version, reading }) =>
    typeof reading === 'object' ? [{ version, count: reading.missing }] : [],
  );
  if (rounds.length > 0) {
    const first = rounds.some(({ version }) => reasonFor(search.known, version, 'ends') === 'ends');
    return {
      kind: 'probe',
      rounds,
      likely: unknown(search, [firstStop(search)]),
      why: first ? 'ends' : 'repeat',
    };
  }
  const skipped = ends.filter(({ version }) => isUntestable(search, version)).map(({ version }) => version);
  return skipped.length > 0 ? { kind: 'untestable-end', versions: skipped } : undefined;
}

/** Without clear rounds, or with too few: a release with as many good as bad ones has no verdict either, but is not untestable. */
function isUntestable(search: Search, version: string): boolean {
  const tally = search.known.get(version);
  return tally !== undefined && !readTally(tally).flaky && readRelease(search, version) === 'skip';
}

/** Where the search would go if the ends turn out as claimed. */
function firstStop({ question: { versions, open } }: Search): number | undefined {
  const last = versions.length - 1;
  if (!open) return middleOf(0, last, new Set());
  const distance = nextStop(0, last, new Set());
  return distance === undefined ? undefined : fromClaimed(versions.length, open, distance);
}

const fromClaimed = (count: number, open: 'older' | 'newer', distance: number): number =>
  open === 'older' ? count - 1 - distance : distance;

/** The step after the claimed ends, which have been tested. No release may be flaky. */
function pathStep(search: Search): Step {
  return (
    refusal(search) ?? (search.question.open ? walkStep(search, search.question.open) : bisectStep(search))
  );
}

/** Ends that are not as claimed. The verdict that nobody expected is confirmed before the search is refused. */
function refusal(search: Search): Step | undefined {
  const { versions, direction, open } = search.question;
  const expected = expectedEnds(direction);
  const read = (index: number) => readRelease(search, versions[index] as string) as Verdict;
  const seen = {
    older: open === 'older' ? expected.older : read(0),
    newer: open === 'newer' ? expected.newer : read(versions.length - 1),
  };
  const unexpected = claimedEnds(search).filter(
    (index) => read(index) !== expected[index === 0 && open !== 'older' ? 'older' : 'newer'],
  );
  if (unexpected.length === 0) return undefined;
  return confirmation(search, unexpected) ?? { kind: 'ends-agree', ...seen, confidence: null };
}

/** Further rounds of what an answer rests on, all at once. */
function confirmation(
  { question: { versions }, known, rule }: Search,
  indexes: readonly number[],
): ProbeStep | undefined {
  const rounds = indexes
    .map((index) => versions[index] as string)
    .map((version) => ({ version, count: missingRounds(known.get(version), roundsToConfirm(rule)) }))
    .filter(({ count }) => count > 0);
  return rounds.length === 0 ? undefined : { kind: 'probe', rounds, likely: [], why: 'confirm' };
}

function walkStep(search: Search, open: 'older' | 'newer'): Step {
  const { versions, direction } = search.question;
  const expected = expectedEnds(direction)[open];
  const last = versions.length - 1;
  const indexAt = (distance: number) => fromClaimed(versions.length, open, distance);
  const end = walk(last, (distance) => {
    const reading = readRelease(search, versions[indexAt(distance)] as string);
    if (typeof reading === 'object') return 'unknown';
    return reading === 'skip' ? 'skip' : reading === expected ? 'other' : 'same';
  });
  if (end.kind === 'none')
    return (
      confirmation(search, [indexAt(end.reached)]) ?? {
        kind: 'no-end',
        seen: versions[indexAt(end.reached)] as string,
        confidence: null,
      }
    );
  const skips = new Set([...end.skips].map(indexAt));
  const bounds = [indexAt(end.reached), indexAt(end.distance)].toSorted((a, b) => a - b) as [number, number];
  if (end.kind === 'other') return bisectStep(search, ...bounds, skips);
  const further = nextStop(end.distance, last, end.skips);
  const between = middleOf(...bounds, skips);
  return probe(search, indexAt(end.distance), 'walk', [
    further === undefined ? undefined : indexAt(further),
    between,
  ]);
}

/** Halves the range until its bounds are neighbours, or only skipped releases are left between them. */
function bisectStep(
  search: Search,
  low = 0,
  high = search.question.versions.length - 1,
  skips = new Set<number>(),
): Step {
  const { versions, direction } = search.question;
  const { older } = expectedEnds(direction);
  for (;;) {
    const middle = middleOf(low, high, skips);
    if (middle === undefined) return conclusion(search, low, high);
    const reading = readRelease(search, versions[middle] as string);
    if (typeof reading === 'object')
      return probe(search, middle, 'middle', [middleOf(middle, high, skips), middleOf(low, middle, skips)]);
    if (reading === 'skip') skips.add(middle);
    else if (reading === older) low = middle;
    else high = middle;
  }
}

function probe(
  search: Search,
  index: number,
  why: 'walk' | 'middle',
  next: readonly (number | undefined)[],
): Step {
  const { question, known, rule } = search;
  const version = question.versions[index] as string;
  const count = missingRounds(known.get(version), rule.repeat);
  return {
    kind: 'probe',
    rounds: [{ version, count }],
    likely: unknown(search, next),
    why: reasonFor(known, version, why),
  };
}

/** The versions of those indexes whose rounds are missing. */
function unknown(search: Search, indexes: readonly (number | undefined)[]): string[] {
  return indexes
    .filter((index) => index !== undefined)
    .map((index) => search.question.versions[index] as string)
    .filter((version) => typeof readRelease(search, version) === 'object');
}

/**
 * Confirming the two bounds is enough: a wrong verdict anywhere on the way sends the search to the wrong side of that
 * release, and the bound that it ends with there is this release or another one whose verdict is wrong.
 */
function conclusion(search: Search, low: number, high: number): Step {
  const { versions } = search.question;
  return confirmation(search, [low, high]) ?? placedBetween(versions.slice(low, high + 1), null);
}
