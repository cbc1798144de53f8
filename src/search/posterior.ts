/**
 * Where the change is, given rounds that contradict each other: a posterior over every position of the change.
 *
 * A release before the change errs when a round of it reads like the releases after it, and the other way round. How often
 * a side errs is unknown, and the sides need not be alike, so each has its own prior: either all its releases err at one
 * rate, or most never err and a few are flappers with a rate of their own (a Beta prior, in closed form). Rates and shares
 * lie on a grid and are summed over in log space, so that they are never estimated, and few rounds make no certainty.
 * The shape (two error rates, expected information gain) is that of hauntsaninja/git_bayesect; the flappers are ours: with
 * one rate for a whole side, a single unsteady release next to the change would be blamed with confidence.
 */

/** Rounds of one release that read like the older, and like the newer end. */
export interface SideCounts {
  readonly older: number;
  readonly newer: number;
}

export interface Posterior {
  /** Probability of each position t of the change, from 0 to the number of releases: those from index t on are after it. */
  readonly weights: readonly number[];
  /** Expected information in bits, about the position alone, of one more round of each release. */
  readonly gains: readonly number[];
}

/** How the releases of one side may err. */
interface Habit {
  /** Natural logarithm of the likelihood of one release's rounds. */
  logLikelihood(errors: number, correct: number): number;
  /** Probability that the next round of a release with those rounds is an error. */
  rate(errors: number, correct: number): number;
}

/** Every error rate weighs the same: log-uniform where clients are nearly reliable, uniform above. None reaches 0.5. */
const RATES = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45];
const FLAPPER_SHARES = [0.02, 0.05, 0.1, 0.2, 0.3];
/**
 * The rate of a flapper is Beta(1, 2): the higher the rarer. With Beta(1, 1) a release that errs in 8 of 10 rounds would be
 * as probable as one that errs in 2, and two releases alone could never be told apart.
 */
const FLAPPER_BETA = 2;
/** What even a steady release may err: the harness. */
const STEADY_RATE = 0.002;

const allAlike = (rate: number): Habit => ({
  logLikelihood: (errors, correct) => errors * Math.log(rate) + correct * Math.log1p(-rate),
  rate: () => rate,
});

function fewFlappers(share: number): Habit {
  const logSteady = (errors: number, correct: number) =>
    Math.log1p(-share) + errors * Math.log(STEADY_RATE) + correct * Math.log1p(-STEADY_RATE);
  const logFlapper = (errors: number, correct: number) => Math.log(share) + logBeta(errors, correct);
  const logLikelihood = (errors: number, correct: number) =>
    logSum([logSteady(errors, correct), logFlapper(errors, correct)]);
  return {
    logLikelihood,
    rate(errors, correct) {
      const flapper = Math.exp(logFlapper(errors, correct) - logLikelihood(errors, correct));
      return (1 - flapper) * STEADY_RATE + (flapper * (errors + 1)) / (errors + correct + 1 + FLAPPER_BETA);
    },
  };
}

/** Of the probability of one certain order of rounds under a rate of Beta(1, b): b × B(errors + 1, correct + b). */
function logBeta(errors: number, correct: number): number {
  let log = Math.log(FLAPPER_BETA / (errors + correct + FLAPPER_BETA));
  for (let k = 1; k <= errors; k += 1) log += Math.log(k / (correct + FLAPPER_BETA - 1 + k));
  return log;
}

const HABITS: readonly { habit: Habit; logPrior: number }[] = [
  ...RATES.map((rate) => ({ habit: allAlike(rate), logPrior: Math.log(0.5 / RATES.length) })),
  ...FLAPPER_SHARES.map((share) => ({
    habit: fewFlappers(share),
    logPrior: Math.log(0.5 / FLAPPER_SHARES.length),
  })),
];

/**
 * @param evidence of each release in order
 * @param prior weight of each position of the change: one more than there are releases; need not sum to 1
 */
export function posteriorOf(evidence: readonly SideCounts[], prior: readonly number[]): Posterior {
  const before = sideOf(evidence.map(({ older, newer }) => ({ errors: newer, correct: older })));
  // The releases after the change, counted from the newer end.
  const after = sideOf(
    evidence.map(({ older, newer }) => ({ errors: older, correct: newer })).toReversed(),
  ).toReversed();
  const logWeights = prior.map(
    (weight, t) =>
      Math.log(weight) + (before[t] as Belief).logLikelihood + (after[t] as Belief).logLikelihood,
  );
  const total = logSum(logWeights);
  const weights = logWeights.map((logWeight) => Math.exp(logWeight - total));
  return { weights, gains: gainsOf(evidence, weights, before, after) };
}

interface Errors {
  readonly errors: number;
  readonly correct: number;
}

/** What some releases of one side say about its habit. */
interface Belief {
  readonly logLikelihood: number;
  /** Posterior share of each habit. */
  readonly shares: readonly number[];
  /** Probability that a round of a release without rounds would be an error. */
  readonly untested: number;
  /** Entropy of that round in bits. */
  readonly untestedEntropy: number;
}

/** What every habit says of a release with those rounds. */
interface Sayings {
  readonly logLikelihoods: readonly number[];
  readonly rates: readonly number[];
}

const SAYINGS = new Map<string, Sayings>();

/** Kept, since the same few counts come again at every step of a search; they depend on nothing else. */
function sayingsOf({ errors, correct }: Errors): Sayings {
  const key = `${errors} ${correct}`;
  const kept = SAYINGS.get(key);
  if (kept) return kept;
  const sayings = {
    logLikelihoods: HABITS.map(({ habit }) => habit.logLikelihood(errors, correct)),
    rates: HABITS.map(({ habit }) => habit.rate(errors, correct)),
  };
  SAYINGS.set(key, sayings);
  return sayings;
}

const UNTESTED = sayingsOf({ errors: 0, correct: 0 }).rates;

/** The belief after the first 0, 1, 2 … releases. Those without rounds change nothing. */
function sideOf(releases: readonly Errors[]): Belief[] {
  let logs: readonly number[] = HABITS.map(({ logPrior }) => logPrior);
  const beliefs = [beliefOf(logs)];
  for (const release of releases) {
    const last = beliefs.at(-1) as Belief;
    const isTested = release.errors + release.correct > 0;
    const { logLikelihoods } = sayingsOf(release);
    if (isTested) logs = logs.map((log, habit) => log + (logLikelihoods[habit] as number));
    beliefs.push(isTested ? beliefOf(logs) : last);
  }
  return beliefs;
}

function beliefOf(logs: readonly number[]): Belief {
  const logLikelihood = logSum(logs);
  const shares = logs.map((log) => Math.exp(log - logLikelihood));
  const untested = mix(shares, UNTESTED);
  return { logLikelihood, shares, untested, untestedEntropy: entropy(untested) };
}

function mix(shares: readonly number[], values: readonly number[]): number {
  let sum = 0;
  for (let index = 0; index < shares.length; index += 1)
    sum += (shares[index] as number) * (values[index] as number);
  return sum;
}

/**
 * Mutual information of the position and the next round of each release: the entropy of the round minus its mean entropy
 * given the position. Positions between two tested releases differ in nothing but the side of the untested ones between
 * them, so that their weights are summed first: that keeps long lists fast.
 */
function gainsOf(
  evidence: readonly SideCounts[],
  weights: readonly number[],
  before: readonly Belief[],
  after: readonly Belief[],
): number[] {
  const below = cumulated(weights);
  const between = (from: number, to: number) => Math.max(0, (below[to] as number) - (below[from] as number));
  const gaps = gapsOf(evidence);
  return evidence.map(({ older, newer }, index) => {
    const isTested = older + newer > 0;
    const errorBefore = isTested && sayingsOf({ errors: newer, correct: older }).rates;
    const errorAfter = isTested && sayingsOf({ errors: older, correct: newer }).rates;
    let mean = 0;
    let conditional = 0;
    const add = (weight: number, belief: Belief, rates: readonly number[] | false, isBefore: boolean) => {
      // So improbable a position changes no choice.
      if (weight < 1e-9) return;
      const error = rates ? mix(belief.shares, rates) : belief.untested;
      mean += weight * (isBefore ? error : 1 - error);
      conditional += weight * (rates ? entropy(error) : belief.untestedEntropy);
    };
    for (const { from, to } of gaps) {
      // The release is after the change at the positions up to its own index, and before it at the others.
      const own = Math.min(Math.max(index + 1, from), to);
      add(between(from, own), after[from] as Belief, errorAfter, false);
      add(between(own, to), before[from] as Belief, errorBefore, true);
    }
    return Math.max(0, entropy(mean) - conditional);
  });
}

/** Runs of positions (from, up to but without to) with no tested release between them. */
function gapsOf(evidence: readonly SideCounts[]): { from: number; to: number }[] {
  const tested = [...evidence.keys()].filter((index) => {
    const { older, newer } = evidence[index] as SideCounts;
    return older + newer > 0;
  });
  const starts = [0, ...tested.map((index) => index + 1)];
  return starts.map((from, place) => ({ from, to: starts[place + 1] ?? evidence.length + 1 }));
}

/** The sum of all values before each index, and of all of them. */
function cumulated(values: readonly number[]): number[] {
  const sums = [0];
  for (const value of values) sums.push((sums.at(-1) as number) + value);
  return sums;
}

const entropy = (chance: number): number =>
  chance <= 0 || chance >= 1 ? 0 : -chance * Math.log2(chance) - (1 - chance) * Math.log2(1 - chance);

/** Logarithm of the sum of what `logs` are the logarithms of. */
function logSum(logs: readonly number[]): number {
  const most = Math.max(...logs);
  return most === -Infinity
    ? most
    : most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}
