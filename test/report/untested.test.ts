import { describe, expect, it } from 'vitest';
import { textIn } from '../../src/cli/rendering.js';
import { claudeCode } from '../../src/clients/claude-code.js';
import { reportOf } from '../../src/report/report-of.js';
import { reducedTo, keptRun, roundOf, type RunChanges } from '../helpers/kept-runs.js';

describe('the report on a boundary with a release between its two that is not available', () => {
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

  it('says that the release was found broken first, and not that it broke it', async () => {
    const { wrong, title, warnings, comparisons } = report();
    expect(await textIn('md', report())).toContain(
      '2.1.148 is the first that was found broken (of 2.1.147 before it nothing is known).',
    );
    const page = (await textIn('html', report())).replaceAll(/<[^>]*>/gu, '');
    expect(page).toContain('Go to first found broken 2.1.148');
    expect(page).toContain('2.1.146 (works) beside 2.1.148 (broken)');
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
