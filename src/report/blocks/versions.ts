/** Which release works and which does not: the table that everything else is there to prove. Pure. */
import type { Row } from '../../search/answer.js';
import {
  code,
  hinted,
  joined,
  list,
  long,
  omitted,
  own,
  says,
  table,
  type Block,
  type Inline,
  type BlockRow,
} from '../document.js';
import { earlierText } from '../environment.js';
import type { Limits } from '../limits.js';
import type { Report } from '../report.js';
import { basisText, boundedRows, isGap, labelCounts, unpublishedBetween } from '../rows.js';
import { counted, releasedText } from '../words.js';
import { resultOf } from './signs.js';

const HEAD = ['Version', 'Released (UTC)', 'Result', 'Basis', 'Runs', 'Integrity', 'Evidence'].map(own);

/**
 * The table, bounded, and what it says only by omission: gaps and skips by name.
 * @param onPage the first cell of a row and its place, where a page has more on its release
 */
export function versionBlocks(
  report: Report,
  limits: Limits,
  onPage?: (row: Row) => Pick<BlockRow, 'place'> & { readonly first: Inline },
): Block[] {
  const rows = boundedRows(report.run.answer.rows, limits.versions).map(
    (row): BlockRow | readonly Inline[] => {
      if (isGap(row)) return gap(row);
      const { first, ...place } = onPage?.(row) ?? { first: row.version };
      return { cells: [first, ...cells(row)], ...place };
    },
  );
  return [table(HEAD, rows), list(notes(report, limits))];
}

function gap(rows: readonly Row[]): Inline[] {
  const [first] = rows;
  const isOfOneKind = rows.every(({ label }) => label === first?.label);
  const what = first && isOfOneKind ? resultOf(first) : labelCounts(rows);
  const bases = [...new Set(rows.map(({ basis }) => basis ?? ''))];
  const basis = bases.filter(Boolean).join(' or ');
  return [own('…'), own(counted(rows.length, 'more release')), what, own(basis), '', '', ''];
}

const cells = (row: Row): Inline[] => [
  releasedText(row),
  resultOf(row),
  own(basisText(row)),
  own(row.runs > 0 ? String(row.runs) : ''),
  integrityOf(row),
  row.basis === 'inferred' ? '' : row.reason,
];

/** Enough of it to compare with `npm view <package>@<version> dist.integrity`. */
function integrityOf({ integrity }: Row): Inline {
  if (integrity === null) return '';
  const [, algorithm = '', digest = ''] = /^([a-z\d]{1,10})-(.{1,12})/u.exec(integrity) ?? [];
  return hinted(code(algorithm ? `${algorithm}-${digest}…` : integrity), integrity);
}

const withReasons = (rows: readonly Row[]): string[] =>
  rows.map(({ version, reason }) => (reason === '' ? version : `${version} (${reason})`));

function notes({ run }: Report, limits: Limits): Inline[] {
  const noted = (what: string, items: readonly string[]): Inline => {
    if (items.length === 0) return '';
    const rest = omitted(items.length - limits.rows, 'release');
    return says`${own(what)}: ${joined(items.slice(0, limits.rows), ', ')}.${rest === '' ? '' : says` ${rest}`}`;
  };
  const { rows } = run.answer;
  const earlier = earlierText(run);
  const unavailable = rows.filter(({ label }) => label === 'not available');
  const skipped = rows.filter(({ verdict }) => verdict === 'skip');
  return [
    noted(
      'Never published',
      rows.flatMap(({ version }, index) => unpublishedBetween(rows[index - 1]?.version, version)),
    ),
    noted('Not available here, so not run', withReasons(unavailable)),
    noted('No verdict, left out of the search', withReasons(skipped)),
    earlier === undefined ? '' : says`Rounds from earlier runs: ${long(earlier)}.`,
  ];
}
