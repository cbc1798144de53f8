/** The version table for a terminal. Values in, one string out. */
import Table from 'cli-table3';
import type { createColors } from 'picocolors';
import type { Label, Row } from './answer.js';
import { printable } from './printable.js';
import { minutes } from './sentence.js';

export type Colours = ReturnType<typeof createColors>;

const MARKS: Record<Label, string> = {
  works: '✔',
  'last known good': '✔',
  'first fixed': '✔',
  broken: '✘',
  'first broken': '✘',
  'last known broken': '✘',
  untestable: '–',
  suspect: '?',
  'not tested': ' ',
  'not available': ' ',
};

/** The rows as aligned columns without lines, so that a copied table stays a table. */
export function renderTable(rows: readonly Row[], colours: Colours): string {
  return renderColumns(
    HEAD,
    rows.map((row) => cells(row, colours)),
    colours,
  );
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
  return [row.version, released, result, row.basis ?? '', evidence];
}

function colourOf(label: Label, colours: Colours): (text: string) => string {
  const mark = MARKS[label];
  if (mark === '✔') return colours.green;
  if (mark === '✘') return colours.red;
  return mark === ' ' ? colours.dim : colours.yellow;
}
