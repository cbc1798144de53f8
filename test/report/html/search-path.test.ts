import { describe, expect, it } from 'vitest';
import { searchPathOf } from '../../../src/report/html/search-path.js';
import { rangesOf } from '../../../src/report/html/strip.js';
import type { PathStep, Report, ReportRow } from '../../../src/report/report.js';
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
      path: [{ search: 1, side: null, atMs: null, why: 'why', asked }],
    }).toString();
    expect([...html.matchAll(/href="#(release[^"]*)"/g)].map(([, id]) => id)).toEqual(['release-2.1.150']);
    expect(textOf(html)).toMatch(/^why\n2\.1\.150 no verdict, 3 rounds\n9\.9\.9 skipped\n/);
  });

  it('tells the two searches of a window apart by their sides of the bad release', () => {
    const sides = ['before', 'after'] as const;
    const path = sides.map((side, index): PathStep => ({
      search: index + 1,
      side,
      atMs: 5,
      why: 'so',
      asked: [],
    }));
    const text = textOf(searchPathOf({ ...sampleReport, path }));
    expect(text).toMatch(
      /^Search before the bad release: where it broke\nso[^]*\nSearch after the bad release: where it was fixed\nso/,
    );
    expect(textOf(searchPathOf(sampleReport))).not.toContain('Search ');
  });

  it('of very many steps is told as far as there is room', () => {
    const [step] = sampleReport.path as [PathStep];
    const asked = Array.from(
      { length: 500 },
      () => step.asked[0] ?? { version: '', rounds: 1, verdict: null },
    );
    const html = searchPathOf({
      ...sampleReport,
      path: Array.from({ length: 300 }, () => ({ ...step, asked })),
    });
    expect(html.length).toBeLessThan(500_000);
    expect(textOf(html)).toContain('and 460 more');
    expect(textOf(html)).toMatch(/… \d+ more steps are left out of this page\./);
  });

  it('is nothing where the run kept no path', () => {
    expect(searchPathOf({ ...sampleReport, path: [] }).toString()).toBe('');
  });
});

describe('the range that is left', () => {
  const step = (version: string, verdict: 'good' | 'bad' | 'skip'): PathStep => ({
    search: 1,
    side: null,
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
      'Left: what comes after 2.1.142.',
      'Left: 2.1.142 to 2.1.150, 5 releases between them.',
      'Left: 2.1.142 to 2.1.150, 5 releases between them.',
      'Left: 2.1.142 to 2.1.147, 2 releases between them.',
      'Left: 2.1.146 and 2.1.147, which are neighbours.',
    ]);
  });

  it('of a fix lies after the last broken release', () => {
    expect(lefts([step('2.1.147', 'bad'), step('2.1.149', 'good')], 'fix')).toEqual([
      'Left: what comes after 2.1.147.',
      'Left: 2.1.147 to 2.1.149, 1 release between them.',
    ]);
  });

  it('is the whole line where the verdicts contradict each other', () => {
    expect(lefts([step('2.1.142', 'bad'), step('2.1.150', 'good')]).at(-1)).toBe(
      'Left: all of them, since verdicts contradict each other.',
    );
  });

  it('claims no end that nobody has run', () => {
    expect(lefts([step('2.1.147', 'skip'), step('2.1.145', 'bad')])).toEqual([
      'Left: all of them.',
      'Left: what comes before 2.1.145.',
    ]);
  });

  it('is drawn between the marks of its ends, the ones just asked being new', () => {
    const [, second] = rangesOf(sampleReport, sampleReport.path);
    expect(second).toMatchObject({ from: 34, width: 64 });
    expect(second?.marks.map(({ at, shape, isNew }) => [at, shape, isNew])).toEqual([
      [98, 'bad', false],
      [34, 'good', true],
    ]);
  });

  it('draws what is known within it and no more, and of very many what was asked last', () => {
    const rows = Array.from({ length: 300 }, (_, index) => ({
      ...(sampleReport.rows[0] as ReportRow),
      version: `3.0.${index}`,
    }));
    const steps = rows.slice(1).map(({ version }) => step(version, 'skip'));
    const strips = rangesOf({ rows, answer: sampleReport.answer }, [...steps, step('3.0.298', 'good')]);
    expect(strips.at(-2)?.marks).toHaveLength(60);
    expect(strips.at(-1)?.marks.map(({ shape, isNew }) => [shape, isNew])).toEqual([
      ['skip', false],
      ['good', true],
    ]);
  });
});
