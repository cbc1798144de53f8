/** Verdicts in the ledger: each round of a release is a row. */
import type { Judgement, Round } from '../verdict/round.js';
import { gzipSync } from 'node:zlib';
import type Database from 'libsql';
import type { Observation } from '../probe/observation.js';
import type { Mode } from '../settings.js';
import { asBlobs, objectOf, textOf, unzippedOf } from './columns.js';

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

/** A round that was recorded. */
export interface Remembered extends Round {
  /** Grows with each record of a ledger. */
  readonly id: number;
  /** ISO 8601, UTC: by the clock of that moment, which may have been wrong. */
  readonly recordedAt: string;
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
export interface LedgerRecord extends Remembered {
  readonly key: LedgerKey;
}

/** As many as anybody looks at; each may be megabytes. */
const MAX_RECORDS = 500;

/** As many rounds as the search can make use of; more are kept and not looked at. */
const MAX_ROUNDS = 20;

const QUESTION = `client = ? AND version = ? AND integrity = ? AND platform = ? AND scenario = ?
  AND scenario_digest = ? AND adapter_revision = ? AND mode = ? AND sealed = ? AND runtime = ?`;

const KEY = `adapter_revision, sealed, ${asBlobs('client', 'version', 'integrity', 'platform', 'scenario', 'scenario_digest', 'mode', 'runtime')}`;
const ROUND = `id, ${asBlobs('recorded_at', 'judgement')}, observations`;

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

/** What `find` and `record` of a ledger do, with their statements prepared. */
export function verdictsOn(database: Database.Database) {
  const newest = database.prepare(
    `SELECT ${ROUND} FROM verdicts WHERE ${QUESTION} AND verdict <> 'skip' ORDER BY id DESC LIMIT ${MAX_ROUNDS}`,
  );
  const skips = database.prepare(
    `SELECT ${ROUND} FROM verdicts WHERE ${QUESTION} AND verdict = 'skip' ORDER BY id DESC LIMIT ${MAX_ROUNDS}`,
  );
  const insert = database.prepare(
    `INSERT INTO verdicts (client, version, integrity, platform, scenario, scenario_digest, adapter_revision, mode,
      sealed, runtime, recorded_at, verdict, judgement, observations) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    find: (key: LedgerKey): readonly Remembered[] =>
      newest
        .all(...keyValues(key))
        .map(unpack)
        .toReversed(),
    findSkip: (key: LedgerKey): Remembered | undefined => {
      const [last, ...before] = skips.all(...keyValues(key)).map(unpack);
      const isAnother = ({ judgement }: Remembered) => judgement.reason !== last?.judgement.reason;
      const place = before.findIndex(isAnother);
      return (place < 0 ? before : before.slice(0, place)).at(-1) ?? last;
    },
    record: (key: LedgerKey, { judgement, observations }: Round): void => {
      const packed = gzipSync(JSON.stringify(observations));
      const now = new Date().toISOString();
      insert.run(...keyValues(key), now, judgement.verdict, JSON.stringify(judgement), packed);
    },
  };
}

/** The newest records on a release, skips among them, the newest first. */
export function recordsOf(
  database: Database.Database,
  { client, version, ...rest }: RecordFilter,
): readonly LedgerRecord[] {
  const optional = Object.entries(rest).filter(([, value]) => value !== undefined);
  const conditions = ['client = ?', 'version = ?', ...optional.map(([column]) => `${column} = ?`)];
  return database
    .prepare(
      `SELECT ${ROUND}, ${KEY} FROM verdicts WHERE ${conditions.join(' AND ')} ORDER BY id DESC LIMIT ${MAX_RECORDS}`,
    )
    .all(client, version, ...optional.map(([, value]) => value))
    .map((row) => ({ key: keyOf(row as Record<string, unknown>), ...unpack(row) }));
}

const keyOf = (row: Record<string, unknown>): LedgerKey => ({
  client: textOf(row['client']),
  version: textOf(row['version']),
  integrity: textOf(row['integrity']),
  platform: textOf(row['platform']),
  scenario: textOf(row['scenario']),
  scenarioDigest: textOf(row['scenario_digest']),
  adapterRevision: Number(row['adapter_revision']),
  mode: textOf(row['mode']) as Mode,
  sealed: row['sealed'] === 1,
  runtime: textOf(row['runtime']),
});

/** @throws SyntaxError, or of zlib, for a row that is damaged */
function unpack(found: unknown): Remembered {
  const { id, recorded_at, judgement, observations } = found as Record<string, unknown>;
  return {
    id: id as number,
    recordedAt: textOf(recorded_at),
    judgement: judgementOf(judgement),
    observations: unzippedOf(observations) as Observation[],
  };
}

function judgementOf(column: unknown): Judgement {
  const judgement = objectOf(column) as Judgement;
  // JSON with one letter changed is JSON still.
  if (typeof judgement.reason !== 'string' || !Array.isArray(judgement.findings))
    throw new SyntaxError('this is no judgement');
  return judgement;
}
