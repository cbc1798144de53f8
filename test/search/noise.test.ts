import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextStep } from '../../src/search/search.js';
import type { Question, Step } from '../../src/search/question.js';
import type { Tally } from '../../src/verdict/standing.js';
import type { Verdict } from '../../src/verdict/round.js';
import { SEVERAL } from '../../src/search/noise.js';
import { CLEAR_LEAD, CLEAR_MAJORITY } from '../../src/verdict/standing.js';
import { DEFAULT, names, play, rounds, type Truth } from './play.js';
import { mulberry32 } from './simulation.mjs';

const nine: Question = { versions: names(9), direction: 'regression' };

/** Rounds of `version` that err with a chance of `rate`; the same ones whatever the order in which they are run. */
function flapping(firstBad: number, rate: number, seed: number, skipped = new Set<number>()): Truth {
  return (version, round) => {
    const index = Number(version.slice('1.0.'.length));
    if (skipped.has(index)) return 'skip';
    const random = mulberry32(seed * 7919 + index * 104_729 + round * 1_299_709);
    random();
    const errs = random() < rate;
    return index >= firstBad === errs ? 'good' : 'bad';
  };
}

const flap = fc.record({
  count: fc.integer({ min: 2, max: 40 }),
  at: fc.nat(1000),
  rate: fc.constantFrom(0.05, 0.1, 0.2, 0.35),
  seed: fc.nat(1_000_000),
});
const firstBadOf = ({ count, at }: { count: number; at: number }) => 1 + (at % (count - 1));

const confidenceOf = (step: Step) => ('confidence' in step ? step.confidence : undefined);

describe('a search in which a release has given both verdicts', () => {
  it('runs one round at a time', () => {
    const known = new Map([
      ['1.0.0', rounds(1)],
      ['1.0.8', rounds(0, 1)],
      ['1.0.4', rounds(1, 1)],
    ]);
    const step = nextStep(nine, known, DEFAULT);
    expect(step).toMatchObject({ kind: 'probe', why: 'noise' });
    expect(step.kind === 'probe' && step.rounds.map(({ count }) => count)).toEqual([1]);
  });

  it('still has its ends tested first', () => {
    expect(nextStep(nine, new Map([['1.0.4', rounds(1, 1)]]), DEFAULT)).toMatchObject({
      why: 'ends',
      rounds: [{ version: '1.0.0' }, { version: '1.0.8' }],
    });
  });

  it('names the boundary with its probability', () => {
    const { step } = play(nine, flapping(5, 0.2, 3), DEFAULT);
    expect(step).toMatchObject({ kind: 'found', boundary: { before: '1.0.4', after: '1.0.5' } });
    expect(step.kind === 'found' && step.confidence).toBeGreaterThan(0.95);
  });

  it('never names releases that were not run several times with a clear majority', () => {
    fc.assert(
      fc.property(flap, (search) => {
        const { count, rate, seed } = search;
        const question: Question = { ...nine, versions: names(count) };
        const { step, known } = play(question, flapping(firstBadOf(search), rate, seed), DEFAULT);
        if (step.kind !== 'found' || step.confidence === null) return;
        expect(step.confidence).toBeGreaterThanOrEqual(DEFAULT.confidence);
        const votes: [Tally, 'good' | 'bad'][] = [
          [known.get(step.boundary.before) as Tally, 'good'],
          [known.get(step.boundary.after) as Tally, 'bad'],
        ];
        for (const [tally, verdict] of votes) {
          const clear = tally.good + tally.bad;
          const errors = clear - tally[verdict];
          expect(clear).toBeGreaterThanOrEqual(SEVERAL);
          if (errors === 0) continue;
          expect(tally[verdict] - errors).toBeGreaterThanOrEqual(CLEAR_LEAD);
          expect(tally[verdict] / clear).toBeGreaterThanOrEqual(CLEAR_MAJORITY);
        }
      }),
    );
  });

  it('goes on after any of its steps as if it had not been interrupted', () => {
    fc.assert(
      fc.property(flap, fc.nat(100), (search, percent) => {
        const { count, rate, seed } = search;
        const question: Question = { ...nine, versions: names(count) };
        const truth = flapping(firstBadOf(search), rate, seed);
        const whole = play(question, truth, DEFAULT);
        const known = new Map<string, Tally>();
        for (const step of whole.steps.slice(0, Math.floor((whole.steps.length * percent) / 100)))
          for (const { version, count: more } of step.rounds)
            for (let index = 0; index < more; index += 1) {
              const tally = known.get(version) ?? rounds(0);
              const verdict = truth(version, tally.good + tally.bad + tally.skip);
              known.set(version, { ...tally, [verdict]: tally[verdict] + 1 });
            }
        expect(play(question, truth, DEFAULT, known).step).toEqual(whole.step);
      }),
      { numRuns: 60 },
    );
  });

  it('mirrors itself in the search for a fix', () => {
    const mirrored = (verdict: Verdict): Verdict =>
      verdict === 'good' ? 'bad' : verdict === 'bad' ? 'good' : 'skip';
    fc.assert(
      fc.property(flap, (search) => {
        const { count, rate, seed } = search;
        const question: Question = { ...nine, versions: names(count) };
        const truth = flapping(firstBadOf(search), rate, seed);
        const fix = play({ ...question, direction: 'fix' }, (...round) => mirrored(truth(...round)), DEFAULT);
        const same = play(question, truth, DEFAULT);
        expect(fix.steps).toEqual(same.steps);
        expect(fix.step.kind).toBe(same.step.kind);
      }),
      { numRuns: 60 },
    );
  });

  it('ends at any pattern of skipped and flapping releases, with an open side as well', () => {
    const sides = fc.constantFrom(undefined, 'older' as const, 'newer' as const);
    fc.assert(
      fc.property(flap, fc.infiniteStream(fc.nat(9)), fc.nat(9), sides, (search, die, share, open) => {
        const { count, rate, seed } = search;
        const versions = names(count);
        const skipped = new Set([...versions.keys()].slice(1, -1).filter(() => die.next().value < share));
        const question: Question = { ...nine, versions, ...(open && { open }) };
        const { rounds: spent } = play(question, flapping(firstBadOf(search), rate, seed, skipped), DEFAULT);
        // The rounds of one deterministic step may go beyond the bound, never more.
        expect(spent).toBeLessThanOrEqual(DEFAULT.maxRounds + 2 * (1 + DEFAULT.confirm));
      }),
    );
  });
});

describe('what a noisy search ends with', () => {
  const most = { ...DEFAULT, maxRounds: 20 };

  it('is the credible set where the rounds are used up', () => {
    const { step, rounds: spent } = play({ ...nine, versions: names(40) }, flapping(17, 0.35, 5), most);
    expect(spent).toBe(20);
    if (step.kind !== 'suspects') throw new Error(`unexpected ${step.kind}`);
    expect(step.confidence).toBeGreaterThan(0.5);
    expect(step.confidence).toBeLessThanOrEqual(1);
    expect([...step.suspects, step.boundary.after]).toContain('1.0.17');
  });

  it('is a suspect where one release next to the change flaps half of the time', () => {
    const { step } = play(
      nine,
      (version, round) => {
        const index = Number(version.slice('1.0.'.length));
        return (index === 5 ? round % 2 === 0 : index > 5) ? 'bad' : 'good';
      },
      DEFAULT,
    );
    expect(step).toMatchObject({
      kind: 'suspects',
      boundary: { before: '1.0.4', after: '1.0.6' },
      suspects: ['1.0.5'],
    });
  });

  it('are the releases between that cannot be tested, with a probability', () => {
    const truth = flapping(5, 0.2, 9, new Set([4, 5]));
    const { step } = play(nine, truth, DEFAULT);
    expect(step).toMatchObject({
      kind: 'suspects',
      boundary: { before: '1.0.3', after: '1.0.6' },
      suspects: ['1.0.4', '1.0.5'],
    });
    expect(step.kind === 'suspects' && step.confidence).toBeGreaterThan(0.95);
  });

  it.each([
    ['good', 9],
    ['bad', 0],
  ])('is that the ends agree where all releases are %s and flap', (verdict, firstBad) => {
    const ends = [1, 2, 3, 4, 5, 6].map((seed) => play(nine, flapping(firstBad, 0.1, seed), DEFAULT).step);
    for (const step of ends) {
      expect(step).toMatchObject({ kind: 'ends-agree', older: verdict, newer: verdict });
      // A search in which no round erred has nothing to doubt.
      expect(confidenceOf(step) ?? 1).toBeGreaterThanOrEqual(DEFAULT.confidence);
    }
  });

  it('is that the ends are the wrong way round, where both clearly are', () => {
    const swapped: Truth = (version, round) => ((version === '1.0.0') === (round === 1) ? 'good' : 'bad');
    expect(play(nine, swapped, DEFAULT).step).toMatchObject({
      kind: 'ends-agree',
      older: 'bad',
      newer: 'good',
    });
    const once: Truth = (version, round) => (version === '1.0.8' && round === 0 ? 'good' : 'bad');
    expect(play(nine, once, DEFAULT).step).toMatchObject({ kind: 'ends-agree', older: 'bad', newer: 'bad' });
  });

  it('is a boundary near an open side’s claimed end, or no end', () => {
    const open: Question = { versions: names(60), direction: 'regression', open: 'older' };
    expect(play(open, flapping(52, 0.1, 2), DEFAULT).step).toMatchObject({
      kind: 'found',
      boundary: { before: '1.0.51', after: '1.0.52' },
    });
    const none = play(open, flapping(0, 0.1, 2), DEFAULT).step;
    expect(none).toMatchObject({ kind: 'no-end', seen: '1.0.0' });
    expect(confidenceOf(none)).toBeGreaterThanOrEqual(DEFAULT.confidence);
    expect(play(open, flapping(60, 0.1, 4), DEFAULT).step).toMatchObject({
      kind: 'ends-agree',
      older: 'good',
      newer: 'good',
    });
  });

  it('is no end where the claimed one is all that can be tested', () => {
    const open: Question = { versions: names(2), direction: 'regression', open: 'older' };
    const known = new Map([
      ['1.0.0', rounds(0, 0, 1)],
      ['1.0.1', rounds(2, 6)],
    ]);
    const step = nextStep(open, known, { ...DEFAULT, maxRounds: 9 });
    expect(step).toMatchObject({ kind: 'no-end', seen: '1.0.1' });
    expect(confidenceOf(step)).toBeLessThan(DEFAULT.confidence);
  });
});

describe('a step of a noisy search', () => {
  it('takes less than 50 ms in a range of 470, whatever is known', () => {
    const versions = names(470);
    const question: Question = { ...nine, versions };
    const known = new Map(
      versions.map((version, i) => [version, i < 200 ? rounds(4 + (i % 3), 1) : rounds(1, 4)]),
    );
    const rule = { ...DEFAULT, maxRounds: 1e6 };
    // The best of ten, of the processor's time: what else the machine does is no part of the step.
    const times = Array.from({ length: 10 }).map(() => {
      const began = process.cpuUsage();
      nextStep(question, known, rule);
      return process.cpuUsage(began).user / 1000;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });
});
