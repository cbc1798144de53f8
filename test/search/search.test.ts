import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextStep } from '../../src/search/search.js';
import type { Step } from '../../src/search/question.js';
import type { Verdict } from '../../src/verdict/round.js';
import { DEFAULT, names, ONCE, play, rounds, truthOf } from './play.js';

const regression = (count: number) => ({ versions: names(count), direction: 'regression' as const });

describe('the search', () => {
  it('asks for both ends before anything else, and names the middle as likely', () => {
    expect(nextStep(regression(9), new Map(), ONCE)).toEqual({
      kind: 'probe',
      rounds: [
        { version: '1.0.0', count: 1 },
        { version: '1.0.8', count: 1 },
      ],
      likely: ['1.0.4'],
      why: 'ends',
    });
  });

  it('names both possible next middles as likely', () => {
    const known = new Map([
      ['1.0.0', rounds(1)],
      ['1.0.8', rounds(0, 1)],
    ]);
    expect(nextStep(regression(9), known, ONCE)).toEqual({
      kind: 'probe',
      rounds: [{ version: '1.0.4', count: 1 }],
      likely: ['1.0.6', '1.0.2'],
      why: 'middle',
    });
  });

  it('finds two neighbours by their ends alone', () => {
    const { step, asked } = play(regression(2), truthOf(names(2), 1));
    expect(step).toEqual({
      kind: 'found',
      boundary: { before: '1.0.0', after: '1.0.1' },
      confidence: null,
    });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['good', 'good'],
    ['bad', 'bad'],
    ['bad', 'good'],
  ] as const)('refuses ends that are %s and %s, before it runs anything between them', (older, newer) => {
    const { step, asked } = play(regression(9), (version) => (version === '1.0.0' ? older : newer), DEFAULT);
    expect(step).toEqual({ kind: 'ends-agree', older, newer, confidence: null });
    expect(asked).toHaveLength(2);
  });

  it('runs an end that is not as claimed several times before it refuses', () => {
    const known = new Map([
      ['1.0.0', rounds(1)],
      ['1.0.8', rounds(1)],
    ]);
    expect(nextStep(regression(9), known, DEFAULT)).toMatchObject({
      rounds: [{ version: '1.0.8', count: 2 }],
      why: 'confirm',
    });
  });

  it('says which end is untestable', () => {
    const { step } = play(regression(5), truthOf(names(5), 3, new Set([4])));
    expect(step).toEqual({ kind: 'untestable-end', versions: ['1.0.4'] });
  });

  it.each([
    ['one release', ['1.0.0'], {}],
    ['the same release twice', ['1.0.0', '1.0.0'], {}],
    ['no round', names(3), { repeat: 0 }],
    ['half a round', names(3), { repeat: 1.5 }],
    ['less than no confirmation', names(3), { confirm: -1 }],
    ['certainty', names(3), { confidence: 1 }],
    ['a coin’s confidence', names(3), { confidence: 0.5 }],
    ['no rounds at all', names(3), { maxRounds: 0 }],
  ])('cannot be made with %s', (_, versions, rule) => {
    const question = { versions, direction: 'regression' as const };
    expect(() => nextStep(question, new Map(), { ...ONCE, ...rule })).toThrow(RangeError);
  });
});

const range = fc
  .integer({ min: 2, max: 200 })
  .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 1, max: count - 1 })));

describe('for every range and every boundary', () => {
  it('the search finds exactly the first bad release, with no more than log2 probes beside the ends', () => {
    fc.assert(
      fc.property(range, ([count, firstBad]) => {
        const versions = names(count);
        const { step, asked } = play(regression(count), truthOf(versions, firstBad));
        expect(step).toEqual({
          kind: 'found',
          boundary: { before: versions[firstBad - 1], after: versions[firstBad] },
          confidence: null,
        });
        expect(asked.length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(count - 1)));
      }),
    );
  });

  it('the search for a fix mirrors the search for a regression', () => {
    const mirrored = (verdict: Verdict) => (verdict === 'good' ? 'bad' : verdict === 'bad' ? 'good' : 'skip');
    fc.assert(
      fc.property(range, fc.infiniteStream(fc.nat(9)), ([count, firstGood], die) => {
        const versions = names(count);
        const skipped = new Set([...versions.keys()].filter(() => die.next().value === 0));
        const truth = truthOf(versions, firstGood, skipped);
        const fix = play(
          { versions, direction: 'fix' },
          (version, n) => mirrored(truth(version, n)),
          DEFAULT,
        );
        const same = play(regression(count), truth, DEFAULT);
        expect(fix.step).toEqual(same.step);
        expect(fix.steps).toEqual(same.steps);
      }),
    );
  });

  it('skips never lead to a wrong blame: the true first bad release is the answer or among the suspects', () => {
    fc.assert(
      fc.property(
        range,
        fc.infiniteStream(fc.integer({ min: 1, max: 10 })),
        fc.integer({ min: 0, max: 10 }),
        ([count, firstBad], die, share) => {
          const versions = names(count);
          const skipped = new Set(
            [...versions.keys()].filter((i) => i > 0 && i < count - 1 && die.next().value <= share),
          );
          const { step, known } = play(regression(count), truthOf(versions, firstBad, skipped), DEFAULT);
          expect(step.kind === 'found' || step.kind === 'suspects').toBe(true);
          const { boundary, suspects } = asSuspects(step);
          expect([...suspects, boundary.after]).toContain(versions[firstBad]);
          const untried = suspects.filter((suspect) => !known.has(suspect));
          // Up to sixteen are all tried, so that each suspect is certainly one.
          if (suspects.length <= 16) expect(untried).toEqual([]);
          expect(suspects.filter((suspect) => (known.get(suspect)?.skip ?? 1) === 0)).toEqual([]);
        },
      ),
    );
  });

  it('tallies that are known already change what is run, never the answer', () => {
    fc.assert(
      fc.property(range, fc.infiniteStream(fc.nat(3)), ([count, firstBad], die) => {
        const versions = names(count);
        const skipped = new Set(
          [...versions.keys()].filter((i) => i > 0 && i < count - 1 && die.next().value === 0),
        );
        const truth = truthOf(versions, firstBad, skipped);
        const known = new Map(
          versions.flatMap((version) => {
            const runs = die.next().value;
            const verdict = truth(version, 0);
            return runs === 0 ? [] : [[version, { ...rounds(0), [verdict]: runs }] as const];
          }),
        );
        const empty = play(regression(count), truth, DEFAULT);
        expect(play(regression(count), truth, DEFAULT, known).step).toEqual(empty.step);
      }),
    );
  });
});

function asSuspects(step: Step) {
  if (step.kind === 'suspects') return step;
  if (step.kind === 'found') return { boundary: step.boundary, suspects: [] };
  throw new Error(`unexpected ${step.kind}`);
}
