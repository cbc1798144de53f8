import { describe, expect, it } from 'vitest';
import { nextStep } from '../../src/search/search.js';
import { DEFAULT_RULE } from '../../src/search/question.js';
import { CLIENTS, measure } from './simulation.mjs';

/**
 * Searches by number of releases: as many as a normal test run has time for. The whole table, 1,000 of each, is printed by
 * test/bench/calibration.mjs and kept in docs/noise.md.
 */
const TIMES: Record<number, number> = { 2: 500, 9: 200, 40: 60, 150: 30 };

describe.each(Object.keys(CLIENTS))('of clients of which %s', (client) => {
  it.each(Object.keys(TIMES).map(Number))(
    'a search through %i releases blames a wrong one in at most 5 of 100',
    (count) => {
      const times = TIMES[count] as number;
      const shares = measure(nextStep, {
        client,
        count,
        where: 'anywhere',
        times,
        seed: 1,
        rule: DEFAULT_RULE,
      });
      expect(shares.wrong).toBeLessThanOrEqual(0.05);
      // A search that never dares to answer would be never wrong as well.
      if (count > 2 && client !== 'a single one flaps 50 %') expect(shares.right).toBeGreaterThan(0.9);
      expect(shares.rounds).toBeLessThan(DEFAULT_RULE.maxRounds);
    },
  );
});

describe.each(Object.keys(CLIENTS))(
  'of clients of which %s, and a fifth of whose rounds give no verdict',
  (client) => {
    it.each(Object.keys(TIMES).map(Number))(
      'a search through %i releases blames a wrong one in at most 5 of 100',
      (count) => {
        const times = TIMES[count] as number;
        const rule = DEFAULT_RULE;
        const shares = measure(nextStep, {
          client,
          count,
          where: 'anywhere',
          times,
          seed: 1,
          rule,
          skipped: 0.2,
        });
        expect(shares.wrong).toBeLessThanOrEqual(0.05);
        // Most of what is not answered has a skipped round at an end, which nobody asks for once more.
        if (client === 'never flaps') expect(shares.right).toBeGreaterThan(0.35);
      },
    );
  },
);

describe('a client that never flaps', () => {
  it.each(['inside', 'anywhere'] as const)('is always answered rightly, with the change %s', (where) => {
    const shares = measure(nextStep, {
      client: 'never flaps',
      count: 40,
      where,
      times: 200,
      seed: 7,
      rule: DEFAULT_RULE,
    });
    expect(shares.right).toBeCloseTo(1, 9);
  });
});
