/** The version table for a terminal. Values in, one string out. */
import Table from 'cli-table3';
import type { createColors } from 'picocolors';
import type { Label, Row } from './answer.js';
import { printable } from './printable.js';
import { minutes } from './words.js';

export type Colours = ReturnType<typeof createColors>;

const MARKS: Record<Label, string> = {
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

/** The rows as aligned columns without lines, so that a copied table stays a table. */
export function renderTable(rows: readonly Row[], colours: Colours): string {
  return renderColumns(
    HEAD,
    foldInferred(rows).map((row) =>
      typeof row === 'number' ? ['…', `${row} more`, '', '', ''] : cells(row, colours),
    ),
    colours,
  );
}

/** Nothing of its own to tell. */
const isUntold = ({ basis, label }: Row) => basis === 'inferred' || label === 'not tested';

/** So many such rows in succession say no more than the first and the last of them. */
const LONG_STRETCH = 8;

/** The rows with what is left out of long stretches as a number. */
function foldInferred(rows: readonly Row[]): (Row | number)[] {
  const folded: (Row | number)[] = [];
  let stretch: Row[] = [];
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

/** Any rows as aligned columns under a head. */
export function renderColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colours: Colours,
): string {
  const table = new Table({ head: head.map(colours.bold), chars: NO_LINES, style: STYLE });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const HEAD = ['Version', 'Released (UTC)', 'Result', 'Basis', 'Evidence'];

const LINES =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left-mid mid mid-mid right-mid';
const NO_LINES = Object.fromEntries(
  [...LINES.split(' '), 'left', 'right'].map((name) => [name, '']).concat([['middle', '  ']]),
);
const STYLE = { head: [], border: [], 'padding-left': 0, 'padding-right': 1 };

function cells(row: Row, colours: Colours): string[] {
  const released = row.publishedAt === null ? 'unknown' : minutes(row.publishedAt);
  const result = colourOf(row.label, colours)(`${MARKS[row.label]} ${row.label}`);
  const evidence = row.basis === 'inferred' ? '' : printable(row.reason);
  return [row.version, released, result, basisOf(row), evidence];
}

/** `tested 3×` where it was run more than once. */
function basisOf({ basis, rounds }: Row): string {
  const times = rounds.good + rounds.bad + rounds.skip;
  return basis === 'tested' && times > 1 ? `tested ${times}×` : (basis ?? '');
}

function colourOf(label: Label, colours: Colours): (text: string) => string {
  const mark = MARKS[label];
  if (mark === '✔') return colours.green;
  if (mark === '✘') return colours.red;
  return mark === ' ' ? colours.dim : colours.yellow;
}
