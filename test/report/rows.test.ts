import { describe, expect, it } from 'vitest';
import type { Label } from '../../src/report/answer.js';
import type { ReportRow } from '../../src/report/report.js';
import { foldInferred, isUntold, LONG_STRETCH } from '../../src/report/rows.js';
import { sampleReport } from '../helpers/reports.js';

const [tested] = sampleReport.rows as [ReportRow];
const stretch = (label: Label, count: number): ReportRow[] =>
  Array.from({ length: count }, (_, index) => ({
    ...tested,
    version: `3.0.${index}`,
    basis: 'inferred',
    label,
  }));
const versions = (rows: readonly (ReportRow | number)[]) =>
  rows.map((row) => (typeof row === 'number' ? row : row.version));

describe('rows that have nothing of their own to tell', () => {
  it('are those that are inferred or were not tested, and no others', () => {
    expect(isUntold({ ...tested, basis: 'inferred' })).toBe(true);
    expect(isUntold({ ...tested, basis: null, label: 'not tested' })).toBe(true);
    expect(isUntold({ ...tested, basis: null, label: 'not available' })).toBe(false);
    expect(isUntold(tested)).toBe(false);
  });

  it('are folded to the first, the number between them, and the last, from a long stretch on', () => {
    const long = stretch('works', LONG_STRETCH);
    expect(versions(foldInferred([tested, ...long, tested]))).toEqual([
      tested.version,
      '3.0.0',
      LONG_STRETCH - 2,
      `3.0.${LONG_STRETCH - 1}`,
      tested.version,
    ]);
    expect(foldInferred(long.slice(1))).toEqual(long.slice(1));
  });

  it('are not folded across a change', () => {
    const rows = [...stretch('works', LONG_STRETCH - 1), ...stretch('broken', LONG_STRETCH - 1)];
    expect(foldInferred(rows)).toEqual(rows);
  });

  it('stay what they were: a row of a report keeps what only reports know', () => {
    const rows = stretch('works', LONG_STRETCH).map((row) => ({ ...row, unpublishedBefore: ['2.9.9'] }));
    expect(foldInferred(rows)[0]).toHaveProperty('unpublishedBefore', ['2.9.9']);
  });

  it('count every release once', () => {
    const rows = [tested, ...stretch('works', 20), tested, ...stretch('broken', 3)];
    const shown = foldInferred(rows).map((row) => (typeof row === 'number' ? row : 1));
    expect(shown.reduce((sum, count) => sum + count, 0)).toBe(rows.length);
  });
});
