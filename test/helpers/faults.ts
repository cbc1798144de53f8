/** The tables of docs/faults.md, which tests take as they are: a row without a test fails them, and a test without a row. */
import { readFileSync } from 'node:fs';

/** The cells of each row below `## heading`, without the heads of its tables. */
export function faultRows(heading: string): string[][] {
  const text = readFileSync(new URL('../../docs/faults.md', import.meta.url), 'utf8');
  const [, section = ''] = text.split(`## ${heading}\n`);
  const tables = (section.split('\n## ')[0] ?? '').split(/\n(?!\|)/).map((part) => part.split('\n'));
  return tables.flatMap((lines) =>
    lines
      .filter((line) => line.startsWith('| '))
      .slice(1)
      .map((line) => line.slice(2, -2).split(' | ')),
  );
}

/** What stands between two backquotes in a cell: what is said has to match it. */
export const said = (cell = ''): RegExp => new RegExp(cell.slice(1, -1));
