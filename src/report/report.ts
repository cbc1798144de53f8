/**
 * What a report is made of: the run, what may be claimed of its answer, and what its rounds show, compared and alone. The formats
 * look up what they say. Every text of a client is as the client wrote it, but for what was redacted: each format defuses it for
 * itself.
 */
import type { Client } from '../clients/client.js';
import type { Run } from '../run/run.js';
import { claimsOf, roundsOn, type ReportOn } from './claims.js';
import { comparisonsOf, type Comparison } from './comparison.js';
import { armsOf, standingRound, type ArmEvidence } from './evidence.js';

export interface Report extends ReportOn {
  /** Last good against first bad; for a window a second one, for where it was fixed. Empty where there is no such pair. */
  readonly comparisons: readonly Comparison[];
  /** By version, in the order of the table: what each release that was run showed, in the newest round that stands for it. */
  readonly evidence: ReadonlyMap<string, readonly ArmEvidence[]>;
}

/** The report on a run: the same run always gives the same. Nothing is redacted here: that is done before (redact.ts). */
export function reportOf(run: Run, client: Client): Report {
  const claims = claimsOf(run.answer);
  return {
    run,
    client,
    claims,
    comparisons: comparisonsOf(claims, run, client),
    evidence: new Map(
      run.answer.rows.flatMap(({ version, verdict }) => {
        const rounds = roundsOn(run, version);
        // A release whose tarball could not be had has a round, and was not run.
        if (rounds.every(({ observations }) => observations.length === 0)) return [];
        return [[version, armsOf(standingRound(rounds, verdict), run, client)] as const];
      }),
    ),
  };
}
