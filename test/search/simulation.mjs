// Clients that flap, and whether the search is right about them. Shared by calibration.test.ts (small) and
// test/bench/calibration.mjs (the whole table), which gives it the compiled search: so nothing is imported here.

/** A small seeded generator (mulberry32, T. Ettinger, public domain): uniform numbers in [0, 1). */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const both = (rate) => ({ good: () => rate, bad: () => rate });

/** Error rate of the release at `index`, by its true side; `single` is the index of the one that flaps alone. */
export const CLIENTS = {
  'never flaps': both(0),
  'all flap 1 %': both(0.01),
  'all flap 5 %': both(0.05),
  'all flap 20 %': both(0.2),
  'only broken ones flap 5 %': { good: () => 0, bad: () => 0.05 },
  'only broken ones flap 20 %': { good: () => 0, bad: () => 0.2 },
  'only good ones flap 5 %': { good: () => 0.05, bad: () => 0 },
  'only good ones flap 20 %': { good: () => 0.2, bad: () => 0 },
  'a single one flaps 50 %': {
    good: (index, single) => (index === single ? 0.5 : 0),
    bad: (index, single) => (index === single ? 0.5 : 0),
  },
};

/**
 * One search. The first bad release is uniform: in the range, or, with `where` 'anywhere', also its first release or none
 * at all, so that the claim about the ends is false. A share of `skipped` rounds gives no verdict, as those that fail
 * otherwise do.
 */
export function simulate(nextStep, { client, count, seed, rule, where = 'inside', skipped = 0 }) {
  const random = mulberry32(seed);
  const versions = Array.from({ length: count }, (_, index) => `1.0.${index}`);
  const firstBad =
    where === 'inside' ? 1 + Math.floor(random() * (count - 1)) : Math.floor(random() * (count + 1));
  const single = Math.floor(random() * count);
  const { step, rounds } = run(nextStep, { versions, direction: 'regression' }, rule, (index) => {
    const truth = index >= firstBad ? 'bad' : 'good';
    if (skipped > 0 && random() < skipped) return 'skip';
    const errs = random() < CLIENTS[client][truth](index, single);
    return errs === (truth === 'good') ? 'bad' : 'good';
  });
  return { outcome: outcomeOf(step, versions, firstBad), step, rounds, firstBad };
}

function run(nextStep, question, rule, roundOf) {
  const known = new Map();
  for (let rounds = 0; ;) {
    const step = nextStep(question, known, rule);
    if (step.kind !== 'probe') return { step, rounds };
    for (const { version, count } of step.rounds)
      for (let index = 0; index < count; index += 1, rounds += 1) {
        const tally = known.get(version) ?? { good: 0, bad: 0, skip: 0 };
        const verdict = roundOf(question.versions.indexOf(version));
        known.set(version, { ...tally, [verdict]: tally[verdict] + 1 });
      }
  }
}

/**
 * `wrong`: a boundary was named that is not one. `refused`: there is a change, but the ends were said to agree. `missed`:
 * inconclusive, and the change is not among the suspects.
 */
function outcomeOf(step, versions, firstBad) {
  const isInside = firstBad > 0 && firstBad < versions.length;
  if (step.kind === 'found')
    return step.boundary.after === versions[firstBad] && firstBad > 0 ? 'right' : 'wrong';
  if (step.kind === 'ends-agree') {
    const verdict = firstBad === 0 ? 'bad' : 'good';
    return !isInside && step.older === verdict && step.newer === verdict ? 'right' : 'refused';
  }
  if (step.kind === 'untestable-end') return 'inconclusive';
  const low = versions.indexOf(step.boundary.before);
  const high = versions.indexOf(step.boundary.after);
  return firstBad > low && firstBad <= high ? 'inconclusive' : 'missed';
}

/** Shares (0 to 1) of each outcome over `times` seeded searches, and the mean number of rounds. */
export function measure(nextStep, { times, seed, ...search }) {
  const shares = { right: 0, inconclusive: 0, wrong: 0, refused: 0, missed: 0 };
  let rounds = 0;
  for (let index = 0; index < times; index += 1) {
    const result = simulate(nextStep, { ...search, seed: seed + index });
    shares[result.outcome] += 1 / times;
    rounds += result.rounds / times;
  }
  return { ...shares, rounds };
}
