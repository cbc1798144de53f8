/**
 * The embedded database of every verdict, so that no release is run twice for the same question. The only module that
 * knows SQL.
 *
 * Rows are only added: each round of a release is a row, and all clear ones of the same question count, so that runs which
 * disagree are never forgotten. Skips are recorded but never answer: what could not be tested yesterday is tried again
 * today.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import Database from 'libsql';
import { BisectError, systemCode } from './errors.js';
import type { Mode, Observation } from './probe/observation.js';
import type { Scenario } from './scenarios/scenario.js';
import type { Judgement } from './verdict.js';

/** What makes two questions the same (design.md, *Ledger key*). */
export interface LedgerKey {
  readonly client: string;
  readonly version: string;
  /** Integrity of the tarball that the executable comes from, and so of the executable. */
  readonly integrity: string;
  readonly platform: string;
  readonly scenario: string;
  readonly scenarioDigest: string;
  readonly adapterRevision: number;
  readonly mode: Mode;
  /** Whether the client was sealed off: what it does with a network and the machine's own files is another question. */
  readonly sealed: boolean;
  /** What ran it: `native`, or the version of Node. */
  readonly runtime: string;
}

/** Part of a scenario's digest: raise it when a change to the fixtures could change a verdict. */
const FIXTURE_REVISION = 2;

/** sha256 of all that a scenario asks of a client, in hex. */
export function digestOf(scenario: Scenario): string {
  const { id, revision, server, tool, prompt, arms, source } = scenario;
  const question = JSON.stringify({ id, revision, server, tool, prompt, arms, source, FIXTURE_REVISION });
  return createHash('sha256').update(question).digest('hex');
}

const SCHEMA_VERSION = 1;

/** As many rounds as the search can make use of; more are kept and not looked at. */
const MAX_ROUNDS = 20;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS verdicts (
    id INTEGER PRIMARY KEY,
    recorded_at TEXT NOT NULL,
    client TEXT NOT NULL,
    version TEXT NOT NULL,
    integrity TEXT NOT NULL,
    platform TEXT NOT NULL,
    scenario TEXT NOT NULL,
    scenario_digest TEXT NOT NULL,
    adapter_revision INTEGER NOT NULL,
    mode TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    runtime TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('good', 'bad', 'skip')),
    judgement TEXT NOT NULL,
    observations BLOB NOT NULL
  );
  CREATE INDEX IF NOT EXISTS verdicts_by_question ON verdicts
    (client, version, integrity, platform, scenario, scenario_digest, adapter_revision, mode, sealed, runtime, verdict);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

const QUESTION = `client = ? AND version = ? AND integrity = ? AND platform = ? AND scenario = ?
  AND scenario_digest = ? AND adapter_revision = ? AND mode = ? AND sealed = ? AND runtime = ?`;

const keyValues = (key: LedgerKey) => [
  key.client,
  key.version,
  key.integrity,
  key.platform,
  key.scenario,
  key.scenarioDigest,
  key.adapterRevision,
  key.mode,
  key.sealed ? 1 : 0,
  key.runtime,
];

/** A judgement with what it rests on. */
export interface Recorded {
  readonly judgement: Judgement;
  readonly observations: readonly Observation[];
}

export interface Ledger {
  /** The newest good and bad records on this question, the oldest of them first. */
  find(key: LedgerKey): readonly Recorded[];
  /** Writes one record; durable when this returns. */
  record(key: LedgerKey, recorded: Recorded): void;
  close(): void;
}

/**
 * Opens the ledger below `cacheDir`, making it where there is none. Several processes may have it open at once.
 * @throws BisectError `CACHE_NOT_WRITABLE`, `DISK_FULL`, `CACHE_BUSY`, or `LEDGER_UNREADABLE` (damaged, or of a newer
 *   version of this tool)
 */
export function openLedger(cacheDir: string): Ledger {
  const file = join(cacheDir, 'ledger.db');
  return explained(file, () => {
    mkdirSync(cacheDir, { recursive: true });
    const database = new Database(file);
    database.pragma(`busy_timeout = ${BUSY_MS}`);
    // The change to WAL and the schema answer "busy" at once when another process is just about the same.
    patiently(() => {
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      prepareSchema(database, file);
    });
    return ledgerOn(database, file);
  });
}

const BUSY_MS = 10_000;
const BUSY_PAUSE_MS = 20;

function patiently(action: () => void): void {
  const giveUpAt = performance.now() + BUSY_MS;
  for (;;)
    try {
      return action();
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
}

const isBusy = (error: unknown) => /SQLITE_BUSY|SQLITE_LOCKED/.test(systemCode(error) ?? '');

function prepareSchema(database: Database.Database, file: string): void {
  const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found > SCHEMA_VERSION)
    throw new BisectError('LEDGER_UNREADABLE', `${file} was written by a newer version of mcp-bisect`, {
      hint: 'update mcp-bisect, or name another folder with --cache-dir',
    });
  if (found < SCHEMA_VERSION) database.exec(SCHEMA);
}

function ledgerOn(database: Database.Database, file: string): Ledger {
  const newest = database.prepare(
    `SELECT judgement, observations FROM verdicts WHERE ${QUESTION} AND verdict <> 'skip' ORDER BY id DESC LIMIT ${MAX_ROUNDS}`,
  );
  const insert = database.prepare(
    `INSERT INTO verdicts (client, version, integrity, platform, scenario, scenario_digest, adapter_revision, mode,
      sealed, runtime, recorded_at, verdict, judgement, observations) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    find: (key) =>
      explained(file, () =>
        newest
          .all(...keyValues(key))
          .map(unpack)
          .toReversed(),
      ),
    record: (key, { judgement, observations }) =>
      explained(file, () => {
        const packed = gzipSync(JSON.stringify(observations));
        const now = new Date().toISOString();
        insert.run(...keyValues(key), now, judgement.verdict, JSON.stringify(judgement), packed);
      }),
    close: () => {
      database.close();
    },
  };
}

function unpack(found: unknown): Recorded {
  const { judgement, observations } = found as { judgement: string; observations: Buffer };
  return { judgement: JSON.parse(judgement), observations: JSON.parse(gunzipSync(observations).toString()) };
}

/** Runs `action`, and gives the database's failures their names. */
function explained<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof BisectError) throw cause;
    throw ledgerError(file, cause);
  }
}

function ledgerError(file: string, cause: unknown): BisectError {
  const code = systemCode(cause) ?? '';
  // SHMSIZE: there was no room for the file by which processes share the write-ahead log.
  if (/SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT/.test(code))
    return new BisectError('DISK_FULL', `no space left for the ledger ${file}`, {
      hint: 'free some with "mcp-bisect cache prune --all", or name another folder with --cache-dir',
      cause,
    });
  if (isBusy(cause))
    return new BisectError('CACHE_BUSY', `another process keeps the ledger ${file} locked`, {
      hint: 'run it again when that has ended, or name another folder with --cache-dir',
      cause,
    });
  if (/SQLITE_NOTADB|SQLITE_CORRUPT|Z_/.test(code) || cause instanceof SyntaxError)
    return new BisectError('LEDGER_UNREADABLE', `the ledger ${file} is damaged`, {
      hint: 'move it away: only time is lost, every verdict can be found again',
      cause,
    });
  return new BisectError(
    'CACHE_NOT_WRITABLE',
    `the ledger ${file} cannot be opened or written${code && ` (${code})`}`,
    {
      hint: 'name a folder that can be written to with --cache-dir',
      cause,
    },
  );
}
