/** Which release works and which does not: the table that everything else is there to prove. Pure. */
import { boundedRows, isGap, labelCounts } from '../bounded-rows.js';
import { factOf } from '../facts.js';
import type { Report, ReportRow } from '../report.js';
import { basisText } from '../rows.js';
import { counted, releasedText } from '../words.js';
import { leftOut, list, table } from './blocks.js';
import { code, inline } from './escape.js';
import type { Limits } from './limits.js';
import { resultOf } from './signs.js';

const HEAD = ['Version', 'Released (UTC)', 'Result', 'Basis', 'Runs', 'Integrity', 'Evidence'];

/** The table, bounded, and what it says only by omission: gaps and skips by name. */
export function versionBlocks(report: Report, limits: Limits): string[] {
  return [table(HEAD, rowsOf(report.rows, limits)), list(notes(report, limits))];
}

function rowsOf(rows: readonly ReportRow[], limits: Limits): string[][] {
  return boundedRows(rows, limits.versions).map((row) => (isGap(row) ? gap(row) : cells(row, limits)));
}

function gap(rows: readonly ReportRow[]): string[] {
  const [first] = rows;
  const isOfOneKind = rows.every(({ label }) => label === first?.label);
  const what = first && isOfOneKind ? resultOf(first) : labelCounts(rows);
  const bases = [...new Set(rows.map(({ basis }) => basis ?? ''))];
  return ['…', counted(rows.length, 'more release'), what, bases.filter(Boolean).join(' or '), '', '', ''];
}

function cells(row: ReportRow, { cell }: Limits): string[] {
  const evidence = row.basis === 'inferred' ? '' : inline(row.reason, cell);
  const runs = row.runs > 0 ? String(row.runs) : '';
  return [
    inline(row.version, cell),
    inline(releasedText(row), cell),
    resultOf(row),
    basisText(row),
    runs,
    integrityOf(row),
    evidence,
  ];
}

/** Enough of it to compare with `npm view <package>@<version> dist.integrity`. */
function integrityOf({ integrity }: ReportRow): string {
  if (integrity === null) return '';
  const [, algorithm = '', digest = ''] = /^([a-z\d]{1,10})-(.{1,12})/u.exec(integrity) ?? [];
  return code(algorithm ? `${algorithm}-${digest}…` : integrity, 24);
}

const named = (rows: readonly ReportRow[]): string[] =>
  rows.map(({ version, reason }) => (reason === '' ? version : `${version} (${reason})`));

function notes({ rows, id, environment }: Report, limits: Limits): string[] {
  const noted = (what: string, items: readonly string[]) => {
    if (items.length === 0) return [];
    const shown = items.slice(0, limits.rows).map((item) => inline(item, limits.cell));
    const rest = leftOut({ id }, items.length - shown.length, 'release');
    return [`${what}: ${shown.join(', ')}.${rest ? ` ${rest}` : ''}`];
  };
  const earlier = factOf({ environment }, 'Rounds from earlier runs');
  const unavailable = rows.filter(({ label }) => label === 'not available');
  const skipped = rows.filter(({ verdict }) => verdict === 'skip');
  const unpublished = rows.flatMap(({ unpublishedBefore }) => unpublishedBefore);
  return [
    ...noted('Never published', unpublished),
    ...noted('Not available here, so not run', named(unavailable)),
    ...noted('No verdict, left out of the search', named(skipped)),
    ...(earlier === undefined ? [] : [`Rounds from earlier runs: ${inline(earlier, limits.prose)}.`]),
  ];
}
