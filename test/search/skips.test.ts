import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { middleOf, SKIPS_TO_BELIEVE } from '../../src/search/middle.js';
import { names, play, truthOf } from './play.js';

const COUNT = 400;
const versions = names(COUNT);
const question = { versions, direction: 'regression' as const };
const cluster = (start: number, size: number) => new Set(Array.from({ length: size }, (_, i) => start + i));

describe('the choice of the next release', () => {
  it('is the exact middle, the older one of two, while nothing is skipped', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 2, max: 500 }), (low, width) => {
        expect(middleOf(low, low + width, new Set())).toBe(low + Math.floor(width / 2));
      }),
    );
  });

  it('does not go to the neighbour of a skipped release, but loses little information by that', () => {
    const next = middleOf(0, 400, new Set([200])) as number;
    expect(Math.abs(next - 200)).toBeGreaterThan(10);
    expect(Math.abs(next - 200)).toBeLessThan(60);
  });

  it('jumps further the longer the cluster has shown to be', () => {
    const once = 200 - (middleOf(0, 400, new Set([200])) as number);
    const again = 180 - (middleOf(0, 400, new Set([180, 220])) as number);
    expect(Math.abs(again)).toBeGreaterThan(Math.abs(once));
  });

  it('is nothing where nothing is left', () => {
    expect(middleOf(3, 4, new Set())).toBeUndefined();
    expect(middleOf(3, 6, new Set([4, 5]))).toBeUndefined();
  });

  it('is nothing where both edges of a long cluster are known and a sample of it was tried', () => {
    const tried = new Set(Array.from({ length: SKIPS_TO_BELIEVE }, (_, i) => 1 + 4 * i));
    expect(middleOf(0, 62, tried)).toBeUndefined();
    expect(middleOf(0, 63, tried)).toBe(62);
  });
});

describe('a cluster of 60 untestable releases in a range of 400', () => {
  const anywhere = fc.tuple(fc.integer({ min: 1, max: COUNT - 61 }), fc.integer({ min: 1, max: COUNT - 1 }));

  it('costs a logarithmic number of skipped probes, wherever it and the change are', () => {
    fc.assert(
      fc.property(anywhere, ([start, firstBad]) => {
        const skipped = cluster(start, 60);
        const { step, asked } = play(question, truthOf(versions, firstBad, skipped));
        const spent = asked.filter((version) => skipped.has(versions.indexOf(version))).length;
        const isInside = firstBad >= start && firstBad <= start + 60;
        expect(step.kind).toBe(isInside ? 'suspects' : 'found');
        // On each side of the cluster the gap between it and the bound is halved.
        expect(spent).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(COUNT)));
        expect(asked.length - spent).toBeLessThanOrEqual(2 + 2 * Math.ceil(Math.log2(COUNT)));
      }),
      { numRuns: 300 },
    );
  });

  it('ends with the bounds at its very edges, and all of it as suspects', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: COUNT - 61 }), fc.nat(60), (start, offset) => {
        const { step } = play(question, truthOf(versions, start + offset, cluster(start, 60)));
        expect(step).toEqual({
          kind: 'suspects',
          boundary: { before: versions[start - 1], after: versions[start + 60] },
          suspects: versions.slice(start, start + 60),
          confidence: null,
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('any pattern of untestable releases', () => {
  it('costs a bounded number of probes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: COUNT - 1 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
        fc.integer({ min: 0, max: 20 }),
        (firstBad, die, share) => {
          const skipped = new Set(
            [...versions.keys()].filter((i) => i > 0 && i < COUNT - 1 && die.next().value <= share),
          );
          const { asked } = play(question, truthOf(versions, firstBad, skipped));
          const clear = asked.filter((version) => !skipped.has(versions.indexOf(version))).length;
          expect(clear).toBeLessThanOrEqual(2 + 3 * Math.ceil(Math.log2(COUNT)));
          expect(asked.length - clear).toBeLessThanOrEqual(
            SKIPS_TO_BELIEVE + 5 * Math.ceil(Math.log2(COUNT)),
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
