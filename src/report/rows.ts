/** Rows of the version table as every format shows them: what they say, their marks, and long stretches that say nothing new. Pure. */
import { parse } from 'semver';
import type { Label, Row } from '../search/answer.js';
import { roundsText } from './words.js';

/** What a label says of a release. `unsure`: it was run, or tried, and gave no verdict. `unknown`: nobody has run it. */
export type Kind = 'good' | 'bad' | 'unsure' | 'unknown';

/** What each label says, with the glyph that it has in the terminal's table. */
const LABELS: Readonly<Record<Label, readonly [kind: Kind, mark: string]>> = {
  works: ['good', '✔'],
  'last known good': ['good', '✔'],
  'first fixed': ['good', '✔'],
  broken: ['bad', '✘'],
  'first broken': ['bad', '✘'],
  'last known broken': ['bad', '✘'],
  flaky: ['unsure', '~'],
  'different failure': ['unsure', '≠'],
  untestable: ['unsure', '–'],
  suspect: ['unsure', '?'],
  excluded: ['unknown', '–'],
  'not tested': ['unknown', ' '],
  'not available': ['unknown', ' '],
};

/** What a row says of its release. */
export const saidOf = ({ label, said = label }: Pick<Row, 'label' | 'said'>): string => said;

/** Which of the four a label is: formats colour and sign by this. */
export const kindOf = (label: Label): Kind => LABELS[label][0];
export const markOf = (label: Label): string => LABELS[label][1];

/** The labels that carry the answer. */
export const KEY_LABELS: ReadonlySet<Label> = new Set([
  'last known good',
  'first broken',
  'last known broken',
  'first fixed',
] as const);

/** So many rows in succession that have nothing of their own to tell say no more than the first and the last of them. */
export const LONG_STRETCH = 8;

/** True of a row that has nothing of its own to tell. */
export const isUntold = ({ basis, label }: Row): boolean => basis === 'inferred' || label === 'not tested';

/** The rows with what is left out of long stretches as a number. */
export function foldInferred<R extends Row>(rows: readonly R[]): (R | number)[] {
  const folded: (R | number)[] = [];
  let stretch: R[] = [];
  const flush = () => {
    const [first, last] = [stretch[0], stretch.at(-1)];
    if (stretch.length >= LONG_STRETCH && first && last) folded.push(first, stretch.length - 2, last);
    else folded.push(...stretch);
    stretch = [];
  };
  for (const row of rows) {
    const continues = isUntold(row) && row.label === (stretch[0]?.label ?? row.label);
    if (!continues) flush();
    if (isUntold(row)) stretch.push(row);
    else folded.push(row);
  }
  flush();
  return folded;
}

/** `tested`, `tested 4×`, `inferred`; how the rounds came out where they disagreed: `tested 4×: 2 good, 2 bad`. */
export function basisText({ basis, rounds, flaky }: Pick<Row, 'basis' | 'rounds' | 'flaky'>): string {
  const times = rounds.good + rounds.bad + rounds.skip;
  if (basis !== 'tested' || times < 2) return basis ?? '';
  const split = flaky ? `: ${roundsText({ rounds })}` : '';
  return `tested ${times}×${split}`;
}

/** Where more are missing, numbers were not counted up. */
const MOST = 36;

/**
 * The versions between two neighbouring rows of a table that were never published: `2.1.151` between 2.1.150 and 2.1.152.
 * Empty where counting up does not tell: across minor versions, among prereleases, and where very many would be missing.
 */
export function unpublishedBetween(before: string | undefined, after: string): string[] {
  const [older, newer] = [parse(before), parse(after)];
  if (!older || !newer || older.prerelease.length > 0 || newer.prerelease.length > 0) return [];
  if (older.major !== newer.major || older.minor !== newer.minor) return [];
  const missing = newer.patch - older.patch - 1;
  if (missing < 1 || missing > MOST) return [];
  return Array.from(
    { length: missing },
    (_, index) => `${older.major}.${older.minor}.${older.patch + index + 1}`,
  );
}

/**
 * All rows in order, those that are not shown as lists in their places: what is left out of long stretches, and, where there
 * are still more than `most`, those that are furthest from the ends and from the rows that carry the answer.
 */
export function boundedRows<R extends Row>(rows: readonly R[], most: number): (R | readonly R[])[] {
  const unfolded = foldInferred(rows).filter((row): row is R => typeof row !== 'number');
  const shown = new Set(byWeight(unfolded).slice(0, most));
  const bounded: (R | R[])[] = [];
  for (const row of rows) {
    const last = bounded.at(-1);
    if (shown.has(row)) bounded.push(row);
    else if (Array.isArray(last)) last.push(row);
    else bounded.push([row]);
  }
  return bounded;
}

/** True of what `boundedRows` has in the place of rows that are not shown. */
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
  const marked = rows.map(({ label }, index) => isEnd(index) || KEY_LABELS.has(label));
  const [before, after] = [sweep(marked), sweep(marked.toReversed()).toReversed()];
  const rankOf = (index: number) => (isEnd(index) ? -1 : Math.min(before[index] ?? 0, after[index] ?? 0));
  return rows
    .map((row, index) => ({ row, rank: named.has(row.version) ? -2 : rankOf(index) }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ row }) => row);
}

/** How far each place is from the last one before it that is marked. */
function sweep(marked: readonly boolean[]): number[] {
  let distance = Number.POSITIVE_INFINITY;
  return marked.map((isMarked) => (distance = isMarked ? 0 : distance + 1));
}
