/** From what a night knows to the version table. Pure. */
import { createHash } from 'node:crypto';
import type {
  Cell,
  CellResult,
  ClientTable,
  Files,
  TableChange,
  TableRow,
} from '../report/nightly/version-table.js';
import { hasClearMajority, type Standing } from '../verdict/standing.js';
import type { ClientAnswer } from './client.js';
import type { SeenChange, Watch } from './watch.js';
import { isRunnable, type NightRelease } from './window.js';

/** A column of the table: what is known of a subject. */
interface KnownColumn {
  readonly watch: Watch;
  readonly changes: readonly SeenChange[];
  /** By version of the first release that is different: the files with the report on it. */
  readonly reports: ReadonlyMap<string, Files>;
}

/**
 * @param reports for each watch, by version of the first release that is different: the files with the report on it
 * @param redact takes out of a text what others must not read
 */
export function clientTable(
  { client, watches, releases }: Pick<ClientAnswer, 'client' | 'watches' | 'releases'>,
  reports: ReadonlyMap<Watch, ReadonlyMap<string, Files>>,
  redact: (text: string) => string,
): ClientTable {
  const columns = watches.map((watch) => ({
    watch,
    changes: watch.changes(),
    reports: reports.get(watch) ?? new Map<string, Files>(),
  }));
  return {
    client: client.id,
    title: client.title,
    package: client.package,
    platform: watches[0]?.subject.platform ?? '',
    columns: watches.map(({ subject }) => subject.column),
    rows: releases
      .map((release) => ({ release, row: rowOf(release, client.id, columns, redact) }))
      .filter(({ release, row }) => release.isDue || row.evidence !== null)
      .map(({ row }) => row)
      .toReversed(),
    changes: changesOf(releases, columns),
  };
}

function rowOf(
  release: NightRelease,
  client: string,
  columns: readonly KnownColumn[],
  redact: (text: string) => string,
): TableRow {
  const { version, publishedAt, timeDoubtful, deprecated, isUnpublished, missing, source } = release;
  const cells = columns.map((column) => cellOf(release, column, redact));
  const isRecorded = cells.some(({ result }) => result !== 'untested');
  const page = `evidence/${client}/${fileNameOf(version)}`;
  return {
    version,
    publishedAt,
    timeDoubtful,
    deprecated,
    isUnpublished,
    missing,
    integrity: source?.integrity ?? null,
    cells,
    evidence: isRecorded ? { markdown: `${page}.md`, html: `${page}.html` } : null,
  };
}

/** Build metadata may be of any length, and names of files may not. */
const MAX_NAME = 100;

/** A version as the name of a file, without ending. */
export const fileNameOf = (version: string): string =>
  version.length <= MAX_NAME
    ? version
    : `${version.slice(0, MAX_NAME)}-${createHash('sha256').update(version).digest('hex').slice(0, 8)}`;

const UNTESTED = { runs: 0, rounds: { good: 0, bad: 0, skip: 0 }, testedAt: null };

function cellOf(
  release: NightRelease,
  { watch, changes }: KnownColumn,
  redact: (text: string) => string,
): Cell {
  const mark = markOf(release.version, changes);
  if (!isRunnable(release)) return { result: 'untested', mark, reason: release.missing ?? '', ...UNTESTED };
  const standing = watch.standing(release);
  const skip = watch.skipReason(release);
  if (!standing)
    return {
      result: skip === undefined ? 'untested' : 'skip',
      mark,
      reason: redact(skip ?? ''),
      ...UNTESTED,
    };
  return {
    result: resultOf(standing),
    mark,
    reason: redact(standing.reason),
    runs: standing.runs,
    rounds: standing.rounds,
    testedAt: watch.known(release).at(-1)?.recordedAt ?? null,
  };
}

const resultOf = ({ verdict, flaky, rounds }: Standing): CellResult =>
  flaky && !hasClearMajority(rounds) ? 'flaky' : verdict;

/** With suspects before it the first release known to be different need not be the first one that is. */
function markOf(version: string, changes: readonly SeenChange[]): Cell['mark'] {
  const sure = changes.filter(({ isConfirmed }) => isConfirmed);
  const begins = sure.find(({ after, suspects }) => after === version && suspects.length === 0);
  if (begins) return begins.direction === 'regression' ? 'first broken' : 'first fixed';
  const ends = sure.find(({ before }) => before === version);
  if (!ends) return null;
  return ends.direction === 'regression' ? 'last good' : 'last broken';
}

function changesOf(releases: readonly NightRelease[], columns: readonly KnownColumn[]): TableChange[] {
  const place = new Map(releases.map(({ version }, index) => [version, index]));
  return columns
    .flatMap(({ watch, changes, reports }) =>
      changes.map(({ direction, ...change }) => ({
        kind: direction,
        column: watch.subject.column.key,
        ...change,
        report: reports.get(change.after) ?? null,
      })),
    )
    .toSorted((one, other) => (place.get(other.after) ?? 0) - (place.get(one.after) ?? 0));
}
