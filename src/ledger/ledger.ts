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
import { makeDirectory } from '../disk.js';
import type { Scenario } from '../scenarios/scenario.js';
import { BUSY_MS, explained, patiently, tablesOf } from './database.js';
import { nightsOn, type NightLedger } from './nights.js';
import { roundsOn, type RoundFilter, type RoundGroup, type RoundLedger } from './rounds.js';
import { RUN_LIMITS, runsOn, type RunLedger, type RunLimits } from './runs.js';
import { prepareSchema, RUNS_SINCE, versionOf } from './schema.js';

export type {
  LedgerKey,
  LedgerRecord,
  RecordedQuestion,
  Remembered,
  RoundFilter,
  RoundGroup,
} from './rounds.js';
export type { NightLedger, SkipRecord, ToldChange } from './nights.js';
export { takeLock } from './database.js';
export type { RunSummary } from './runs.js';
export { checkLedger, renewLedger, type LedgerState } from './salvage.js';

/** Part of a scenario's digest: raise it when a change to the fixtures could change a verdict. */
const FIXTURE_REVISION = 3;

/** sha256 of all that a scenario asks of a client, in hex. */
export function digestOf(scenario: Scenario): string {
  if (scenario.recordedAs !== undefined) return scenario.recordedAs;
  const { id, revision, server, tool, prompt, aboutWaiting, arms, source } = scenario;
  const question = { id, revision, server, tool, prompt, aboutWaiting, arms, source, FIXTURE_REVISION };
  return createHash('sha256').update(JSON.stringify(question)).digest('hex');
}

export interface Ledger extends Omit<RoundLedger, 'forgetRounds'>, RunLedger {
  /**
   * Removes rounds, skips among them.
   * @returns what was removed, and the ids of the kept runs that rest on it: these stay
   */
  forget(filter: RoundFilter): { readonly rounds: readonly RoundGroup[]; readonly runs: readonly string[] };
  /** What the nightly job remembers. */
  readonly nights: NightLedger;
  close(): void;
}

/** What can be asked of a ledger that nothing is written to. */
export type LedgerReader = Pick<Ledger, 'records' | 'run' | 'runs' | 'rounds' | 'questions' | 'close'>;

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

function ledgerOn(database: Database.Database, file: string, limits = RUN_LIMITS): Ledger {
  const tables = tablesOf(database, file);
  const { forgetRounds, ...rounds } = roundsOn(tables);
  const runs = runsOn(tables, limits);
  return {
    ...rounds,
    ...runs,
    nights: nightsOn(tables),
    forget: (filter) => {
      const gone = forgetRounds(filter);
      return { rounds: gone, runs: runsResting(runs, gone) };
    },
    close: () => {
      database.close();
    },
  };
}

/** The kept runs whose answer rests on such rounds, by their ids. */
function runsResting({ run, runs }: RunLedger, groups: readonly RoundGroup[]): readonly string[] {
  const same = ['client', 'scenario', 'mode', 'platform'] as const;
  return runs()
    .filter((kept) => {
      const asked = groups.filter((group) => same.every((name) => group[name] === kept[name]));
      const used = asked.length > 0 ? run(kept.id)?.releases : undefined;
      return used !== undefined && asked.some(({ version }) => version in used);
    })
    .map(({ id }) => id);
}

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
    return explained(file, () => {
      // As it lies there: nothing is locked or recovered (sqlite.org/uri.html, *immutable*).
      const database = new Database(`${pathToFileURL(file).href}?immutable=1`);
      const reader = ledgerOn(database, file);
      const hasRuns = versionOf(database, file) >= RUNS_SINCE;
      return hasRuns ? reader : { ...reader, run: () => undefined, runs: () => [] };
    });
  }
}
