import { describe, expect, it } from 'vitest';
import type { Label, Row } from '../../src/search/answer.js';
import {
  basisText,
  boundedRows,
  byWeight,
  foldInferred,
  isGap,
  isUntold,
  KEY_LABELS,
  kindOf,
  labelCounts,
  LONG_STRETCH,
  unpublishedBetween,
} from '../../src/report/rows.js';
import { sampleRun } from '../helpers/reports.js';

const [tested] = sampleRun.answer.rows as [Row];
const stretch = (label: Label, count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    ...tested,
    version: `3.0.${index}`,
    basis: 'inferred',
    label,
  }));
const versions = (rows: readonly (Row | number)[]) =>
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

  it('count every release once', () => {
    const rows = [tested, ...stretch('works', 20), tested, ...stretch('broken', 3)];
    const shown = foldInferred(rows).map((row) => (typeof row === 'number' ? row : 1));
    expect(shown.reduce((sum, count) => sum + count, 0)).toBe(rows.length);
  });
});

it('the labels that carry the answer are good or bad', () => {
  expect([...KEY_LABELS].map(kindOf)).toEqual(['good', 'bad', 'bad', 'good']);
});

describe('the basis of a row', () => {
  const rounds = (good: number, bad: number, skip: number) => ({ good, bad, skip });

  it.each<[string, Parameters<typeof basisText>[0]]>([
    ['', { basis: null, rounds: rounds(0, 0, 0), flaky: false }],
    ['inferred', { basis: 'inferred', rounds: rounds(0, 0, 0), flaky: false }],
    ['tested', { basis: 'tested', rounds: rounds(1, 0, 0), flaky: false }],
    ['tested 4×', { basis: 'tested', rounds: rounds(3, 0, 1), flaky: false }],
    ['tested 4×: 2 good, 1 bad, 1 skip', { basis: 'tested', rounds: rounds(2, 1, 1), flaky: true }],
  ])('is "%s"', (text, row) => {
    expect(basisText(row)).toBe(text);
  });
});

describe('versions that were never published', () => {
  it('are named where counting up tells', () => {
    expect(unpublishedBetween('2.1.150', '2.1.152')).toEqual(['2.1.151']);
    expect(unpublishedBetween('2.1.142', '2.1.145')).toEqual(['2.1.143', '2.1.144']);
  });

  it.each([
    ['neighbours', '2.1.146', '2.1.147'],
    ['the first row', undefined, '2.1.147'],
    ['another minor version', '2.0.76', '2.1.2'],
    ['another major version', '1.0.0', '2.0.2'],
    ['a prerelease before', '2.1.150-beta.1', '2.1.152'],
    ['a prerelease after', '2.1.150', '2.1.152-beta.1'],
    ['so many that nobody has counted', '2.1.1', '2.1.900'],
    ['what is no version', 'x', '2.1.2'],
  ])('are not guessed: %s', (_, before, after) => {
    expect(unpublishedBetween(before, after)).toEqual([]);
  });
});

const rows = Array.from({ length: 20 }, (_, index): Row => ({
  ...tested,
  version: String(index),
  label: index === 12 ? 'first broken' : index < 12 ? 'works' : 'broken',
}));

describe('a table that is too long', () => {
  it('keeps the ends, the rows that carry the answer and those nearest to them, the rest in its place', () => {
    const shown = boundedRows(rows, 7).map((row) => (isGap(row) ? `${row.length} more` : row.version));
    expect(shown).toEqual(['0', '1', '9 more', '11', '12', '13', '4 more', '18', '19']);
  });

  it('keeps what it must keep first, even if all of it is far from the answer', () => {
    expect(versions(byWeight(rows, new Set(['5']))).slice(0, 4)).toEqual(['5', '0', '19', '12']);
  });

  it('is whole where there is room', () => {
    expect(boundedRows(rows, 20)).toEqual(rows);
  });

  it('counts what it leaves out by what it is, and does not pass off as tested what is not', () => {
    const some = [...rows.slice(10, 14), { ...tested, basis: 'inferred' as const }];
    expect(labelCounts(some)).toBe('2 works, 1 first broken, 1 broken, 1 works (inferred)');
  });
});
