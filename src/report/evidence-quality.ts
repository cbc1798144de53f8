/** How good the evidence is that a run rests on: how it was sealed off, by whom and when it was made. Pure. */
import type { Client } from '../clients/client.js';
import type { Run } from '../run/run.js';
import type { Isolation } from '../sandbox/steps.js';

/** The weakest first. */
const WEAKEST_FIRST = ['none', 'unshare', 'bwrap'] as const satisfies readonly Isolation[];

export interface Sealing {
  /** That of the question itself where nothing was recorded. */
  readonly weakest: Isolation;
  /** How many runs of the client were sealed off in which way, the weakest first. */
  readonly counts: readonly (readonly [Isolation, number])[];
}

/** How the runs were sealed off that the answer rests on: those of earlier questions may have been otherwise. */
export function isolationOf({ releases, isolation }: Pick<Run, 'releases' | 'isolation'>): Sealing {
  const seen = Object.values(releases).flatMap((rounds) =>
    rounds.flatMap(({ observations }) => observations),
  );
  const counts = WEAKEST_FIRST.flatMap((kind): (readonly [Isolation, number])[] => {
    const count = seen.filter((one) => one.isolation === kind).length;
    return count > 0 ? [[kind, count]] : [];
  });
  return { weakest: counts[0]?.[0] ?? isolation, counts };
}

/** Rounds with a record, and how many of them were made before the question was asked. */
export function roundsOf({ releases, startedAt }: Pick<Run, 'releases' | 'startedAt'>): {
  readonly all: number;
  readonly earlier: number;
} {
  const began = Date.parse(startedAt);
  const recorded = Object.values(releases)
    .flat()
    .filter(({ observations }) => observations.length > 0);
  const earlier = recorded.filter(({ observations }) =>
    observations.every((seen) => Date.parse(seen.startedAt) < began),
  );
  return { all: recorded.length, earlier: earlier.length };
}

/**
 * Releases with a verdict of which no record shows that it was they that ran. Only a command that judges may say so without
 * one: it is free to start something else (verdict/oracle.ts). What was not run is proved by the tarball.
 */
export function unproved(
  { answer, releases, oracle, mode }: Run,
  client: Pick<Client, 'reportedVersion'>,
): string[] {
  if (oracle === null || mode === 'static') return [];
  const judged = answer.rows.filter(({ basis, verdict }) => basis === 'tested' && verdict !== 'skip');
  return judged
    .filter(({ version, verdict }) => {
      const rounds = Object.hasOwn(releases, version) ? (releases[version] ?? []) : [];
      const telling = rounds.filter(({ judgement, isWhole }) => isWhole && judgement.verdict === verdict);
      const seen = telling.flatMap(({ observations }) => observations);
      return seen.length === 0 || seen.some(({ journal }) => client.reportedVersion(journal) === undefined);
    })
    .map(({ version }) => version);
}
