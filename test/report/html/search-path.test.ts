import { describe, expect, it } from 'vitest';
import { searchPathOf } from '../../../src/report/html/search-path.js';
import { rangesOf } from '../../../src/report/html/strip.js';
import type { PathStep, Report } from '../../../src/report/report.js';
import { sampleReport } from '../../helpers/reports.js';
import { textOf } from './page.js';

describe('how the answer was found', () => {
  it('tells which release was asked when and why, and what was left', () => {
    expect(textOf(searchPathOf(sampleReport)).split('\n')).toEqual([
      'both ends, before anything else after 0 ms',
      '2.1.142 works',
      '2.1.150 broken',
      'Left: 2.1.142 to 2.1.150, 5 releases between them.',
      'the middle of what is left after 3.1 s',
      '2.1.146 works',
      'Left: 2.1.146 to 2.1.150, 3 releases between them.',
    ]);
  });

  it('links only to releases of the page', () => {
    const asked = [
      { version: '2.1.150', rounds: 3, verdict: null },
      { version: '9.9.9', rounds: 1, verdict: 'skip' as const },
    ];
    const html = searchPathOf({
      ...sampleReport,
      path: [{ search: 1, atMs: null, why: 'why', asked }],
    }).toString();
    expect([...html.matchAll(/href="#(release[^"]*)"/g)].map(([, id]) => id)).toEqual(['release-2.1.150']);
    expect(textOf(html)).toMatch(/^why\n2\.1\.150 no verdict, 3 rounds\n9\.9\.9 skipped\n/);
  });

  it('tells the two searches of a window apart', () => {
    const path = [1, 2].map((search): PathStep => ({ search, atMs: 5, why: 'the middle', asked: [] }));
    const text = textOf(searchPathOf({ ...sampleReport, path }));
    expect(text).toMatch(/^Search 1\nthe middle[^]*\nSearch 2\nthe middle/);
    expect(textOf(searchPathOf(sampleReport))).not.toContain('Search 1');
  });

  it('is nothing where the run kept no path', () => {
    expect(searchPathOf({ ...sampleReport, path: [] }).toString()).toBe('');
  });
});

describe('the range that is left', () => {
  const step = (version: string, verdict: 'good' | 'bad' | 'skip'): PathStep => ({
    search: 1,
    atMs: null,
    why: '',
    asked: [{ version, rounds: 1, verdict }],
  });
  const lefts = (steps: readonly PathStep[], asked: Report['asked'] = 'regression') =>
    rangesOf({ rows: sampleReport.rows, answer: { ...sampleReport.answer, asked } }, steps).map(
      ({ text }) => text,
    );

  it('narrows with every verdict, and not with a skip', () => {
    expect(
      lefts([
        step('2.1.142', 'good'),
        step('2.1.150', 'bad'),
        step('2.1.149', 'skip'),
        step('2.1.147', 'bad'),
        step('2.1.146', 'good'),
      ]),
    ).toEqual([
      'Left: 2.1.142 to 2.1.150, 5 releases between them.',
      'Left: 2.1.142 to 2.1.150, 5 releases between them.',
      'Left: 2.1.142 to 2.1.150, 5 releases between them.',
      'Left: 2.1.142 to 2.1.147, 2 releases between them.',
      'Left: 2.1.146 and 2.1.147, which are neighbours.',
    ]);
  });

  it('of a fix lies after the last broken release', () => {
    expect(lefts([step('2.1.147', 'bad'), step('2.1.149', 'good')], 'fix')).toEqual([
      'Left: 2.1.147 to 2.1.150, 2 releases between them.',
      'Left: 2.1.147 to 2.1.149, 1 release between them.',
    ]);
  });

  it('is the whole line where the verdicts contradict each other', () => {
    expect(lefts([step('2.1.142', 'bad'), step('2.1.150', 'good')]).at(-1)).toBe(
      'Left: 2.1.142 to 2.1.150, 5 releases between them.',
    );
  });

  it('is drawn between the marks of its ends, the ones just asked being new', () => {
    const [, second] = rangesOf(sampleReport, sampleReport.path);
    expect(second).toMatchObject({ from: 34, width: 64 });
    expect(second?.marks.map(({ at, shape, isNew }) => [at, shape, isNew])).toEqual([
      [2, 'good', false],
      [98, 'bad', false],
      [34, 'good', true],
    ]);
  });
});
