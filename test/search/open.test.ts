import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../src/search/question.js';
import { DEFAULT, names, play, truthOf } from './play.js';

const versions = names(40);
const older: Question = { versions, direction: 'regression', open: 'older' };
const numbers = (asked: readonly string[]) => asked.map((version) => Number(version.slice('1.0.'.length)));

describe('an end that nobody has claimed', () => {
  it('is looked for 1, 2, 4, 8 … releases away from the claimed one, then by halves', () => {
    const { step, asked } = play(older, truthOf(versions, 29));
    expect(numbers(asked)).toEqual([39, 38, 37, 35, 31, 23, 27, 29, 28]);
    expect(step).toMatchObject({ kind: 'found', boundary: { before: '1.0.28', after: '1.0.29' } });
  });

  it('is looked for the other way where the newer side is open', () => {
    const question: Question = { versions, direction: 'regression', open: 'newer' };
    const { step, asked } = play(question, truthOf(versions, 10));
    expect(numbers(asked)).toEqual([0, 1, 2, 4, 8, 16, 12, 10, 9]);
    expect(step).toMatchObject({ kind: 'found', boundary: { before: '1.0.9', after: '1.0.10' } });
  });

  it('is the last release of the list at the furthest', () => {
    const { step, asked } = play(older, truthOf(versions, 0), DEFAULT);
    expect(numbers(asked)).toEqual([39, 38, 37, 35, 31, 23, 7, 0]);
    expect(step).toEqual({
      kind: 'no-end',
      seen: '1.0.0',
      confidence: null,
    });
  });

  it('is confirmed to be missing before that is said', () => {
    const { steps } = play(older, truthOf(versions, 0), DEFAULT);
    expect(steps.at(-1)).toMatchObject({ rounds: [{ version: '1.0.0', count: 2 }], why: 'confirm' });
  });

  it('asks for the claimed end alone at first, with the first stop as likely', () => {
    const { steps } = play(older, truthOf(versions, 29));
    expect(steps[0]).toEqual({
      kind: 'probe',
      rounds: [{ version: '1.0.39', count: 1 }],
      likely: ['1.0.38'],
      why: 'ends',
    });
    expect(steps[3]).toEqual({
      kind: 'probe',
      rounds: [{ version: '1.0.35', count: 1 }],
      likely: ['1.0.31', '1.0.36'],
      why: 'walk',
    });
  });

  it('may be the only release there is', () => {
    const question: Question = { versions: ['1.0.0'], direction: 'regression', open: 'older' };
    expect(play(question, () => 'bad', DEFAULT).step).toEqual({
      kind: 'no-end',
      seen: '1.0.0',
      confidence: null,
    });
    expect(play(question, () => 'skip', DEFAULT).step).toEqual({
      kind: 'untestable-end',
      versions: ['1.0.0'],
    });
  });

  it.each(['older', 'newer'] as const)(
    'is not looked for from a claimed end that is not as claimed (%s)',
    (open) => {
      const verdict = open === 'older' ? 'good' : 'bad';
      const { step, asked } = play({ ...older, open }, () => verdict, DEFAULT);
      expect(step).toEqual({ kind: 'ends-agree', older: verdict, newer: verdict, confidence: null });
      expect(asked).toHaveLength(1);
    },
  );

  it('is looked for beyond a skipped stop, in growing steps', () => {
    const skipped = new Set([31, 30, 29, 27, 23]);
    const { asked } = play(older, truthOf(versions, 5, skipped));
    expect(numbers(asked).slice(0, 10)).toEqual([39, 38, 37, 35, 31, 30, 29, 27, 23, 15]);
  });

  it('is the farthest testable release, where the last ones of the list cannot be tested', () => {
    const skipped = new Set([0, 1, 2, 3, 4]);
    const { step } = play(older, truthOf(versions, 0, skipped), DEFAULT);
    expect(step).toEqual({ kind: 'no-end', seen: '1.0.5', confidence: null });
    expect(play(older, truthOf(versions, 7, skipped), DEFAULT).step).toMatchObject({
      kind: 'found',
      boundary: { before: '1.0.6', after: '1.0.7' },
    });
  });

  const sides = fc.constantFrom('older', 'newer');
  it('leads to the exact boundary in every range, with twice log2 probes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 300 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        sides,
        (count, at, open) => {
          const list = names(count);
          const firstBad = 1 + Math.floor(at * (count - 1));
          const { step, asked } = play({ ...older, versions: list, open }, truthOf(list, firstBad), DEFAULT);
          expect(step).toEqual({
            kind: 'found',
            boundary: { before: list[firstBad - 1], after: list[firstBad] },
            confidence: null,
          });
          const distance = open === 'older' ? count - firstBad : firstBad;
          expect(asked.length).toBeLessThanOrEqual(3 + 2 * Math.ceil(Math.log2(distance + 1)));
        },
      ),
    );
  });

  it('leads to a boundary that holds the change at any pattern of untestable releases', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.infiniteStream(fc.nat(9)),
        fc.nat(9),
        sides,
        (count, at, die, share, open) => {
          const list = names(count);
          const firstBad = 1 + Math.floor(at * (count - 1));
          const claimed = open === 'older' ? count - 1 : 0;
          const skipped = new Set([...list.keys()].filter((i) => i !== claimed && die.next().value < share));
          const { step } = play(
            { ...older, versions: list, open },
            truthOf(list, firstBad, skipped),
            DEFAULT,
          );
          if (step.kind === 'no-end') {
            // Nothing testable has the other verdict, or a whole cluster hides it.
            const seen = list.indexOf(step.seen);
            expect(open === 'older' ? seen >= firstBad : seen < firstBad).toBe(true);
            return;
          }
          if (step.kind !== 'found' && step.kind !== 'suspects') throw new Error(`unexpected ${step.kind}`);
          expect(list.indexOf(step.boundary.before)).toBeLessThan(firstBad);
          expect(list.indexOf(step.boundary.after)).toBeGreaterThanOrEqual(firstBad);
        },
      ),
    );
  });
});
