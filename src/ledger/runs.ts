/** Bisections in the ledger, each as one document. */
import { gzipSync } from 'node:zlib';
import type Database from 'libsql';
import { BisectError } from '../errors.js';
import type { Run } from '../run/run.js';
import type { Mode } from '../settings.js';
import { asBlobs, objectOf, textOf, unzippedOf } from './columns.js';

/** What a list shows of a run. */
export interface RunSummary {
  readonly id: string;
  readonly startedAt: string;
  readonly client: string;
  readonly scenario: string;
  readonly mode: Mode;
  readonly platform: string;
  readonly outcome: Run['answer']['outcome'];
  /** The first and the last release of its table. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Runs that are kept, and the bytes that they may take together, compressed; the last one is kept in any case. */
export const RUN_LIMITS: RunLimits = { count: 100, bytes: 256 * 2 ** 20 };

export interface RunLimits {
  readonly count: number;
  readonly bytes: number;
}

/** Keeps a run, and lets go of the oldest ones beyond the limits. */
export function keepRun(database: Database.Database, run: Run, { count, bytes }: RunLimits): void {
  const { id, startedAt, client, scenario, mode, platform, answer } = run;
  const ends = { from: answer.rows[0]?.version ?? null, to: answer.rows.at(-1)?.version ?? null };
  const summary = { id, startedAt, client, scenario: scenario.id, mode, platform, ...ends };
  const packed = gzipSync(JSON.stringify(run));
  // Two statements and no transaction: on a full disk its end fails as well, and hides why. One run too many does no harm.
  database
    .prepare('INSERT INTO runs (id, summary, bytes, document) VALUES (?, ?, ?, ?)')
    .run(id, JSON.stringify({ ...summary, outcome: answer.outcome }), packed.length, packed);
  database
    .prepare(
      `DELETE FROM runs WHERE seq < (SELECT max(seq) FROM runs) AND seq IN (
          SELECT seq FROM (SELECT seq, sum(bytes) OVER newest AS total, row_number() OVER newest AS place
            FROM runs WINDOW newest AS (ORDER BY seq DESC)) WHERE total > ? OR place > ?)`,
    )
    .run(bytes, count);
}

/**
 * A run by the beginning of its id; without one, the last that was kept. Placed by the order in which they were kept: clocks are set back.
 * @throws BisectError `UNKNOWN_RUN` if several ids begin so
 */
export function runOf(database: Database.Database, id = ''): Run | undefined {
  const found = database
    .prepare(
      `SELECT ${asBlobs('id')}, document FROM runs WHERE substr(id, 1, ?) = ? ORDER BY seq DESC LIMIT 2`,
    )
    .all(id.length, id) as { id: unknown; document: unknown }[];
  const [first, second] = found;
  if (first && second && id !== '')
    throw new BisectError(
      'UNKNOWN_RUN',
      `several runs begin with ${id}: ${textOf(second.id)}, ${textOf(first.id)}`,
      {
        hint: 'name more of its digits, or see "mcp-bisect report --list"',
      },
    );
  return first && (unzippedOf(first.document) as Run);
}

/** Removes one run, by its whole id. */
export function removeRun(database: Database.Database, id: string): void {
  database.prepare('DELETE FROM runs WHERE id = ?').run(id);
}

/** Every run that is kept, the newest first. */
export const summariesOf = (database: Database.Database): RunSummary[] =>
  (
    database.prepare(`SELECT ${asBlobs('summary')} FROM runs ORDER BY seq DESC`).all() as {
      summary: unknown;
    }[]
  ).map(({ summary }) => objectOf(summary) as RunSummary);
