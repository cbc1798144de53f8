/** The tables of the ledger, and their version. */
import type Database from 'libsql';
import { BisectError } from '../errors.js';

/** 2: with the runs. 3: with what nights remember. Each takes nothing away from the one before. */
const SCHEMA_VERSION = 3;

/** The first with runs. */
export const RUNS_SINCE = 2;

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
  CREATE TABLE IF NOT EXISTS runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    summary TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    document BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS nightly_releases (
    client TEXT NOT NULL,
    platform TEXT NOT NULL,
    version TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (client, platform, version)
  );
  CREATE TABLE IF NOT EXISTS nightly_skips (
    subject TEXT NOT NULL,
    version TEXT NOT NULL,
    question TEXT NOT NULL,
    nights INTEGER NOT NULL,
    day TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (subject, version, question)
  );
  CREATE TABLE IF NOT EXISTS nightly_changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL,
    announced INTEGER NOT NULL,
    document BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS nightly_deliveries (
    change TEXT NOT NULL,
    channel TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    delivered INTEGER NOT NULL,
    place TEXT,
    PRIMARY KEY (change, channel)
  );
  CREATE TABLE IF NOT EXISTS nightly_finished (
    name TEXT PRIMARY KEY,
    document TEXT NOT NULL
  );
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Makes what is missing.
 * @throws BisectError as `versionOf`
 */
export function prepareSchema(database: Database.Database, file: string): void {
  if (versionOf(database, file) < SCHEMA_VERSION) database.exec(SCHEMA);
}

/**
 * The version of the tables; 0 where there are none yet.
 * @throws BisectError `LEDGER_UNREADABLE` if a newer version of this tool wrote them
 */
export function versionOf(database: Database.Database, file: string): number {
  const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found > SCHEMA_VERSION)
    throw new BisectError('LEDGER_UNREADABLE', `${file} was written by a newer version of mcp-bisect`, {
      hint: 'update mcp-bisect, or name another folder with --cache-dir',
    });
  return found;
}
