import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextStep, standings, type Direction, type Step, type Verdict } from '../src/bisection.js';

const names = (count: number) => Array.from({ length: count }, (_, index) => `1.0.${index}`);

/** Plays a whole search against a table of true verdicts, as the driver does. */
function play(versions: string[], truth: (version: string) => Verdict, direction: Direction = 'regression') {
  const known = new Map<string, Verdict>();
  for (;;) {
    const step = nextStep({ versions, direction }, known);
    if (step.kind !== 'probe') return { step, known, asked: [...known.keys()] };
    for (const version of step.versions) {
      expect(known.has(version), `${version} is asked for once`).toBe(false);
      known.set(version, truth(version));
    }
  }
}

const truthOf =
  (versions: string[], firstBad: number, skipped: ReadonlySet<number> = new Set()) =>
  (version: string): Verdict => {
    const index = versions.indexOf(version);
    if (skipped.has(index)) return 'skip';
    return index >= firstBad ? 'bad' : 'good';
  };

describe('the search', () => {
  it('asks for both ends before anything else, and names the middle as likely', () => {
    expect(nextStep({ versions: names(9), direction: 'regression' }, new Map())).toEqual({
      kind: 'probe',
      versions: ['1.0.0', '1.0.8'],
      likely: ['1.0.4'],
    });
  });

  it('names both possible next middles as likely', () => {
    const known = new Map<string, Verdict>([
      ['1.0.0', 'good'],
      ['1.0.8', 'bad'],
    ]);
    expect(nextStep({ versions: names(9), direction: 'regression' }, known)).toEqual({
      kind: 'probe',
      versions: ['1.0.4'],
      likely: ['1.0.6', '1.0.2'],
    });
  });

  it('finds two neighbours by their ends alone', () => {
    const { step, asked } = play(names(2), truthOf(names(2), 1));
    expect(step).toEqual({ kind: 'found', boundary: { before: '1.0.0', after: '1.0.1' } });
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['good', 'good'],
    ['bad', 'bad'],
    ['bad', 'good'],
  ] as const)('refuses ends that are %s and %s, before it runs anything between them', (older, newer) => {
    const { step, asked } = play(names(9), (version) => (version === '1.0.0' ? older : newer));
    expect(step).toEqual({ kind: 'ends-agree', older, newer });
    expect(asked).toHaveLength(2);
  });

  it('says which end is untestable', () => {
    const { step } = play(names(5), truthOf(names(5), 3, new Set([4])));
    expect(step).toEqual({ kind: 'untestable-end', versions: ['1.0.4'] });
  });

  it('needs two different ends', () => {
    expect(() => nextStep({ versions: ['1.0.0'], direction: 'regression' }, new Map())).toThrow(RangeError);
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
        const { step, asked } = play(versions, truthOf(versions, firstBad));
        expect(step).toEqual({
          kind: 'found',
          boundary: { before: versions[firstBad - 1], after: versions[firstBad] },
        });
        expect(asked.length).toBeLessThanOrEqual(2 + Math.ceil(Math.log2(count - 1)));
      }),
    );
  });

  it('the search for a fix mirrors the search for a regression', () => {
    fc.assert(
      fc.property(range, ([count, firstGood]) => {
        const versions = names(count);
        const { step } = play(
          versions,
          (version) => (versions.indexOf(version) >= firstGood ? 'good' : 'bad'),
          'fix',
        );
        expect(step).toEqual({
          kind: 'found',
          boundary: { before: versions[firstGood - 1], after: versions[firstGood] },
        });
      }),
    );
  });

  it('skips never lead to a wrong blame: the true first bad release is the answer or among the suspects', () => {
    fc.assert(
      fc.property(range, fc.infiniteStream(fc.boolean()), ([count, firstBad], coin) => {
        const versions = names(count);
        const skipped = new Set(
          [...versions.keys()].filter((i) => i > 0 && i < count - 1 && coin.next().value),
        );
        const { step } = play(versions, truthOf(versions, firstBad, skipped));
        expect(step.kind === 'found' || step.kind === 'suspects').toBe(true);
        const { boundary, suspects } = asSuspects(step);
        expect([...suspects, boundary.after]).toContain(versions[firstBad]);
        for (const suspect of suspects) expect(skipped.has(versions.indexOf(suspect))).toBe(true);
      }),
    );
  });

  it('verdicts that are known already change what is run, never the answer', () => {
    fc.assert(
      fc.property(range, fc.infiniteStream(fc.boolean()), ([count, firstBad], coin) => {
        const versions = names(count);
        const truth = truthOf(versions, firstBad);
        const known = new Map(versions.filter(() => coin.next().value).map((v) => [v, truth(v)] as const));
        let step = nextStep({ versions, direction: 'regression' }, known);
        while (step.kind === 'probe') {
          for (const version of step.versions) known.set(version, truth(version));
          step = nextStep({ versions, direction: 'regression' }, known);
        }
        expect(step).toEqual(play(versions, truth).step);
      }),
    );
  });
});

function asSuspects(step: Step) {
  if (step.kind === 'suspects') return step;
  if (step.kind === 'found') return { boundary: step.boundary, suspects: [] };
  throw new Error(`unexpected ${step.kind}`);
}

describe('the standing of releases that were not run', () => {
  it('is inferred only between two tested releases that agree', () => {
    const known = new Map<string, Verdict>([
      ['1.0.1', 'good'],
      ['1.0.3', 'good'],
      ['1.0.5', 'bad'],
    ]);
    expect(standings(names(7), known)).toEqual([
      { verdict: null, basis: null },
      { verdict: 'good', basis: 'tested' },
      { verdict: 'good', basis: 'inferred' },
      { verdict: 'good', basis: 'tested' },
      { verdict: null, basis: null },
      { verdict: 'bad', basis: 'tested' },
      { verdict: null, basis: null },
    ]);
  });

  it('is not disturbed by a skip between them, and a skip stays a skip', () => {
    const known = new Map<string, Verdict>([
      ['1.0.0', 'bad'],
      ['1.0.1', 'skip'],
      ['1.0.3', 'bad'],
    ]);
    expect(standings(names(4), known).map(({ verdict }) => verdict)).toEqual(['bad', 'skip', 'bad', 'bad']);
  });
});
