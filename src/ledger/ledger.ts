/**
 * The embedded database of every verdict, so that no release is run twice for the same question. With the files of
 * `ledger/` the only module that knows SQL.
 *
 * Rows are only added: each round of a release is a row, and all clear ones of the same question count, so that runs which
 * disagree are never forgotten. Skips are recorded but never answer: what could not be tested yesterday is tried again
 * today.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { BisectError } from '../errors.js';
import type { Run } from '../run/run.js';
import { makeDirectory } from '../make-directory.js';
import { BUSY_MS, explained, patiently } from './failure.js';
import {
  keepRun,
  removeRun,
  RUN_LIMITS,
  runOf,
  summariesOf,
  type RunLimits,
  type RunSummary,
} from './runs.js';
import { nightsOn, type NightLedger } from './nights.js';
import {
  forgetRounds,
  groupsOf,
  questionsOf,
  runsOn,
  type QuestionFilter,
  type RecordedQuestion,
  type RoundFilter,
  type RoundGroup,
} from './rounds.js';
import { checkLedger as checkFile, renewLedger as renewFile, type LedgerState } from './salvage.js';
import { prepareSchema, RUNS_SINCE, versionOf } from './schema.js';
import {
  recordsOf,
  verdictsOn,
  type LedgerKey,
  type LedgerRecord,
  type RecordFilter,
  type Remembered,
} from './verdicts.js';
import type { Round } from '../verdict/round.js';
import type { Scenario } from '../scenarios/scenario.js';

export type { LedgerKey, LedgerRecord, Remembered } from './verdicts.js';
export type { Round } from '../verdict/round.js';
export type { NightLedger, SkipRecord, ToldChange } from './nights.js';
export { takeLock } from './night-lock.js';
export type { RunSummary } from './runs.js';
export type { RecordedQuestion, RoundFilter, RoundGroup } from './rounds.js';
export type { LedgerState } from './salvage.js';

/** Part of a scenario's digest: raise it when a change to the fixtures could change a verdict. */
const FIXTURE_REVISION = 3;

/** sha256 of all that a scenario asks of a client, in hex. */
export function digestOf(scenario: Scenario): string {
  if (scenario.recordedAs !== undefined) return scenario.recordedAs;
  const { id, revision, server, tool, prompt, aboutWaiting, arms, source } = scenario;
  const question = JSON.stringify({
    id,
    revision,
    server,
    tool,
    prompt,
    aboutWaiting,
    arms,
    source,
    FIXTURE_REVISION,
  });
  return createHash('sha256').update(question).digest('hex');
}

/** What can be asked of a ledger that nothing is written to. */
export interface LedgerReader {
  /** The newest records on a release, skips among them, the newest first. */
  records(filter: RecordFilter): readonly LedgerRecord[];
  /**
   * A run by the beginning of its id, or the last one that was kept; undefined if there is none.
   * @throws BisectError `UNKNOWN_RUN` if several ids begin so
   */
  run(id?: string): Run | undefined;
  /** Every run that is kept, the newest first. */
  runs(): readonly RunSummary[];
  /** Which rounds there are, those of the release that was asked about last at the end. */
  rounds(filter: RoundFilter): readonly RoundGroup[];
  /** What was asked under the id of a scenario, the latest last: more than one where files with different texts have used it. */
  questions(filter: QuestionFilter): readonly RecordedQuestion[];
  close(): void;
}

export interface Ledger extends LedgerReader {
  /** The newest good and bad records on this question, the oldest of them first. */
  find(key: LedgerKey): readonly Remembered[];
  /** The first of the newest records on this question that came to no verdict for the same reason. */
  findSkip(key: LedgerKey): Remembered | undefined;
  /** Writes one record; durable when this returns. */
  record(key: LedgerKey, recorded: Round): void;
  /** Keeps a run, and lets go of the oldest ones beyond the limits. */
  keep(run: Run): void;
  /**
   * Removes rounds, skips among them.
   * @returns what was removed, and the ids of the kept runs that rest on it: these stay
   */
  forget(filter: RoundFilter): { readonly rounds: readonly RoundGroup[]; readonly runs: readonly string[] };
  /** Removes a run by its whole id. */
  forgetRun(id: string): void;
  /** What the nightly job remembers. */
  readonly nights: NightLedger;
}

/**
 * Opens the ledger below `cacheDir`, making it where there is none. Several processes may have it open at once.
 * @throws BisectError `CACHE_NOT_WRITABLE`, `DISK_FULL`, `CACHE_BUSY`, or `LEDGER_UNREADABLE` (damaged, or of a newer
 *   version of this tool)
 */
export function openLedger(cacheDir: string, limits: RunLimits = RUN_LIMITS): Ledger {
  const file = join(cacheDir, 'ledger.db');
  return explained(file, () => {
    makeDirectory(cacheDir);
    const database = new Database(file);
    database.pragma(`busy_timeout = ${BUSY_MS}`);
    // The change to WAL and the schema answer "busy" at once when another process is just about the same.
    patiently(() => {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      prepareSchema(database, file);
    });
    return ledgerOn(database, file, limits);
  });
}

/** Reads all of the ledger below `cacheDir`, and changes nothing. @throws as `checkLedger` of ledger/salvage.ts */
export const checkLedger = (cacheDir: string): LedgerState => checkFile(join(cacheDir, 'ledger.db'));

/** Puts a new ledger with all that can be read in its place. @throws as `renewLedger` of ledger/salvage.ts */
export const renewLedger = (cacheDir: string): ReturnType<typeof renewFile> =>
  renewFile(join(cacheDir, 'ledger.db'));

const NOTHING_KEPT: LedgerReader = {
  records: () => [],
  run: () => undefined,
  runs: () => [],
  rounds: () => [],
  questions: () => [],
  close: () => {},
};

/**
 * Opens the ledger below `cacheDir` for reading alone, where nothing is made: not the folder, and no ledger. It may lie on
 * a disk that is full or cannot be written to.
 * @throws BisectError `LEDGER_UNREADABLE`, `CACHE_BUSY`, or `CACHE_NOT_WRITABLE` if it cannot even be read
 */
export function readLedger(cacheDir: string): LedgerReader {
  const file = join(cacheDir, 'ledger.db');
  if (!existsSync(file)) return NOTHING_KEPT;
  try {
    return openLedger(cacheDir);
  } catch (error) {
    const isUnwritable =
      error instanceof BisectError && ['CACHE_NOT_WRITABLE', 'DISK_FULL'].includes(error.code);
    if (!isUnwritable) throw error;
    return explained(file, () => readImmutable(file));
  }
}

/** As it lies there: nothing is locked or recovered (sqlite.org/uri.html, *immutable*). */
function readImmutable(file: string): LedgerReader {
  const database = new Database(`${pathToFileURL(file).href}?immutable=1`);
  const reader = readerOn(database, file);
  return versionOf(database, file) < RUNS_SINCE
    ? { ...reader, run: () => undefined, runs: () => [] }
    : reader;
}

function ledgerOn(database: Database.Database, file: string, limits: RunLimits): Ledger {
  const { find, findSkip, record } = verdictsOn(database);
  return {
    ...readerOn(database, file),
    find: (key) => explained(file, () => find(key)),
    findSkip: (key) => explained(file, () => findSkip(key)),
    record: (key, recorded) => explained(file, () => record(key, recorded)),
    keep: (run) => explained(file, () => keepRun(database, run, limits)),
    forget: (filter) =>
      explained(file, () => {
        const rounds = forgetRounds(database, filter);
        return { rounds, runs: runsOn(database, rounds) };
      }),
    forgetRun: (id) => explained(file, () => removeRun(database, id)),
    nights: explainedAll(file, nightsOn(database)),
  };
}

/** Every method, with the database's failures under their names. */
function explainedAll<Methods extends object>(file: string, methods: Methods): Methods {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    (...values: unknown[]) => explained(file, () => (method as (...given: unknown[]) => unknown)(...values)),
  ]);
  return Object.fromEntries(wrapped) as Methods;
}

const readerOn = (database: Database.Database, file: string): LedgerReader => ({
  records: (filter) => explained(file, () => recordsOf(database, filter)),
  run: (id) => explained(file, () => runOf(database, id)),
  runs: () => explained(file, () => summariesOf(database)),
  rounds: (filter) => explained(file, () => groupsOf(database, filter)),
  questions: (filter) => explained(file, () => questionsOf(database, filter)),
  close: () => {
    database.close();
  },
});
