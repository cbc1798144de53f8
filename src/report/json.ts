/** `run --json` and `table --json`: the contract of design.md, *The command line*. */
import type { RunFacts } from '../run/run.js';
import type { SearchStep } from '../search/drive.js';
import type { Answer, Row } from '../search/answer.js';
import { claimsOf, firstIn, type Claim } from './claims.js';
import type { ChangeLink } from './change-links.js';
import { lowestConfidence } from '../search/change.js';

/** The document that `run --json` prints. */
export function answerDocument(
  answer: Answer,
  facts: RunFacts,
  paths: readonly (readonly SearchStep[])[] = [],
  links: readonly ChangeLink[] = [],
): Record<string, unknown> {
  const { probed, downloads, elapsedMs } = facts;
  const { outcome, asked, changes } = answer;
  return {
    schema: 1,
    ...subjectOf(facts),
    direction: asked,
    outcome,
    ...boundariesOf(answer),
    suspects: unique(changes.flatMap(({ suspects }) => suspects)),
    contradictions: unique(changes.flatMap(({ contradictions }) => contradictions)),
    confidence: lowestConfidence(changes),
    changeLinks: links,
    ...(facts.provenance && { provenance: facts.provenance }),
    table: answer.rows.map(rowDocument),
    probed,
    searches: paths.map((steps) => ({ steps })),
    downloads,
    elapsedMs,
  };
}

/** The document that `table --json` prints. */
export function tableDocument(
  answer: Answer,
  facts: RunFacts,
  links: readonly ChangeLink[] = [],
): Record<string, unknown> {
  const { probed, downloads, elapsedMs } = facts;
  const boundaries = answer.changes.map((change) => ({
    direction: change.direction,
    before: change.boundary?.before ?? null,
    after: change.boundary?.after ?? null,
    suspects: change.suspects,
  }));
  return {
    schema: 1,
    ...subjectOf(facts),
    outcome: answer.outcome,
    boundaries,
    differences: answer.differences ?? [],
    changeLinks: links,
    table: answer.rows.map(rowDocument),
    probed,
    downloads,
    elapsedMs,
  };
}

function subjectOf({ client, scenario, platform, mode, isolation, oracle, arms }: RunFacts) {
  return { client, scenario, platform, mode, isolation, oracle, arms };
}

function rowDocument(row: Row): Record<string, unknown> {
  const { version, publishedAt, timeDoubtful, verdict, basis, runs, reason, integrity, rounds, flaky } = row;
  const differs = row.label === 'different failure';
  return {
    version,
    publishedAt,
    timeDoubtful,
    verdict,
    basis,
    runs,
    reason,
    integrity,
    rounds,
    flaky,
    differentFailure: differs,
  };
}

/** Under the names of the contract, for a window all four of them; null is what a search that was not finished leaves open. */
export function boundariesOf(answer: Answer): Record<string, string | null> {
  const { asked } = answer;
  const open: Record<string, string | null> = {
    ...(asked !== 'fix' && { lastGood: null, firstBad: null }),
    ...(asked !== 'regression' && { lastBad: null, firstGood: null }),
  };
  return Object.assign(open, ...claimsOf(answer).all.map(boundaryFields));
}

function boundaryFields(claim: Claim): Record<string, string | null> {
  const { direction, lastKnown } = claim.change;
  // With suspects before it the first release known to be different need not be the first one that is.
  const after = firstIn(claim)?.version ?? null;
  return direction === 'regression'
    ? { lastGood: lastKnown, firstBad: after }
    : { lastBad: lastKnown, firstGood: after };
}

const unique = (versions: readonly string[]) => [...new Set(versions)];
