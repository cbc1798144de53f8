/**
 * The search as soon as one release has given both verdicts: every round counts, none decides.
 *
 * The position of the change has a posterior (posterior.ts). The next round goes where it is expected to tell most about
 * the position, one round at a time, since each changes where the next one belongs. A boundary is named when it has the
 * demanded probability and its two releases, run several times, have a clear majority each; when nothing is to be learned
 * any more, or `maxRounds` are used up, the credible set is named instead.
 */
import { hypothesesOf, type Hypotheses, type Pillar } from './hypotheses.js';
import { testability } from './middle.js';
import { posteriorOf } from './posterior.js';
import {
  expectedEnds,
  placedBetween,
  type ProbeStep,
  type Search,
  type Step,
  allRounds,
  clearRounds,
  RETRIES,
  roundsToConfirm,
} from './question.js';
import { hasClearMajority, readTally, type Tally } from '../verdict/standing.js';

/** Bits of expected information below which no further round is worth it. */
const LEAST_GAIN = 0.0005;

/** Clear rounds at least of each release that an answer in this mode rests on, whatever the rule says. */
export const SEVERAL = 3;

/** Clear rounds after which a release without a clear majority is taken as one that has none. */
const PROOF_LIMIT = 30;

/** The next step; the claimed ends must have been tested. */
export function noiseStep(search: Search): Step {
  const hypotheses = hypothesesOf(search);
  const { weights, gains } = posteriorOf(hypotheses.evidence, hypotheses.prior);
  const best = mostProbable(weights);
  const isSpent = roundsOf(search) >= search.rule.maxRounds;
  if ((weights[best] as number) < search.rule.confidence) {
    const next = isSpent ? [] : worthwhile(search, hypotheses, gains);
    return probe(search, next) ?? credibleSet(search, hypotheses, weights, []);
  }
  const unproven = hypotheses.restsOn(best).filter((pillar) => !isProven(search, pillar));
  const provable = isSpent ? [] : unproven.filter((pillar) => canBeProven(search, pillar));
  return (
    probe(search, leastRun(search, provable)) ??
    (unproven.length > 0 && best > 0 && best < weights.length - 1
      ? credibleSet(search, hypotheses, weights, unproven)
      : answer(search, hypotheses, weights, best))
  );
}

const roundsOf = ({ question: { versions }, known }: Search): number =>
  versions.reduce((sum, version) => sum + allRounds(known.get(version)), 0);

function mostProbable(weights: readonly number[]): number {
  let best = 0;
  for (let t = 1; t < weights.length; t += 1)
    if ((weights[t] as number) > (weights[best] as number)) best = t;
  return best;
}

/** One round of the first of `versions`; the next ones may follow. */
function probe({ known }: Search, versions: readonly string[]): ProbeStep | undefined {
  const [version, ...others] = versions;
  if (version === undefined) return undefined;
  const likely = others.filter((other) => allRounds(known.get(other)) === 0).slice(0, 2);
  return { kind: 'probe', rounds: [{ version, count: 1 }], likely, why: 'noise' };
}

/** Versions by expected information, most first; of equals the older one. What may be untestable promises less. */
function worthwhile(search: Search, { indexes }: Hypotheses, gains: readonly number[]): string[] {
  const { question, known } = search;
  const chances = chancesOf(search);
  return indexes
    .map((index, position) => ({
      index,
      version: question.versions[index] as string,
      gain: gains[position] as number,
    }))
    .filter(({ version, gain }) => gain >= LEAST_GAIN && !isGivenUp(known.get(version)))
    .map(({ index, version, gain }) => ({ index, version, worth: gain * (chances[index] as number) }))
    .toSorted((a, b) =>
      Math.abs(a.worth - b.worth) > 1e-9 * a.worth ? b.worth - a.worth : a.index - b.index,
    )
    .map(({ version }) => version);
}

/** Clear at times, but skipped more often than it is worth. Without any clear round it is no hypothesis at all. */
const isGivenUp = (tally: Tally | undefined): boolean =>
  clearRounds(tally) > 0 && (tally?.skip ?? 0) > RETRIES;

/** Probability that each release is testable, by its distance to those that are not (middle.ts). */
function chancesOf({ question: { versions }, known }: Search): number[] {
  const tallies = versions.map((version) => known.get(version));
  const isClear = tallies.map((tally) => clearRounds(tally) > 0);
  const skips = new Set([...tallies.keys()].filter((index) => tallies[index] && !isClear[index]));
  if (skips.size === 0) return versions.map(() => 1);
  return versions.map((_, index) => {
    const next = isClear.indexOf(true, index + 1);
    const [low, high] = [
      index === 0 ? -1 : isClear.lastIndexOf(true, index - 1),
      next < 0 ? versions.length : next,
    ];
    return isClear[index] ? 1 : testability(index, low, high, skips);
  });
}

function isProven({ known, rule }: Search, { version, reads }: Pillar): boolean {
  const tally = known.get(version);
  const clear = clearRounds(tally);
  if (!tally || clear < Math.max(SEVERAL, roundsToConfirm(rule))) return false;
  return readTally(tally).verdict === reads && hasClearMajority(tally);
}

function canBeProven({ known, rule }: Search, { version }: Pillar): boolean {
  const tally = known.get(version);
  return clearRounds(tally) < Math.max(PROOF_LIMIT, roundsToConfirm(rule)) && (tally?.skip ?? 0) <= RETRIES;
}

const leastRun = ({ known }: Search, pillars: readonly Pillar[]): string[] =>
  pillars
    .map(({ version }) => version)
    .toSorted((a, b) => clearRounds(known.get(a)) - clearRounds(known.get(b)));

/** What one position means. */
function answer(search: Search, { indexes }: Hypotheses, weights: readonly number[], position: number): Step {
  const { versions } = search.question;
  const [low, high] = [indexes[position - 1], indexes[position]];
  if (low === undefined || high === undefined)
    return noChange(search, weights[position] as number, low, high);
  return placedBetween(versions.slice(low, high + 1), weights[position] as number);
}

/** All testable releases are on one side: there is nobody to blame, so that the probability is enough. */
function noChange(search: Search, confidence: number, low?: number, high?: number): Step {
  const { versions, direction, open } = search.question;
  const expected = expectedEnds(direction);
  // Without a release before the change the older end is missing, and the other way round.
  const missing = low === undefined ? 'older' : 'newer';
  if (open === missing)
    return { kind: 'no-end', seen: versions[(low ?? high) as number] as string, confidence };
  const verdict = missing === 'older' ? expected.newer : expected.older;
  const other = (missing === 'older' ? versions.at(-1) : versions[0]) as string;
  const contrary = { version: other, reads: expected[missing] };
  const opposite = !open && isProven(search, contrary) ? contrary.reads : verdict;
  return missing === 'older'
    ? { kind: 'ends-agree', older: verdict, newer: opposite, confidence }
    : { kind: 'ends-agree', older: opposite, newer: verdict, confidence };
}

/**
 * The fewest positions that hold the demanded share of the probability of a change, with all that lies between them. A
 * release that an answer would have rested on, but that has no clear majority, is a suspect itself.
 */
function credibleSet(
  search: Search,
  { indexes }: Hypotheses,
  weights: readonly number[],
  unproven: readonly Pillar[],
): Step {
  const { versions, open } = search.question;
  const positions = [...weights.keys()].slice(1, -1);
  if (positions.length === 0) {
    const confidence = weights[open === 'older' ? 0 : 1] as number;
    return { kind: 'no-end', seen: versions[indexes[0] as number] as string, confidence };
  }
  const [first, last] = hull(weights, positions, search.rule.confidence);
  const doubtful = new Set(unproven.map(({ version }) => version));
  const isDoubtful = (position: number) => doubtful.has(versions[indexes[position] as number] as string);
  const from = first > 1 && isDoubtful(first - 1) ? first - 1 : first;
  const to = last < positions.length && isDoubtful(last) ? last + 1 : last;
  const [low, high] = [indexes[from - 1] as number, indexes[to] as number];
  const confidence = weights.slice(from, to + 1).reduce((sum, weight) => sum + weight, 0);
  return {
    kind: 'suspects',
    boundary: { before: versions[low] as string, after: versions[high] as string },
    suspects: versions.slice(low + 1, high),
    confidence,
  };
}

function hull(weights: readonly number[], positions: readonly number[], share: number): [number, number] {
  const weight = (position: number) => weights[position] as number;
  const total = positions.reduce((sum, position) => sum + weight(position), 0);
  const chosen: number[] = [];
  let sum = 0;
  for (const position of positions.toSorted((a, b) => weight(b) - weight(a))) {
    if (chosen.length > 0 && sum >= share * total) break;
    chosen.push(position);
    sum += weight(position);
  }
  return [Math.min(...chosen), Math.max(...chosen)];
}
