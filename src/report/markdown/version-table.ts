/** Which release works and which does not: the table that everything else is there to prove. Pure. */
import { foldInferred, MARKS } from '../rows.js';
import type { Report, ReportRow } from '../report.js';
import { minutes } from '../words.js';
import { leftOut, list, table } from './blocks.js';
import { code, counted, inline } from './escape.js';
import type { Limits } from './limits.js';

const HEAD = ['Version', 'Released (UTC)', 'Result', 'Basis', 'Runs', 'Integrity', 'Evidence'];

/** The table, bounded, and what it says only by omission: gaps and skips by name. */
export function versionBlocks(report: Report, limits: Limits): string[] {
  return [table(HEAD, rowsOf(report.rows, limits)), list(notes(report, limits))];
}

function rowsOf(rows: readonly ReportRow[], limits: Limits): string[][] {
  return bounded(rows, limits.versions).map((row) => (Array.isArray(row) ? gap(row) : cells(row, limits)));
}

/** The rows; what is not shown is in its place, as a list. */
function bounded(rows: readonly ReportRow[], most: number): (ReportRow | ReportRow[])[] {
  const folded = foldInferred(rows).filter((row) => typeof row !== 'number');
  const shown = folded.length <= most ? new Set(folded) : weightiest(folded, most);
  const bound: (ReportRow | ReportRow[])[] = [];
  for (const row of rows) {
    const last = bound.at(-1);
    if (shown.has(row)) bound.push(row);
    else if (Array.isArray(last)) last.push(row);
    else bound.push([row]);
  }
  return bound;
}

/** Those that carry the answer and the ends, then the nearest to any of them. */
function weightiest(rows: readonly ReportRow[], most: number): Set<ReportRow> {
  const telling = rows.flatMap(({ label }, index) => (TELLING.has(label) ? [index] : []));
  const marks = [0, rows.length - 1, ...telling].slice(0, most);
  const distance = (index: number) => Math.min(...marks.map((mark) => Math.abs(mark - index)));
  const ranked = rows.map((row, index) => ({ row, distance: distance(index) }));
  const nearest = ranked.toSorted((one, other) => one.distance - other.distance).slice(0, most);
  return new Set(nearest.map(({ row }) => row));
}

const TELLING = new Set(['last known good', 'first broken', 'last known broken', 'first fixed']);

function gap(rows: readonly ReportRow[]): string[] {
  const labels = new Map<string, number>();
  for (const { label } of rows) labels.set(label, (labels.get(label) ?? 0) + 1);
  const what =
    labels.size === 1
      ? resultOf(rows[0]?.label ?? 'not tested')
      : [...labels].map(([label, count]) => `${count} ${label}`).join(', ');
  const bases = [...new Set(rows.map(({ basis }) => basis ?? ''))];
  return ['…', counted(rows.length, 'more release'), what, bases.filter(Boolean).join(' or '), '', '', ''];
}

function cells(row: ReportRow, { cell }: Limits): string[] {
  const released = row.publishedAt === null ? 'unknown' : inline(minutes(row.publishedAt), cell);
  const evidence = row.basis === 'inferred' ? '' : inline(row.reason, cell);
  const runs = row.runs > 0 ? String(row.runs) : '';
  return [
    inline(row.version, cell),
    released,
    resultOf(row.label),
    basisOf(row),
    runs,
    integrityOf(row),
    evidence,
  ];
}

const SIGNS: Readonly<Record<string, string>> = {
  '✔': '✅',
  '✘': '❌',
  '~': '⚠️',
  '≠': '⚠️',
  '?': '❓',
  '–': '➖',
};

/** `❌ first broken` */
export function resultOf(label: ReportRow['label']): string {
  return `${SIGNS[MARKS[label]] ?? ''} ${label}`.trim();
}

/** `tested 4×`; how the rounds came out where they disagree. */
function basisOf({ basis, rounds, flaky }: ReportRow): string {
  const times = rounds.good + rounds.bad + rounds.skip;
  if (basis !== 'tested' || times < 2) return basis ?? '';
  const parts = (['good', 'bad', 'skip'] as const).filter((verdict) => rounds[verdict] > 0);
  const split = flaky ? `: ${parts.map((verdict) => `${rounds[verdict]} ${verdict}`).join(', ')}` : '';
  return `tested ${times}×${split}`;
}

/** Enough of it to compare with `npm view <package>@<version> dist.integrity`. */
function integrityOf({ integrity }: ReportRow): string {
  if (integrity === null) return '';
  const [, algorithm = '', digest = ''] = /^([a-z\d]{1,10})-(.{1,12})/u.exec(integrity) ?? [];
  return code(algorithm ? `${algorithm}-${digest}…` : integrity, 24);
}

function notes({ rows, ...report }: Report, limits: Limits): string[] {
  const unpublished = rows.flatMap(({ unpublishedBefore }) => unpublishedBefore);
  const skipped = rows.filter(({ verdict, basis }) => verdict === 'skip' && basis === 'tested');
  const named = skipped.map(({ version, reason }) => `${version} (${reason})`);
  const notesOf = (what: string, items: readonly string[]) => {
    if (items.length === 0) return [];
    const shown = items.slice(0, limits.rows).map((item) => inline(item, limits.cell));
    const rest = leftOut({ ...report, rows }, items.length - shown.length, 'release');
    return [`${what}: ${shown.join(', ')}.${rest ? ` ${rest}` : ''}`];
  };
  return [
    ...notesOf('Never published', unpublished),
    ...notesOf('No verdict, left out of the search', named),
  ];
}
