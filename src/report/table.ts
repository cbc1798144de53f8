/** The version table for a terminal. Values in, one string out. */
import type { createColors } from 'picocolors';
import type { Row } from '../search/answer.js';
import { printable } from './text.js';
import { basisText, foldInferred, kindOf, MARKS, saidOf, type Kind } from './rows.js';
import { widthOf, wrapped } from './width.js';
import { releasedText } from './words.js';

export type Colours = ReturnType<typeof createColors>;

/**
 * The rows as aligned columns without lines, so that a copied table stays a table.
 * @param width the columns of the terminal; left out where it is none, and lines may be of any length
 */
export function renderTable(rows: readonly Row[], colours: Colours, width?: number): string {
  return renderColumns(
    HEAD,
    foldInferred(rows).map((row) =>
      typeof row === 'number' ? ['…', `${row} more`, '', '', ''] : cells(row, colours),
    ),
    colours,
    width,
  );
}

/**
 * Any rows as aligned columns under a head. Where they are wider than `width`, the last column goes below its row, on lines
 * of its own, and with it those before it until the rest fits. Nothing is cut.
 */
export function renderColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colours: Colours,
  width = Infinity,
): string {
  let beside = head.length;
  let lines = aligned(head, rows, colours);
  while (beside > 1 && lines.some((line) => widthOf(line) > width)) {
    beside -= 1;
    const isBeside = (_: string, column: number) => column < beside;
    lines = aligned(
      head.filter(isBeside),
      rows.map((row) => row.filter(isBeside)),
      colours,
    );
  }
  const [title = '', ...firsts] = lines;
  const room = width - BELOW.length;
  const below = rows.map((row) => row.slice(beside).flatMap((cell) => wrapped(cell, room)));
  return [
    title,
    ...firsts.flatMap((line, index) => [line, ...(below[index] ?? []).map((more) => BELOW + more)]),
  ].join('\n');
}

/** What sets off lines that belong to the row above them. */
const BELOW = '    ';

/** The head, and a line for each row. */
function aligned(head: readonly string[], rows: readonly (readonly string[])[], colours: Colours): string[] {
  const all = [head.map(colours.bold), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((line) => widthOf(line[column] ?? ''))));
  const padded = (cell: string, column: number) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell));
  return all.map((line) => line.map(padded).join('   ').trimEnd());
}

const HEAD = ['Version', 'Released (UTC)', 'Result', 'Basis', 'Evidence'];

function cells(row: Row, colours: Colours): string[] {
  const result = colourOf(kindOf(row.label), colours)(`${MARKS[row.label]} ${saidOf(row)}`);
  const evidence = row.basis === 'inferred' ? '' : printable(row.reason);
  return [row.version, releasedText(row), result, basisText(row), evidence];
}

const colourOf = (kind: Kind, colours: Colours): ((text: string) => string) =>
  ({ good: colours.green, bad: colours.red, unsure: colours.yellow, unknown: colours.dim })[kind];
