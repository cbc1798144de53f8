/** A version table that is too long for its reader. Pure. */
import { foldInferred, KEY_LABELS, saidOf } from './rows.js';
import type { Row } from '../search/answer.js';

/**
 * All rows in order, those that are not shown as lists in their places: what is left out of long stretches, and, where there
 * are still more than `most`, those that are furthest from the ends and from the rows that carry the answer.
 */
export function boundedRows<R extends Row>(rows: readonly R[], most: number): (R | readonly R[])[] {
  return withGaps(rows, new Set(byWeight(unfolded(rows)).slice(0, most)));
}

/** The rows without what long stretches say again and again. */
const unfolded = <R extends Row>(rows: readonly R[]): R[] =>
  foldInferred(rows).filter((row): row is R => typeof row !== 'number');

/** All rows in order, each run of those that are not `shown` as one list. */
function withGaps<R extends Row>(rows: readonly R[], shown: ReadonlySet<R>): (R | readonly R[])[] {
  const bound: (R | R[])[] = [];
  for (const row of rows) {
    const last = bound.at(-1);
    if (shown.has(row)) bound.push(row);
    else if (Array.isArray(last)) last.push(row);
    else bound.push([row]);
  }
  return bound;
}

/** True of what `withGaps` has in the place of rows that are not shown. */
export const isGap = <R extends Row>(row: R | readonly R[]): row is readonly R[] => Array.isArray(row);

/** `30 works, 7 broken (inferred)` */
export function labelCounts(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const label = saidOf(row);
    const name = row.basis === 'inferred' ? `${label} (inferred)` : label;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

/**
 * The ends, rows that carry the answer, then the others by how near they are to any of those.
 * @param named versions that must not be missing: they come first
 */
export function byWeight<R extends Row>(rows: readonly R[], named: ReadonlySet<string> = new Set()): R[] {
  const isEnd = (index: number) => index === 0 || index === rows.length - 1;
  const isKey = ({ label }: R) => KEY_LABELS.has(label);
  const distances = distancesFrom(rows.map((row, index) => isEnd(index) || isKey(row)));
  const rankOf = (row: R, index: number) =>
    named.has(row.version) ? -2 : isEnd(index) ? -1 : (distances[index] ?? 0);
  const ranks = rows.map((row, index) => ({ row, rank: rankOf(row, index) }));
  return ranks.toSorted((one, other) => one.rank - other.rank).map(({ row }) => row);
}

/** How far each place is from the nearest one that is marked. */
function distancesFrom(marked: readonly boolean[]): number[] {
  const before = sweep(marked);
  const after = sweep(marked.toReversed()).toReversed();
  return before.map((distance, index) => Math.min(distance, after[index] ?? distance));
}

/** How far each place is from the last one before it that is marked. */
function sweep(marked: readonly boolean[]): number[] {
  let distance = Number.POSITIVE_INFINITY;
  return marked.map((isMarked) => (distance = isMarked ? 0 : distance + 1));
}
