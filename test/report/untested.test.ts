import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { reportOf } from '../../src/report/report-of.js';
import { reducedTo, keptRun, roundOf, type RunChanges } from '../helpers/kept-runs.js';
import { asked, FIX, known, REGRESSION, said, scanned, window } from './asked.js';

/** Releases that nobody could test: the one that is blamed need not be the first. */

describe('a release that is not available, between the two of a boundary', () => {
  it.each([
    ['a regression', () => asked(['good', 'missing', 'bad']), '1.0.1, between them, is not available here.'],
    [
      'several of them',
      () => asked(['good', 'missing', 'missing', 'bad']),
      '1.0.1 and 1.0.2, between them, are not available here.',
    ],
    ['a fix', () => asked(['bad', 'missing', 'good'], FIX), '1.0.1, between them, is not available here.'],
    [
      'a window',
      () => asked(['good', 'missing', 'bad', 'missing', 'good'], window('1.0.2')),
      '1.0.1, between 1.0.0 and 1.0.2, is not available here. 1.0.3, between 1.0.2 and 1.0.4, is not available here.',
    ],
    ['a scan', () => scanned(['good', 'missing', 'bad'], { confirm: 1 }), '1.0.1, between them, is not'],
    [
      'suspects',
      () => asked(['good', 'skip', 'missing', 'bad']),
      'since 1.0.1 could not be tested. Last known good: 1.0.0. 1.0.2, between them, is not available here.',
    ],
  ])('is named in the sentence of %s', async (_, answer, sentence) => {
    expect(await said(answer())).toContain(sentence);
  });

  it('is not named where it lies elsewhere', async () => {
    for (const scripts of [
      ['good', 'missing', 'good', 'bad'],
      ['good', 'bad', 'missing', 'bad'],
    ])
      expect(await said(asked(scripts))).not.toContain('between them');
  });

  it('is no part of what is not tested in a table, whose suspects are named already', async () => {
    expect(await said(known(['good good|', 'good', 'bad bad|']))).not.toContain('between them');
  });
});

describe('the report on such a boundary', () => {
  const VERSIONS = ['2.1.146', '2.1.147', '2.1.148'];
  const step = {
    kind: 'found',
    boundary: { before: '2.1.146', after: '2.1.148' },
    confidence: null,
  } as const;
  const twice = (version: string, verdict: 'good' | 'bad') => [
    reducedTo(roundOf(version, verdict)),
    roundOf(version, verdict),
  ];
  const report = (changes: RunChanges = {}) =>
    reportOf(
      keptRun({
        versions: VERSIONS,
        unavailable: ['2.1.147'],
        ends: [{ direction: 'regression', versions: VERSIONS, step }],
        releases: { '2.1.146': twice('2.1.146', 'good'), '2.1.148': twice('2.1.148', 'bad') },
        ...changes,
      }),
      claudeCode,
    );

  it('says that the release was found broken first, and not that it broke it', () => {
    const { wrong, title, warnings, comparisons } = report();
    expect(wrong).toContain(
      '2.1.148 is the first release that was found broken: 2.1.147, between them, is not available here.',
    );
    expect(`${wrong} ${title}`).not.toContain('2.1.148 broke');
    expect(warnings).toEqual([
      'Between 2.1.146 and 2.1.148: 2.1.147 is not available here. 2.1.148 is the first that was found broken, and need not be the first that is.',
    ]);
    expect(comparisons[0]).toMatchObject({ isBoundary: true, untested: ['2.1.147'] });
  });

  it('says so of a fix', () => {
    const { wrong, warnings } = report({
      asked: 'fix',
      ends: [{ direction: 'fix', versions: VERSIONS, step }],
      releases: { '2.1.146': twice('2.1.146', 'bad'), '2.1.148': twice('2.1.148', 'good') },
    });
    expect(wrong).toContain('2.1.148 is the first release that was found fixed: 2.1.147');
    expect(warnings.join()).toContain('2.1.148 is the first that was found fixed');
  });

  it('says nothing of the kind where all between them were tested', () => {
    const { wrong, title, warnings, comparisons } = report({ versions: ['2.1.146', '2.1.148'] });
    expect(wrong).toContain('So 2.1.148 broke ');
    expect(title).toContain('2.1.148 broke: ');
    expect(warnings).toEqual([]);
    expect(comparisons[0]?.untested).toEqual([]);
  });
});

describe('a search back that passes over releases', () => {
  const OPEN = { wanted: 'regression', bad: 'latest' } as const;
  const twelve = ['bad', 'bad', 'good', ...Array<string>(9).fill('bad')];

  it('does not say that none of them works', async () => {
    expect(await said(asked(twelve, OPEN))).toMatch(
      /^None of the (\d) releases up to 1\.0\.11 that gave a verdict works; \d between them were not tested\.$/,
    );
    const { rows } = await asked(twelve, OPEN);
    const run = rows.filter(({ basis }) => basis === 'tested').length;
    expect(await said(asked(twelve, OPEN))).toContain(`the ${run} releases`);
    expect(await said(asked(twelve, OPEN))).toContain(`; ${12 - run} between them`);
  });

  it('counts what was run without a verdict apart', async () => {
    const answer = await asked(['bad', 'bad', 'bad', 'bad'], OPEN);
    const rows = answer.rows.map((row, index) => (index === 1 ? { ...row, verdict: 'skip' as const } : row));
    expect(await said(Promise.resolve({ ...answer, rows }))).toBe(
      'None of the 3 releases up to 1.0.3 that gave a verdict works; 1 gave no verdict.',
    );
  });

  it('says it where all were tested, of a window only of those before it', async () => {
    expect(await said(asked(['bad', 'bad'], OPEN))).toMatch(/^No release works: the oldest one, 1\.0\.0 /);
    expect(await said(asked(['bad', 'bad', 'good'], window('1.0.1')))).toMatch(
      /^No earlier release works: the oldest one, .* First fixed: 1\.0\.2 /,
    );
  });

  it('forward does not say that it was broken all the time', async () => {
    const scripts = ['bad', 'bad', 'bad', 'good', 'bad', 'bad', 'bad', 'bad', 'bad', 'bad'];
    const sentence = await said(asked(scripts, { wanted: 'fix', bad: '1.0.0' }));
    expect(sentence).toMatch(
      /^Not fixed: 1\.0\.9 .*, the newest release, is broken; \d between them were not/,
    );
  });
});

describe('what is beyond the last broken release', () => {
  it.each([
    ['in another way', 'other', '1.0.2 after it failed in a different way'],
    ['not here', 'missing', '1.0.2 after it is not available here'],
    ['not at all', 'skip', '1.0.2 after it could not be tested'],
  ])('is said to be what it is: it fails %s', async (_, script, why) => {
    const answer = await asked(['bad', 'bad', 'skip'], { wanted: 'fix', bad: '1.0.0' });
    const last = (await asked(['good', script, 'bad'], REGRESSION)).rows[1];
    const rows = answer.rows.map((row) => (row.version === '1.0.2' ? { ...last, version: '1.0.2' } : row));
    expect(await said(Promise.resolve({ ...answer, rows } as typeof answer))).toContain(
      `is broken, and ${why}: no release that is fixed was found.`,
    );
  });

  it('is found by asking', async () => {
    expect(await said(asked(['bad', 'bad', 'other'], { wanted: 'fix', bad: '1.0.0' }))).toContain(
      '1.0.2 after it failed in a different way: no release that is fixed was found.',
    );
  });
});
