/** Bisections in the ledger, each as one document. */
import { gzipSync } from 'node:zlib';
import { BisectError } from '../errors.js';
import type { Run } from '../run/run.js';
import { json, text, zipped, type Tables } from './database.js';

/** What a list shows of a run. */
export interface RunSummary extends Pick<Run, 'id' | 'startedAt' | 'client' | 'mode' | 'platform'> {
  readonly scenario: string;
  readonly outcome: Run['answer']['outcome'];
  /** The first and the last release of its table. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Runs that are kept, and the bytes that they may take together, compressed; the last one is kept in any case. */
export interface RunLimits {
  readonly count: number;
  readonly bytes: number;
}
export const RUN_LIMITS: RunLimits = { count: 100, bytes: 256 * 2 ** 20 };

export type RunLedger = ReturnType<typeof runsOn>;

export function runsOn({ select, insert, run: change }: Tables, limits: RunLimits) {
  return {
    /** Keeps a run, and lets go of the oldest ones beyond the limits. */
    keep: (run: Run): void => {
      const { id, startedAt, client, scenario, mode, platform, answer } = run;
      const summary: RunSummary = {
        id,
        startedAt,
        client,
        scenario: scenario.id,
        mode,
        platform,
        outcome: answer.outcome,
        from: answer.rows[0]?.version ?? null,
        to: answer.rows.at(-1)?.version ?? null,
      };
      const packed = gzipSync(JSON.stringify(run));
      // Two statements and no transaction: on a full disk its end fails as well, and hides why. One run too many does no harm.
      const row = { id, summary: JSON.stringify(summary), bytes: packed.length, document: packed };
      insert('INSERT INTO runs', row);
      change(
        `DELETE FROM runs WHERE seq < (SELECT max(seq) FROM runs) AND seq IN (
          SELECT seq FROM (SELECT seq, sum(bytes) OVER newest AS total, row_number() OVER newest AS place
            FROM runs WINDOW newest AS (ORDER BY seq DESC)) WHERE total > ? OR place > ?)`,
        [limits.bytes, limits.count],
      );
    },
    /**
     * A run by the beginning of its id; without one the last that was kept, by the order of keeping: clocks are set back. Undefined
     * if there is none.
     * @throws BisectError `UNKNOWN_RUN` if several ids begin so
     */
    run: (id = ''): Run | undefined => {
      const from = 'runs WHERE substr(id, 1, ?) = ? ORDER BY seq DESC LIMIT ?';
      const [first, second] = select({ id: text }, from, [id.length, id, id === '' ? 1 : 2]);
      if (first && second)
        throw new BisectError('UNKNOWN_RUN', `several runs begin with ${id}: ${second.id}, ${first.id}`, {
          hint: 'name more of its digits, or see "mcp-bisect report --list"',
        });
      return first && select({ document: zipped<Run>() }, 'runs WHERE id = ?', [first.id])[0]?.document;
    },
    /** Every run that is kept, the newest first. */
    runs: (): readonly RunSummary[] =>
      select({ summary: json<RunSummary>() }, 'runs ORDER BY seq DESC').map(({ summary }) => summary),
    /** Removes a run by its whole id. */
    forgetRun: (id: string): void => change('DELETE FROM runs WHERE id = ?', [id]),
  };
}
