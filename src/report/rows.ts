/** Rows of the version table as every format shows them: their marks, and long stretches that say nothing new. Pure. */
import type { Label, Row } from './answer.js';

export const MARKS: Readonly<Record<Label, string>> = {
  works: '✔',
  'last known good': '✔',
  'first fixed': '✔',
  broken: '✘',
  'first broken': '✘',
  'last known broken': '✘',
  flaky: '~',
  'different failure': '≠',
  untestable: '–',
  suspect: '?',
  'not tested': ' ',
  'not available': ' ',
};

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
