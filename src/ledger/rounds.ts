/** Which rounds there are, and their removal. */
import type Database from 'libsql';
import { asBlobs, textOf } from './columns.js';
import { runOf, summariesOf } from './runs.js';

/** Whose rounds are meant; what is left out may be anything. */
export interface RoundFilter {
  readonly versions: readonly string[];
  readonly client?: string | undefined;
  readonly scenario?: string | undefined;
}

/** The rounds of one release under one scenario, for people. */
export interface RoundGroup {
  readonly client: string;
  readonly scenario: string;
  readonly version: string;
  readonly platform: string;
  readonly mode: string;
  readonly good: number;
  readonly bad: number;
  readonly skip: number;
  /** The last of them: ISO 8601, UTC. */
  readonly recordedAt: string;
}

const GROUP = ['client', 'scenario', 'version', 'platform', 'mode'] as const;

const tally = (verdict: string) => `sum(verdict = '${verdict}') AS ${verdict}`;

/** In the order in which each was asked about last. */
export function groupsOf(database: Database.Database, filter: RoundFilter): readonly RoundGroup[] {
  const { where, values } = conditionOf(filter);
  return database
    .prepare(
      `SELECT ${asBlobs(...GROUP)}, ${['good', 'bad', 'skip'].map(tally).join(', ')},
        CAST(max(recorded_at) AS BLOB) AS recorded_at
        FROM verdicts WHERE ${where} GROUP BY ${GROUP.join(', ')} ORDER BY max(id)`,
    )
    .all(...values)
    .map((found) => {
      const row = found as Record<string, unknown>;
      return {
        client: textOf(row['client']),
        scenario: textOf(row['scenario']),
        version: textOf(row['version']),
        platform: textOf(row['platform']),
        mode: textOf(row['mode']),
        good: Number(row['good']),
        bad: Number(row['bad']),
        skip: Number(row['skip']),
        recordedAt: textOf(row['recorded_at']),
      };
    });
}

/** Of which client and scenario, where and how. */
export type QuestionFilter = Pick<RoundGroup, 'client' | 'scenario' | 'platform' | 'mode'>;

export interface RecordedQuestion {
  /** Of the scenario as it was then. */
  readonly digest: string;
  readonly rounds: number;
  /** Its last round: ISO 8601, UTC. */
  readonly recordedAt: string;
}

/** What was asked under the id of a scenario, the latest last. Skips count for nothing. */
export function questionsOf(
  database: Database.Database,
  { client, scenario, platform, mode }: QuestionFilter,
): readonly RecordedQuestion[] {
  return database
    .prepare(
      `SELECT ${asBlobs('scenario_digest')}, count(*) AS rounds, CAST(max(recorded_at) AS BLOB) AS recorded_at
        FROM verdicts WHERE client = ? AND scenario = ? AND platform = ? AND mode = ? AND verdict <> 'skip'
        GROUP BY scenario_digest ORDER BY max(id)`,
    )
    .all(client, scenario, platform, mode)
    .map((found) => {
      const row = found as Record<string, unknown>;
      const [digest, recordedAt] = [textOf(row['scenario_digest']), textOf(row['recorded_at'])];
      return { digest, rounds: Number(row['rounds']), recordedAt };
    });
}

/** Removes them. @returns what was removed */
export function forgetRounds(database: Database.Database, filter: RoundFilter): readonly RoundGroup[] {
  const { where, values } = conditionOf(filter);
  const groups = groupsOf(database, filter);
  database.prepare(`DELETE FROM verdicts WHERE ${where}`).run(...values);
  return groups;
}

/** The kept runs whose answer rests on such rounds, by their ids. */
export function runsOn(database: Database.Database, groups: readonly RoundGroup[]): readonly string[] {
  return summariesOf(database)
    .filter(({ id, client, scenario, mode, platform }) => {
      const asked = groups.filter(
        (group) =>
          group.client === client &&
          group.scenario === scenario &&
          group.mode === mode &&
          group.platform === platform,
      );
      const used = asked.length > 0 ? runOf(database, id)?.releases : undefined;
      return used !== undefined && asked.some(({ version }) => version in used);
    })
    .map(({ id }) => id);
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
