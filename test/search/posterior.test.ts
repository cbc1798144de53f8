import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { posteriorOf, type SideCounts } from '../../src/search/posterior.js';

const rounds = (older: number, newer: number): SideCounts => ({ older, newer });
const uniform = (releases: number) => Array.from({ length: releases + 1 }, () => 1);
const posterior = (...evidence: SideCounts[]) => posteriorOf(evidence, uniform(evidence.length));
const evidence = fc.array(
  fc.tuple(fc.nat(6), fc.nat(6)).map((pair) => rounds(...pair)),
  { minLength: 1, maxLength: 25 },
);

describe('the posterior of the position', () => {
  it('is the prior while nothing is known', () => {
    const { weights } = posteriorOf([rounds(0, 0), rounds(0, 0)], [1, 2, 1]);
    expect(weights.map((weight) => Number(weight.toFixed(12)))).toEqual([0.25, 0.5, 0.25]);
  });

  it('sums to one, and no round tells less than nothing or more than a bit', () => {
    fc.assert(
      fc.property(evidence, (releases) => {
        const { weights, gains } = posterior(...releases);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
        for (const gain of gains) {
          expect(gain).toBeGreaterThanOrEqual(0);
          expect(gain).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('is the same from the other end', () => {
    fc.assert(
      fc.property(evidence, (releases) => {
        const there = posterior(...releases);
        const back = posterior(...releases.map(({ older, newer }) => rounds(newer, older)).toReversed());
        there.weights.forEach((weight, t) => expect(back.weights.at(-1 - t)).toBeCloseTo(weight, 9));
        there.gains.forEach((gain, index) => expect(back.gains.at(-1 - index)).toBeCloseTo(gain, 9));
      }),
    );
  });

  it('expects of the next round what it tells: the gain is the expected loss of entropy', () => {
    fc.assert(
      fc.property(evidence, fc.nat(24), (releases, at) => {
        const index = at % releases.length;
        const now = posterior(...releases);
        const after = (older: number, newer: number) =>
          posterior(
            ...releases.map((release, other) =>
              other === index ? rounds(release.older + older, release.newer + newer) : release,
            ),
          ).weights;
        const [up, down] = [after(1, 0), after(0, 1)];
        // The chance of an older-like round follows from the weights being a mixture of both outcomes.
        const t = up.reduce((best, _, i) => {
          const difference = (k: number) => Math.abs((up[k] as number) - (down[k] as number));
          return difference(i) > difference(best) ? i : best;
        }, 0);
        const spread = (up[t] as number) - (down[t] as number);
        if (Math.abs(spread) < 1e-6) return;
        const chance = ((now.weights[t] as number) - (down[t] as number)) / spread;
        const expected = entropyOf(now.weights) - chance * entropyOf(up) - (1 - chance) * entropyOf(down);
        expect(now.gains[index]).toBeCloseTo(expected, 4);
      }),
    );
  });

  it('learns from all releases of a side how often they err', () => {
    const steady = [rounds(5, 0), rounds(5, 0), rounds(1, 1), rounds(0, 5), rounds(0, 5)];
    const unsteady = [rounds(3, 2), rounds(3, 2), rounds(1, 1), rounds(0, 5), rounds(0, 5)];
    // Where the older side errs often, a release that read like both is more probably one of it.
    const before = (releases: SideCounts[]) => posterior(...releases).weights[3] as number;
    expect(before(unsteady)).toBeGreaterThan(before(steady));
    expect(before(unsteady)).toBeGreaterThan(0.8);
  });

  it('is undecided about a release that errs half of the time, however often it is run', () => {
    const { weights } = posterior(rounds(3, 0), rounds(3, 0), rounds(20, 20), rounds(0, 3), rounds(0, 3));
    expect(weights[2]).toBeCloseTo(weights[3] as number, 9);
    expect((weights[2] as number) + (weights[3] as number)).toBeGreaterThan(0.95);
  });

  it('stays a number with thousands of rounds', () => {
    const { weights, gains } = posterior(rounds(5000, 10), rounds(4990, 10), rounds(5, 5000));
    expect([...weights, ...gains].every(Number.isFinite)).toBe(true);
    expect(weights[2]).toBeGreaterThan(0.99);
  });
});

const entropyOf = (weights: readonly number[]) =>
  weights.reduce((sum, weight) => sum - (weight > 0 ? weight * Math.log2(weight) : 0), 0);
