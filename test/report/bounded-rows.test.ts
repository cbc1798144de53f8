import { describe, expect, it } from 'vitest';
import { boundedRows, byWeight, isGap, labelCounts } from '../../src/report/bounded-rows.js';
import type { ReportRow } from '../../src/report/report.js';
import { sampleReport } from '../helpers/reports.js';

const [tested] = sampleReport.rows as [ReportRow];
const rows = Array.from({ length: 20 }, (_, index): ReportRow => ({
  ...tested,
  version: String(index),
  label: index === 12 ? 'first broken' : index < 12 ? 'works' : 'broken',
}));
const versions = (all: readonly ReportRow[]) => all.map(({ version }) => Number(version));

describe('a table that is too long', () => {
  it('keeps the ends, the rows that carry the answer and those nearest to them, the rest in its place', () => {
    const shown = boundedRows(rows, 7).map((row) => (isGap(row) ? `${row.length} more` : row.version));
    expect(shown).toEqual(['0', '1', '9 more', '11', '12', '13', '4 more', '18', '19']);
  });

  it('keeps what it must keep first, even if all of it is far from the answer', () => {
    expect(versions(byWeight(rows, new Set(['5']))).slice(0, 4)).toEqual([5, 0, 19, 12]);
  });

  it('is whole where there is room', () => {
    expect(boundedRows(rows, 20)).toEqual(rows);
  });

  it('counts what it leaves out by what it is, and does not pass off as tested what is not', () => {
    const some = [...rows.slice(10, 14), { ...tested, basis: 'inferred' as const }];
    expect(labelCounts(some)).toBe('2 works, 1 first broken, 1 broken, 1 works (inferred)');
  });
});
