/** Rounds in the ledger: each round of a release is a row. */
import { gzipSync } from 'node:zlib';
import type { Observation } from '../probe/observation.js';
import type { Mode } from '../settings.js';
import type { Judgement, Round } from '../verdict/round.js';
import {
  columnOf,
  flag,
  json,
  number,
  text,
  zipped,
  type CellReader,
  type RowOf,
  type Tables,
} from './database.js';

/** What makes two questions the same (design.md, *Ledger key*). */
const KEY = {
  client: text,
  version: text,
  /** Integrity of the tarball that the executable comes from, and so of the executable. */
  integrity: text,
  platform: text,
  scenario: text,
  scenarioDigest: text,
  adapterRevision: number,
  mode: text as CellReader<Mode>,
  /** Whether the client was sealed off: what it does with a network and the machine's own files is another question. */
  sealed: flag,
  /** What ran it: `native`, or the version of Node. */
  runtime: text,
};
export type LedgerKey = RowOf<typeof KEY>;

const KEY_NAMES = Object.keys(KEY) as (keyof LedgerKey)[];

const ROUND = {
  /** Grows with each record of a ledger. */
  id: number,
  /** ISO 8601, UTC: by the clock of that moment, which may have been wrong. */
  recordedAt: text,
  judgement: {
    ...json<Judgement>(),
    read: (cell: unknown) => {
      const judgement = json<Judgement>().read(cell);
      // JSON with one letter changed is JSON still.
      if (typeof judgement.reason !== 'string' || !Array.isArray(judgement.findings))
        throw new SyntaxError('this is no judgement');
      return judgement;
    },
  },
  observations: zipped<readonly Observation[]>(),
};

/** A round that was recorded. */
export type Remembered = RowOf<typeof ROUND>;

/** A record with the question that it answers. */
export type LedgerRecord = Remembered & { readonly key: LedgerKey };

/** Whose records are looked for; what is left out may be anything. */
export type RecordFilter = Pick<LedgerKey, 'client' | 'version'> & {
  readonly [Name in 'scenario' | 'platform' | 'mode']?: LedgerKey[Name] | undefined;
};

/** Whose rounds are meant; what is left out may be anything. */
export interface RoundFilter {
  readonly versions: readonly string[];
  readonly client?: string | undefined;
  readonly scenario?: string | undefined;
}

const GROUP = { client: text, scenario: text, version: text, platform: text, mode: text };
const LAST = { ...text, sql: 'max(recorded_at)' };
const counted = (verdict: string) => ({ ...number, sql: `sum(verdict = '${verdict}')` });
const GROUPED = {
  ...GROUP,
  good: counted('good'),
  bad: counted('bad'),
  skip: counted('skip'),
  /** The last of them: ISO 8601, UTC. */
  recordedAt: LAST,
};

/** The rounds of one release under one scenario, for people. */
export type RoundGroup = RowOf<typeof GROUPED>;

/** Of which client and scenario, where and how. */
export type QuestionFilter = Pick<RoundGroup, 'client' | 'scenario' | 'platform' | 'mode'>;

const ASKED = {
  /** Of the scenario as it was then. */
  digest: { ...text, sql: 'scenario_digest' },
  rounds: { ...number, sql: 'count(*)' },
  /** Its last round: ISO 8601, UTC. */
  recordedAt: LAST,
};
export type RecordedQuestion = RowOf<typeof ASKED>;

/** As many as anybody looks at; each may be megabytes. */
const MAX_RECORDS = 500;

/** As many rounds as the search can make use of; more are kept and not looked at. */
const MAX_ROUNDS = 20;

export type RoundLedger = ReturnType<typeof roundsOn>;

export function roundsOn({ select, insert, run }: Tables) {
  const newest = (key: LedgerKey, condition: string): Remembered[] => {
    const isAsked = [...KEY_NAMES.map((name) => `${columnOf(name)} = ?`), condition].join(' AND ');
    const values = KEY_NAMES.map((name) => key[name]);
    return select(ROUND, `verdicts WHERE ${isAsked} ORDER BY id DESC LIMIT ${MAX_ROUNDS}`, values);
  };
  /** Which rounds there are, those of the release that was asked about last at the end. */
  const rounds = (filter: RoundFilter): readonly RoundGroup[] => {
    const { where, values } = conditionOf(filter);
    const groups = Object.keys(GROUP).join(', ');
    return select(GROUPED, `verdicts WHERE ${where} GROUP BY ${groups} ORDER BY max(id)`, values);
  };
  return {
    rounds,
    /** The newest good and bad records on this question, the oldest of them first. */
    find: (key: LedgerKey): readonly Remembered[] => newest(key, "verdict <> 'skip'").toReversed(),
    /** The first of the newest records on this question that came to no verdict for the same reason. */
    findSkip: (key: LedgerKey): Remembered | undefined => {
      const skips = newest(key, "verdict = 'skip'");
      const other = skips.findIndex(({ judgement }) => judgement.reason !== skips[0]?.judgement.reason);
      return skips.at(other < 0 ? -1 : other - 1);
    },
    /** Writes one record; durable when this returns. */
    record: (key: LedgerKey, { judgement, observations }: Round): void =>
      insert('INSERT INTO verdicts', {
        ...key,
        recordedAt: new Date().toISOString(),
        verdict: judgement.verdict,
        judgement: JSON.stringify(judgement),
        observations: gzipSync(JSON.stringify(observations)),
      }),
    /** The newest records on a release, skips among them, the newest first. */
    records: (filter: RecordFilter): readonly LedgerRecord[] => {
      const given = Object.entries(filter).filter(([, value]) => value !== undefined);
      const where = given.map(([column]) => `${column} = ?`).join(' AND ');
      const from = `verdicts WHERE ${where} ORDER BY id DESC LIMIT ${MAX_RECORDS}`;
      const values = given.map(([, value]) => value);
      return select({ ...KEY, ...ROUND }, from, values).map((row) => {
        const { id, recordedAt, judgement, observations, ...key } = row;
        return { id, recordedAt, judgement, observations, key };
      });
    },
    /** What was asked under the id of a scenario, the latest last: more than one where files with different texts have used it. */
    questions: ({ client, scenario, platform, mode }: QuestionFilter): readonly RecordedQuestion[] =>
      select(
        ASKED,
        `verdicts WHERE client = ? AND scenario = ? AND platform = ? AND mode = ? AND verdict <> 'skip'
          GROUP BY scenario_digest ORDER BY max(id)`,
        [client, scenario, platform, mode],
      ),
    /** Removes rounds, skips among them. @returns what was removed */
    forgetRounds: (filter: RoundFilter): readonly RoundGroup[] => {
      const { where, values } = conditionOf(filter);
      const groups = rounds(filter);
      run(`DELETE FROM verdicts WHERE ${where}`, values);
      return groups;
    },
  };
}

function conditionOf({ versions, client, scenario }: RoundFilter) {
  const conditions = [
    ...(versions.length > 0 ? [`version IN (${versions.map(() => '?').join(', ')})`] : []),
    ...(client === undefined ? [] : ['client = ?']),
    ...(scenario === undefined ? [] : ['scenario = ?']),
  ];
  const values = [...versions, client, scenario].filter((value) => value !== undefined);
  return { where: conditions.join(' AND ') || '1', values };
}
