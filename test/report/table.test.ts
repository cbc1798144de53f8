import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/search/answer.js';
import { renderTable } from '../../src/report/table.js';
import { widthOf } from '../../src/report/width.js';
import { sampleReport } from '../helpers/reports.js';
import { asked, REGRESSION } from './asked.js';

const lines = (rows: readonly Row[]) => renderTable(rows, createColors(false)).split('\n');

describe('the table', () => {
  it('shows evidence for what was tested, and none for what is inferred', async () => {
    const { rows } = await asked(['good', 'good', 'good', 'bad', 'bad']);
    expect(lines(rows)).toEqual([
      'Version   Released (UTC)     Result              Basis      Evidence',
      '1.0.0     2026-05-01 10:20   ✔ works             tested     good',
      '1.0.1     2026-05-02 10:20   ✔ works             inferred',
      '1.0.2     2026-05-03 10:20   ✔ last known good   tested     good',
      '1.0.3     2026-05-04 10:20   ✘ first broken      tested     trial: tools-lost',
      '1.0.4     2026-05-05 10:20   ✘ broken            tested     trial: tools-lost',
    ]);
  });

  it('says how often a release was run, where that was more than once', async () => {
    const { rows } = await asked(['good', 'good', 'bad'], REGRESSION, { confirm: 2 });
    const basis = lines(rows).map((line) => /tested \d+×|tested/.exec(line)?.[0]);
    expect(basis.slice(1)).toEqual(['tested', 'tested 3×', 'tested 3×']);
  });

  it('colours by what a result says', async () => {
    const { rows } = await asked(['good', 'missing', 'skip', 'bad']);
    const coloured = renderTable(rows, createColors(true)).split('\n').slice(1);
    const colours = coloured.map((line) => /\[(\d+)m(?:[✔✘?] | {2})/.exec(line)?.[1]);
    expect(colours).toEqual(['32', '2', '33', '31']);
  });

  it('marks a different failure, and what could not be told', async () => {
    const { rows } = await asked(['good', 'skip', 'other', 'bad']);
    const shown = lines(rows);
    expect(shown[2]).toContain('? suspect');
    expect(shown[3]).toMatch(/≠ different failure +tested +a different failure: trial: re-initialized$/);
  });

  it('shows a release without a date as one', async () => {
    const { rows } = await asked(['good', 'bad']);
    expect(lines(rows.map((row) => ({ ...row, publishedAt: null })))[1]).toContain('1.0.0     unknown');
  });
});

describe('a long stretch of inferred releases', () => {
  const inferredLines = (table: string[]) => table.filter((line) => line.includes('inferred'));
  const LONG = [...Array<string>(40).fill('good'), 'bad'];

  it('is folded to its first and its last, with how many are between them', async () => {
    const { rows } = await asked(LONG);
    // The middle, 1.0.20, is the first that was run after the ends.
    expect(lines(rows).slice(2, 5)).toEqual([
      expect.stringMatching(/^1\.0\.1 .*inferred$/),
      expect.stringMatching(/^… +17 more$/),
      expect.stringMatching(/^1\.0\.19 .*inferred$/),
    ]);
  });

  it('keeps every other row', async () => {
    const { rows } = await asked(LONG);
    const tested = rows.filter(({ basis }) => basis === 'tested').length;
    expect(lines(rows).filter((line) => line.includes(' tested '))).toHaveLength(tested);
  });

  it('is one of eight at least: seven are shown', async () => {
    const row = (await asked(['good', 'bad'])).rows[1] as Row;
    const inferred = Array.from({ length: 8 }, (_, index): Row => ({
      ...row,
      version: `2.0.${index}`,
      basis: 'inferred',
      label: 'broken',
    }));
    expect(inferredLines(lines([row, ...inferred.slice(1), row]))).toHaveLength(7);
    expect(inferredLines(lines([row, ...inferred, row]))).toHaveLength(2);
  });

  it('ends where works become broken', async () => {
    const row = (await asked(['good', 'bad'])).rows[1] as Row;
    const stretch = (label: Row['label']) =>
      Array.from({ length: 5 }, (): Row => ({ ...row, basis: 'inferred', label }));
    expect(inferredLines(lines([...stretch('works'), ...stretch('broken')]))).toHaveLength(10);
  });
});

describe('a long stretch of releases that were not tested', () => {
  it('is folded as well, where nothing is inferred', async () => {
    const { rows } = await asked([...Array<string>(20).fill('good'), 'good']);
    expect(lines(rows).slice(1)).toEqual([
      expect.stringMatching(/^1\.0\.0 .*✔ works +tested /),
      expect.stringMatching(/^1\.0\.1 .*not tested$/),
      expect.stringMatching(/^… +17 more$/),
      expect.stringMatching(/^1\.0\.19 .*not tested$/),
      expect.stringMatching(/^1\.0\.20 .*✔ works +tested /),
    ]);
  });

  it('is no part of one of inferred releases beside it', async () => {
    const row = (await asked(['good', 'bad'])).rows[1] as Row;
    const stretch = (changes: Partial<Row>) => Array.from({ length: 5 }, (): Row => ({ ...row, ...changes }));
    const inferred = stretch({ basis: 'inferred', label: 'works' });
    const untested = stretch({ basis: null, label: 'not tested', reason: '' });
    expect(lines([...inferred, ...untested])).toHaveLength(11);
  });
});

describe('a table that is wider than the terminal', () => {
  const narrow = (width: number, rows: readonly Row[] = sampleReport.rows) =>
    renderTable(rows, createColors(false), width).split('\n');
  const words = (text: string) => text.split(/\s+/).filter(Boolean);
  const withReason = (reason: string) => sampleReport.rows.slice(0, 1).map((row) => ({ ...row, reason }));

  it('is no other as long as it fits', () => {
    const wide = lines(sampleReport.rows);
    const width = Math.max(...wide.map((line) => line.length));
    expect(narrow(width)).toEqual(wide);
    expect(narrow(width - 1)).not.toEqual(wide);
  });

  it('has the evidence below its row, set off, and the other columns aligned', () => {
    expect(narrow(80).slice(0, 8)).toEqual([
      'Version   Released (UTC)     Result              Basis',
      '2.1.142   2026-05-15 02:50   ✔ works             tested',
      '    tool called, result returned, no reconnect',
      '2.1.145   2026-05-19 02:50   ✔ works             inferred',
      '2.1.146   2026-05-21 02:50   ✔ last known good   tested 4×',
      '    tool called, result returned, no reconnect',
      '2.1.147   2026-05-21 02:50   ✘ first broken      tested 4×',
      '    404 before tools: tools lost',
    ]);
  });

  it('has the basis below as well where there is no room for it', () => {
    expect(narrow(50).slice(0, 6)).toEqual([
      'Version   Released (UTC)     Result',
      '2.1.142   2026-05-15 02:50   ✔ works',
      '    tested',
      '    tool called, result returned, no reconnect',
      '2.1.145   2026-05-19 02:50   ✔ works',
      '    inferred',
    ]);
  });

  it('stays within the terminal, loses no word, and has no blanks at line ends', () => {
    const all = words(lines(sampleReport.rows).slice(1).join(' '));
    for (let width = 20; width <= 120; width += 1) {
      const shown = narrow(width);
      expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(words(shown.slice(1).join(' '))).toEqual(all);
      expect(shown.filter((line) => line.endsWith(' '))).toEqual([]);
    }
  });

  it('cuts nothing, be it one word of any length', () => {
    const word = 'x'.repeat(500);
    expect(narrow(60, withReason(`before ${word} after`)).slice(2)).toEqual([
      '    before',
      `    ${word}`,
      '    after',
    ]);
  });

  it('counts characters that take two columns as two', () => {
    const shown = narrow(60, withReason('漢字テスト 🫠🥹 '.repeat(12)));
    expect(shown.length).toBeGreaterThan(4);
    expect(Math.max(...shown.map(widthOf))).toBeLessThanOrEqual(60);
    expect(Math.max(...shown.slice(2).map(widthOf))).toBeGreaterThan(45);
  });

  it('folds long stretches as a wide one does', () => {
    const inferred = Array.from({ length: 9 }, () => sampleReport.rows[1] as Row);
    expect(narrow(60, inferred)).toContain('…         7 more');
  });
});

describe('text that a client or a registry wrote', () => {
  it('cannot draw on the terminal or break the table', async () => {
    const answer = await asked(['good', 'bad']);
    const hostile = '\u001B[2J\u001B]8;;http://evil\u0007link\u001B]8;;\u0007\nfake row\t\u202Edone\u0000';
    const rows = answer.rows.map((row) => ({ ...row, reason: hostile }));
    const table = renderTable(rows, createColors(false));
    // oxlint-disable-next-line no-control-regex
    expect(table).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(table.split('\n')).toHaveLength(3);
    expect(table).toContain('link fake row done');
  });
});
