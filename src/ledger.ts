/**
 * The embedded database of every verdict, so that no release is run twice for the same question. The only module that
 * knows SQL.
 *
 * Rows are only added: each round of a release is a row, and all clear ones of the same question count, so that runs which
 * disagree are never forgotten. Skips are recorded but never answer: what could not be tested yesterday is tried again
 * today.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import Database from 'libsql';
import { BisectError } from './errors.js';
import type { KeptRun } from './kept-run.js';
import { BUSY_MS, explained, patiently } from './ledger-failure.js';
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

/** 2: with the runs. What it adds to 1 takes nothing away. */
const SCHEMA_VERSION = 2;

/** As many as anybody looks at; each may be megabytes. */
const MAX_RECORDS = 500;

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
  CREATE TABLE IF NOT EXISTS runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    summary TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    document BLOB NOT NULL
  );
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

/** What a list shows of a run. */
export interface RunSummary {
  readonly id: string;
  readonly startedAt: string;
  readonly client: string;
  readonly scenario: string;
  readonly mode: Mode;
  readonly platform: string;
  readonly outcome: KeptRun['answer']['outcome'];
  /** The first and the last release of its table. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Whose records are looked for; what is left out may be anything. */
export interface RecordFilter {
  readonly client: string;
  readonly version: string;
  readonly scenario?: string | undefined;
  readonly platform?: string | undefined;
  readonly mode?: Mode | undefined;
}

/** A record with the question that it answers. */
export interface LedgerRecord extends Recorded {
  readonly key: LedgerKey;
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
}

/** What can be asked of a ledger that nothing is written to. */
export interface LedgerReader {
  /** The newest records on a release, skips among them, the newest first. */
  records(filter: RecordFilter): readonly LedgerRecord[];
  /**
   * A run by the beginning of its id, or the last one that was kept; undefined if there is none.
   * @throws BisectError `UNKNOWN_RUN` if several ids begin so
   */
  run(id?: string): KeptRun | undefined;
  /** Every run that is kept, the newest first. */
  runs(): readonly RunSummary[];
  close(): void;
}

export interface Ledger extends LedgerReader {
  /** The newest good and bad records on this question, the oldest of them first. */
  find(key: LedgerKey): readonly Recorded[];
  /** Writes one record; durable when this returns. */
  record(key: LedgerKey, recorded: Recorded): void;
  /** Keeps a run, and lets go of the oldest ones beyond the limits. */
  keep(run: KeptRun): void;
}

/**
 * Opens the ledger below `cacheDir`, making it where there is none. Several processes may have it open at once.
 * @throws BisectError `CACHE_NOT_WRITABLE`, `DISK_FULL`, `CACHE_BUSY`, or `LEDGER_UNREADABLE` (damaged, or of a newer
 *   version of this tool)
 */
export function openLedger(cacheDir: string, limits: RunLimits = RUN_LIMITS): Ledger {
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
    return ledgerOn(database, file, limits);
  });
}

const NOTHING_KEPT: LedgerReader = {
  records: () => [],
  run: () => undefined,
  runs: () => [],
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
  return versionOf(database, file) < SCHEMA_VERSION
    ? { ...reader, run: () => undefined, runs: () => [] }
    : reader;
}

/** Runs that are kept, and the bytes that they may take together, compressed; the last one is kept in any case. */
const RUN_LIMITS: RunLimits = { count: 100, bytes: 256 * 2 ** 20 };

export interface RunLimits {
  readonly count: number;
  readonly bytes: number;
}

function prepareSchema(database: Database.Database, file: string): void {
  if (versionOf(database, file) < SCHEMA_VERSION) database.exec(SCHEMA);
}

function versionOf(database: Database.Database, file: string): number {
  const { user_version: found } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  if (found > SCHEMA_VERSION)
    throw new BisectError('LEDGER_UNREADABLE', `${file} was written by a newer version of mcp-bisect`, {
      hint: 'update mcp-bisect, or name another folder with --cache-dir',
    });
  return found;
}

function ledgerOn(database: Database.Database, file: string, limits: RunLimits): Ledger {
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
    keep: (run) => explained(file, () => keepRun(database, run, limits)),
    ...readerOn(database, file),
  };
}

const readerOn = (database: Database.Database, file: string): LedgerReader => ({
  records: (filter) => explained(file, () => recordsOf(database, filter)),
  run: (id) => explained(file, () => runOf(database, id)),
  runs: () => explained(file, () => summariesOf(database)),
  close: () => {
    database.close();
  },
});

function recordsOf(
  database: Database.Database,
  { client, version, ...rest }: RecordFilter,
): readonly LedgerRecord[] {
  const optional = Object.entries(rest).filter(([, value]) => value !== undefined);
  const conditions = ['client = ?', 'version = ?', ...optional.map(([column]) => `${column} = ?`)];
  return database
    .prepare(`SELECT * FROM verdicts WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${MAX_RECORDS}`)
    .all(client, version, ...optional.map(([, value]) => value))
    .map((row) => {
      const found = row as Record<string, string | number>;
      return { key: keyOf(found), recordedAt: String(found['recorded_at']), ...unpack(row) };
    });
}

const keyOf = (row: Record<string, string | number>): LedgerKey => ({
  client: String(row['client']),
  version: String(row['version']),
  integrity: String(row['integrity']),
  platform: String(row['platform']),
  scenario: String(row['scenario']),
  scenarioDigest: String(row['scenario_digest']),
  adapterRevision: Number(row['adapter_revision']),
  mode: row['mode'] === 'interactive' ? 'interactive' : 'headless',
  sealed: row['sealed'] === 1,
  runtime: String(row['runtime']),
});

function keepRun(database: Database.Database, run: KeptRun, { count, bytes }: RunLimits): void {
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

/** Placed by the order in which they were kept: clocks are set back. */
function runOf(database: Database.Database, id = ''): KeptRun | undefined {
  const found = database
    .prepare('SELECT id, document FROM runs WHERE substr(id, 1, ?) = ? ORDER BY seq DESC LIMIT 2')
    .all(id.length, id) as { id: string; document: Buffer }[];
  const [first, second] = found;
  if (first && second && id !== '')
    throw new BisectError('UNKNOWN_RUN', `several runs begin with ${id}: ${second.id}, ${first.id}`, {
      hint: 'name more of its digits, or see "mcp-bisect report --list"',
    });
  return first && (JSON.parse(gunzipSync(first.document).toString()) as KeptRun);
}

const summariesOf = (database: Database.Database): RunSummary[] =>
  (database.prepare('SELECT summary FROM runs ORDER BY seq DESC').all() as { summary: string }[]).map(
    ({ summary }) => JSON.parse(summary) as RunSummary,
  );

function unpack(found: unknown): Recorded {
  const { judgement, observations } = found as { judgement: string; observations: Buffer };
  return { judgement: JSON.parse(judgement), observations: JSON.parse(gunzipSync(observations).toString()) };
}
