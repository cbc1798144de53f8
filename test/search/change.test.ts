import { describe, expect, it } from 'vitest';
import type { FinalStep } from '../../src/search/question.js';
import { type Change, changeOf, lowestConfidence, type SearchEnd } from '../../src/search/change.js';
import { asked, labels, REGRESSION } from '../report/asked.js';

/** What earlier runs know of releases that the search did not ask about. */

describe('a range in which earlier runs have shown more than one change', () => {
  it('has no first broken release: the boundary that was found need not be the first', async () => {
    const answer = await asked(['good', 'bad|', 'good', 'bad', 'bad']);
    expect(answer.changes[0]).toMatchObject({
      outcome: 'inconclusive',
      boundary: { before: '1.0.2', after: '1.0.3' },
      contradictions: ['1.0.1'],
    });
    expect(labels(answer)).toEqual(['works', 'broken', 'last known good', 'broken', 'broken']);
  });

  it('is told from one in which a release failed in a different way once', async () => {
    const { outcome } = await asked(['good', 'other|', 'good', 'bad', 'bad']);
    expect(outcome).toBe('found');
  });
});

describe('among runs that disagree', () => {
  const noisy = (known: string) =>
    asked(['good', known, 'good', 'good', 'good bad good', 'bad', 'bad'], REGRESSION, { confirm: 2 });

  it('one round on the wrong side of the boundary says nothing', async () => {
    const { changes, outcome } = await noisy('bad|bad');
    expect(changes[0]?.confidence).not.toBeNull();
    expect(changes[0]?.contradictions).toEqual([]);
    expect(outcome).toBe('found');
  });

  it('three that agree do', async () => {
    const { changes, outcome } = await noisy('bad bad bad|bad');
    expect(changes[0]?.contradictions).toEqual(['1.0.1']);
    expect(outcome).toBe('inconclusive');
  });
});

type Known = Parameters<typeof changeOf>[1][number];

const row = (version: string, good: number, bad: number, changes: Partial<Known> = {}): Known => ({
  version,
  verdict: good === bad ? 'skip' : good > bad ? 'good' : 'bad',
  basis: 'tested',
  rounds: { good, bad, skip: 0 },
  flaky: good > 0 && bad > 0,
  ...changes,
});

/** The change that this step is, in a search through these rows. */
function changeIn(rows: readonly Known[], step: FinalStep, end: Partial<SearchEnd> = {}): Change {
  const versions = rows.map(({ version }) => version);
  return changeOf({ direction: 'regression', versions, step, ...end }, rows);
}

describe('a suspect', () => {
  it('contradicts nothing: on which side of the change it is, is what is not known', () => {
    const rows = [row('1', 4, 1), row('2', 1, 2), row('3', 3, 0), row('4', 0, 4)];
    const step: FinalStep = {
      kind: 'suspects',
      boundary: { before: '1', after: '4' },
      suspects: ['2', '3'],
      confidence: 0.8,
    };
    expect(changeIn(rows, step)).toMatchObject({ contradictions: [], suspects: ['2', '3'], confidence: 0.8 });
  });
});

describe('the confidence of several changes', () => {
  it('is that of the least sure one, and none where nothing disagreed', async () => {
    const [sure] = (await asked(['good', 'bad'])).changes as [Change];
    const changes = [0.99, 0.96].map((confidence) => ({ ...sure, confidence }));
    expect(lowestConfidence([sure, ...changes])).toBe(0.96);
    expect(lowestConfidence([sure])).toBeNull();
  });
});

describe('a flaky release on the wrong side of the boundary', () => {
  const step: FinalStep = { kind: 'found', boundary: { before: '3', after: '4' }, confidence: 0.97 };
  const among = (flaky: Known) => changeIn([row('1', 4, 0), flaky, row('3', 4, 0), row('4', 0, 4)], step);

  it('contradicts where it has a clear majority', () => {
    expect(among(row('2', 1, 8))).toMatchObject({ contradictions: ['2'], outcome: 'inconclusive' });
  });

  it('says nothing where it has none', () => {
    expect(among(row('2', 3, 5))).toMatchObject({ contradictions: [], outcome: 'found' });
  });
});

describe('the last known release before a change', () => {
  const suspects = (before: Known) =>
    changeIn([before, row('2', 1, 1), row('3', 0, 4)], {
      kind: 'suspects',
      boundary: { before: '1', after: '3' },
      suspects: ['2'],
      confidence: 0.7,
    }).lastKnown;

  it.each([
    ['is one that was run and is good', row('1', 4, 0), '1'],
    ['may be flaky with a clear majority', row('1', 8, 1), '1'],
    ['is none where that was not run', row('1', 0, 0, { verdict: null, basis: null }), null],
    ['is none where its verdict is inferred', row('1', 0, 0, { verdict: 'good', basis: 'inferred' }), null],
    ['is none where that is a coin toss', row('1', 3, 2), null],
    ['is none where that is bad more often', row('1', 1, 7), null],
  ])('%s', (_, before, lastKnown) => {
    expect(suspects(before)).toBe(lastKnown);
  });
});

describe('a side on which no end was found', () => {
  const open = { wanted: 'regression', bad: 'latest' } as const;

  it('is an answer where its last release was tested', async () => {
    const { changes, outcome } = await asked(['bad', 'bad', 'bad'], open);
    expect(changes[0]).toMatchObject({ outcome: 'ends-agree', beyond: [], contradictions: [] });
    expect(outcome).toBe('ends-agree');
  });

  it.each([
    ['could not be tested', ['skip', 'skip', 'bad', 'bad'], ['1.0.0', '1.0.1']],
    ['is not published', ['missing', 'bad', 'bad'], ['1.0.0']],
  ])('is open where what lies beyond %s', async (_, scripts, beyond) => {
    const { changes, outcome } = await asked(scripts, open);
    expect(changes[0]).toMatchObject({ outcome: 'inconclusive', beyond });
    expect(outcome).toBe('inconclusive');
  });

  it('is open on its newer side too', async () => {
    const { changes } = await asked(['bad', 'bad', 'skip'], { wanted: 'fix', bad: '1.0.0' });
    expect(changes[0]).toMatchObject({ outcome: 'inconclusive', beyond: ['1.0.2'] });
  });

  it('is open where earlier runs know a release on it that is otherwise', async () => {
    const { changes, outcome } = await asked(['bad', 'bad', 'bad', 'good|', 'bad', 'bad', 'bad'], open);
    expect(changes[0]).toMatchObject({ outcome: 'inconclusive', contradictions: ['1.0.3'], boundary: null });
    expect(outcome).toBe('inconclusive');
  });
});
