/** From what a night knows to the version table. Pure. */
import { createHash } from 'node:crypto';
import type { Client } from '../clients/client.js';
import type {
  Cell,
  CellResult,
  ClientTable,
  Files,
  TableChange,
  TableRow,
} from '../report/nightly/version-table.js';
import { hasClearMajority, type Standing } from '../verdict/standing.js';
import type { Subject } from './subject.js';
import type { SeenChange } from './watch.js';
import { isRunnable, type NightRelease } from './window.js';

/** A subject with all that the table says of it. */
export interface KnownSubject {
  readonly subject: Subject;
  readonly changes: readonly SeenChange[];
  /** By version; those without any verdict are left out. */
  readonly summaries: ReadonlyMap<string, Standing>;
  /** By version: why a release that was tried has no verdict. */
  readonly skips: ReadonlyMap<string, string>;
  /** By version: when the newest round that counts was run. */
  readonly testedAt: ReadonlyMap<string, string>;
  /** By version of the first release that is different: the files with the report on it. */
  readonly reports: ReadonlyMap<string, Files>;
}

/** @param releases the oldest first */
export function clientTable(
  client: Client,
  platform: string,
  releases: readonly NightRelease[],
  known: readonly KnownSubject[],
): ClientTable {
  return {
    client: client.id,
    title: client.title,
    package: client.package,
    platform,
    columns: known.map(({ subject }) => subject.column),
    rows: releases
      .map((release) => ({ release, row: rowOf(release, client, known) }))
      .filter(({ release, row }) => release.isDue || row.evidence !== null)
      .map(({ row }) => row)
      .toReversed(),
    changes: changesOf(releases, known),
  };
}

function rowOf(release: NightRelease, client: Client, known: readonly KnownSubject[]): TableRow {
  const { version, publishedAt, timeDoubtful, deprecated, isUnpublished, missing, source } = release;
  const cells = known.map((one) => cellOf(release, one));
  const isRecorded = cells.some(({ result }) => result !== 'untested');
  const page = `evidence/${client.id}/${fileNameOf(version)}`;
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

const NO_ROUNDS = { good: 0, bad: 0, skip: 0 };

function cellOf(release: NightRelease, { changes, summaries, skips, testedAt }: KnownSubject): Cell {
  const { version, missing } = release;
  const summary = summaries.get(version);
  const skip = skips.get(version);
  const untried = isRunnable(release) ? '' : (missing ?? '');
  return {
    result: summary ? resultOf(summary) : skip === undefined ? 'untested' : 'skip',
    mark: markOf(version, changes),
    reason: summary?.reason ?? skip ?? untried,
    runs: summary?.runs ?? 0,
    rounds: summary?.rounds ?? NO_ROUNDS,
    testedAt: testedAt.get(version) ?? null,
  };
}

function resultOf({ verdict, flaky, rounds }: Standing): CellResult {
  return flaky && !hasClearMajority(rounds) ? 'flaky' : verdict;
}

/** With suspects before it the first release known to be different need not be the first one that is. */
function markOf(version: string, changes: readonly SeenChange[]): Cell['mark'] {
  const sure = changes.filter(({ isConfirmed }) => isConfirmed);
  const begins = sure.find(({ after, suspects }) => after === version && suspects.length === 0);
  if (begins) return begins.direction === 'regression' ? 'first broken' : 'first fixed';
  const ends = sure.find(({ before }) => before === version);
  if (!ends) return null;
  return ends.direction === 'regression' ? 'last good' : 'last broken';
}

function changesOf(releases: readonly NightRelease[], known: readonly KnownSubject[]): TableChange[] {
  const place = new Map(releases.map(({ version }, index) => [version, index]));
  return known
    .flatMap(({ subject, changes, reports }) =>
      changes.map(({ direction, before, after, suspects, isConfirmed }) => ({
        kind: direction,
        column: subject.column.key,
        before,
        after,
        suspects,
        isConfirmed,
        report: reports.get(after) ?? null,
      })),
    )
    .toSorted((one, other) => (place.get(other.after) ?? 0) - (place.get(one.after) ?? 0));
}
