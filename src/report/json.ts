/** `run --json`: the contract of design.md, *The command line*. */
import type { Isolation } from '../sandbox/room.js';
import type { Answer } from './answer.js';

export interface RunFacts {
  readonly client: string;
  readonly scenario: string;
  readonly platform: string;
  readonly mode: string;
  readonly isolation: Isolation;
  readonly probed: readonly string[];
  readonly downloads: number;
  readonly elapsedMs: number;
}

/** The document that `run --json` prints. */
export function answerDocument(answer: Answer, facts: RunFacts): Record<string, unknown> {
  const { client, scenario, platform, mode, isolation, probed, downloads, elapsedMs } = facts;
  const table = answer.rows.map(({ version, publishedAt, verdict, basis, runs, reason, integrity }) => ({
    version,
    publishedAt,
    verdict,
    basis,
    runs,
    reason,
    integrity,
  }));
  const { outcome, direction, suspects, contradictions } = answer;
  return {
    schema: 1,
    client,
    scenario,
    platform,
    mode,
    isolation,
    direction,
    outcome,
    ...boundaryFields(answer),
    suspects,
    contradictions,
    table,
    probed,
    downloads,
    elapsedMs,
  };
}

function boundaryFields({ direction, boundary, outcome }: Answer): Record<string, string | null> {
  const before = boundary?.before ?? null;
  // With suspects before it the first release known to be different need not be the first one that is.
  const after = outcome === 'found' ? (boundary?.after ?? null) : null;
  return direction === 'regression'
    ? { lastGood: before, firstBad: after }
    : { lastBad: before, firstGood: after };
}
