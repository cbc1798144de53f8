import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/report/answer.js';
import { renderTable } from '../../src/report/table.js';
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
