import { describe, expect, it } from 'vitest';
import { claimsOf, firstIn } from '../../src/report/claims.js';
import { asked, FIX, labels, REGRESSION, scanned, window } from '../report/asked.js';

describe('an answer that was found', () => {
  it('names the last good and the first bad release, and infers what lies outside', async () => {
    const answer = await asked(['good', 'good', 'good', 'bad', 'bad', 'bad']);
    expect(labels(answer)).toEqual(['works', 'works', 'last known good', 'first broken', 'broken', 'broken']);
    expect(answer.rows.map(({ basis }) => basis)).toEqual([
      'tested',
      'inferred',
      'tested',
      'tested',
      'inferred',
      'tested',
    ]);
    expect(answer.outcome).toBe('found');
  });

  it('turns round for a fix', async () => {
    const answer = await asked(['bad', 'bad', 'good', 'good'], FIX);
    expect(labels(answer)).toEqual(['broken', 'last known broken', 'first fixed', 'works']);
  });

  it('counts the rounds of each release, known and new ones', async () => {
    const { rows } = await asked(['good', 'good|good', 'bad'], REGRESSION, { confirm: 2 });
    expect(rows.map(({ rounds }) => rounds)).toEqual([
      { good: 1, bad: 0, skip: 0 },
      { good: 3, bad: 0, skip: 0 },
      { good: 0, bad: 3, skip: 0 },
    ]);
    expect(rows.map(({ runs }) => runs)).toEqual([1, 3, 3]);
  });
});

describe('the answer to a window', () => {
  const RANGE = ['good', 'good', 'good', 'bad', 'bad', 'bad', 'good', 'good', 'good'];

  it('has both of its sides, and shows as much of the open sides as was looked at', async () => {
    const answer = await asked(RANGE, window('1.0.4'));
    expect(labels(answer)).toEqual([
      'last known good',
      'first broken',
      'broken',
      'last known broken',
      'first fixed',
    ]);
    expect(answer.rows[0]?.version).toBe('1.0.2');
    expect(answer.outcome).toBe('found');
  });

  it('may be one bad release', async () => {
    const answer = await asked(['good', 'bad', 'good'], window('1.0.1'));
    expect(answer.changes.map(({ boundary }) => boundary)).toEqual([
      { before: '1.0.0', after: '1.0.1' },
      { before: '1.0.1', after: '1.0.2' },
    ]);
  });

  it.each([
    ['not fixed yet', ['good', 'bad', 'bad'], ['found', 'ends-agree']],
    ['broken from the first release on', ['bad', 'bad', 'good'], ['ends-agree', 'found']],
  ])('is one though the other side is %s', async (_, scripts, outcomes) => {
    const answer = await asked(scripts, window('1.0.1'));
    expect(answer.changes.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(answer.outcome).toBe('found');
  });

  it('is none where nothing works, before or after', async () => {
    expect((await asked(['bad', 'bad', 'bad'], window('1.0.1'))).outcome).toBe('ends-agree');
  });

  it('is none where its release is not bad', async () => {
    expect((await asked(RANGE, window('1.0.7'))).outcome).toBe('ends-agree');
  });

  it('is inconclusive where one of its sides is', async () => {
    const answer = await asked(['good', 'skip', 'bad', 'good'], window('1.0.2'));
    expect(answer.changes.map(({ outcome }) => outcome)).toEqual(['inconclusive', 'found']);
    expect(answer.outcome).toBe('inconclusive');
  });
});

describe('an answer that skips prevent', () => {
  it('blames nobody: each release that could not be tested is a suspect', async () => {
    const answer = await asked(['good', 'good', 'skip', 'skip', 'bad']);
    expect(labels(answer)).toEqual(['works', 'last known good', 'suspect', 'suspect', 'broken']);
    expect(answer.outcome).toBe('inconclusive');
  });

  it('leaves what lies beside an untestable end untold', async () => {
    expect(labels(await asked(['good', 'good', 'skip']))).toEqual(['works', 'not tested', 'untestable']);
  });
});

describe('a release that fails in a different way', () => {
  it('is no first broken one: it is named as what it is', async () => {
    const { rows, outcome } = await asked(['good', 'other', 'bad']);
    expect(rows[1]).toMatchObject({
      label: 'different failure',
      verdict: 'skip',
      reason: 'a different failure: trial: re-initialized',
    });
    expect(outcome).toBe('inconclusive');
  });

  it('changes nothing where the boundary is elsewhere', async () => {
    const answer = await asked(['good', 'other|', 'good', 'bad']);
    expect(labels(answer)).toEqual(['works', 'different failure', 'last known good', 'first broken']);
    expect(answer.outcome).toBe('found');
  });
});

describe('a release that contradicts itself', () => {
  const STEADY = ['good', 'good', 'good', 'good', 'bad', 'bad', 'bad'];
  const flaky = (index: number, script: string) => STEADY.with(index, script);

  it('is flaky, and the answer is as sure as the search was', async () => {
    const answer = await asked(flaky(4, 'bad good bad'), REGRESSION, { confirm: 2 });
    expect(answer.changes[0]).toMatchObject({ outcome: 'found', boundary: { before: '1.0.3' } });
    expect(answer.changes[0]?.confidence).toBeGreaterThan(0.9);
    expect(answer.rows[4]).toMatchObject({ label: 'first broken', flaky: true });
    expect(answer.rows[4]?.reason).toMatch(/^good in 1 of \d+ rounds, bad in \d+ \(trial: tools-lost\)$/);
  });

  it('is called flaky away from the boundary', async () => {
    const answer = await scanned(['good', 'good bad good', 'good', 'bad'], { repeat: 3 });
    expect(answer.rows[1]?.label).toBe('flaky');
  });

  it('is no certainty: without any the answer has none to name', async () => {
    expect((await asked(STEADY)).changes[0]?.confidence).toBeNull();
  });
});

describe('a release that is not published for the platform', () => {
  it('is in the table with the reason, and no suspect', async () => {
    const { rows, changes, outcome } = await asked(['good', 'missing', 'bad']);
    expect(rows[1]).toMatchObject({
      label: 'not available',
      verdict: null,
      basis: null,
      reason: 'no linux-x64 package was published',
    });
    expect(changes[0]?.suspects).toEqual([]);
    expect(outcome).toBe('found');
  });
});

describe('an answer without any change', () => {
  const untold = { label: 'not tested', verdict: null, basis: null };

  it.each([
    ['good ends', ['good', 'good', 'good'], REGRESSION],
    ['bad ends', ['bad', 'bad', 'bad'], REGRESSION],
    ['ends that are the wrong way round', ['bad', 'good', 'good'], REGRESSION],
  ])('infers nothing between %s: there may be two changes', async (_, scripts, bounds) => {
    const { rows, outcome } = await asked(scripts, bounds);
    expect(rows[1]).toMatchObject(untold);
    expect(outcome).toBe('ends-agree');
  });

  it('infers nothing where no end was found', async () => {
    const { rows } = await asked(Array(7).fill('bad'), { wanted: 'regression', bad: 'latest' });
    // 1, 2 and 4 releases back, and the oldest.
    expect(rows.map(({ label }) => label)).toEqual([
      'broken',
      'not tested',
      'broken',
      'not tested',
      'broken',
      'broken',
      'broken',
    ]);
    expect(rows[3]).toMatchObject(untold);
  });

  it('infers on that side of a window only on which there is one', async () => {
    const scripts = [...Array<string>(14).fill('bad'), 'good', 'good'];
    const { rows, changes } = await asked(scripts, window('1.0.7'));
    expect(changes.map(({ outcome }) => outcome)).toEqual(['ends-agree', 'found']);
    const untested = rows.filter(({ basis }) => basis !== 'tested');
    expect(untested.map(({ version, label, basis }) => `${version} ${label} ${basis}`)).toEqual([
      '1.0.1 not tested null',
      '1.0.2 not tested null',
      '1.0.4 not tested null',
      '1.0.10 broken inferred',
      '1.0.12 broken inferred',
    ]);
  });
});

describe('a release that is called the first', () => {
  const WORDS = ['good', 'bad', 'skip', 'other', 'missing', 'good|', 'bad|'];
  const scripts = WORDS.flatMap((one) => WORDS.flatMap((two) => WORDS.map((three) => [one, two, three])));
  /** Versions that rows call so, and those of which that may be claimed. */
  const firsts = async (
    between: readonly string[],
    [older, newer]: readonly [string, string],
    ask = REGRESSION,
  ) => {
    const answer = await asked([older, ...between, newer], ask);
    const called = answer.rows.filter(({ label }) => label === 'first broken' || label === 'first fixed');
    const claimed = claimsOf(answer).all.flatMap((claim) => firstIn(claim)?.version ?? []);
    return { called: called.map(({ version }) => version), claimed };
  };

  it('is one of which that may be claimed, and the other way round', async () => {
    let times = 0;
    for (const between of scripts) {
      const answers = [await firsts(between, ['good', 'bad']), await firsts(between, ['bad', 'good'], FIX)];
      for (const { called, claimed } of answers) {
        expect(called).toEqual(claimed);
        times += called.length;
      }
    }
    expect(times).toBeGreaterThan(scripts.length / 2);
  });
});
