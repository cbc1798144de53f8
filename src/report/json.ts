/** `run --json`, `table --json` (the contract of design.md, *The command line*), and `report --format json`. Pure. */
import type { RunFacts } from '../run/run.js';
import type { Answer, Row } from '../search/answer.js';
import { lowestConfidence } from '../search/change.js';
import type { SearchStep } from '../search/drive.js';
import { reproduceLine } from './carried-file.js';
import { changeLinksOf, type ChangeLink } from './change-links.js';
import { claimsOf, firstIn, isRegression } from './claims.js';
import { expectedOf, warningsOf, wrongOf } from './prose.js';
import { configurationOf, environmentOf, isolationOf, protocolOf } from './environment.js';
import { pathOf } from './path.js';
import type { Report } from './report.js';
import { sentenceOf } from './sentence.js';
import { titleOf } from './title.js';

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
  const boundaries = answer.changes.map(({ direction, boundary, suspects }) => ({
    direction,
    before: boundary?.before ?? null,
    after: boundary?.after ?? null,
    suspects,
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

const subjectOf = ({ client, scenario, platform, mode, isolation, oracle, arms }: RunFacts) => ({
  client,
  scenario,
  platform,
  mode,
  isolation,
  oracle,
  arms,
});

function rowDocument(shown: Row): Record<string, unknown> {
  const { label, said: _, rounds, flaky, ...row } = shown;
  return { ...row, rounds, flaky, differentFailure: label === 'different failure' };
}

/** Under the names of the contract, for a window all four of them; null is what a search that was not finished leaves open. */
export function boundariesOf(answer: Answer): Record<string, string | null> {
  const { asked } = answer;
  const open: Record<string, string | null> = {
    ...(asked !== 'fix' && { lastGood: null, firstBad: null }),
    ...(asked !== 'regression' && { lastBad: null, firstGood: null }),
  };
  const known = claimsOf(answer).all.map((claim) => {
    const { direction, lastKnown } = claim.change;
    // With suspects before it the first release known to be different need not be the first one that is.
    const first = firstIn(claim)?.version ?? null;
    return direction === 'regression'
      ? { lastGood: lastKnown, firstBad: first }
      : { lastBad: lastKnown, firstGood: first };
  });
  return Object.assign(open, ...known);
}

const unique = (versions: readonly string[]) => [...new Set(versions)];

/**
 * The document of a report. It has every field of `run --json` under the same name and with the same meaning (design.md,
 * *The command line*), but for `searches`, in whose place `path` tells each step in words; and beside them:
 *
 * | field | |
 * |---|---|
 * | `kind` | `report` |
 * | `id`, `startedAt`, `tool` | which run it is, when it began (ISO 8601, UTC), and what ran it |
 * | `title`, `sentence`, `wrong`, `expected` | the answer in words |
 * | `newestBad` | the newest release that is known to be bad |
 * | `isRegression` | `yes`, `no` or `unknown`: whether it worked before |
 * | `about` | client and scenario by their names, with where they are from |
 * | `comparisons` | good against bad, arm by arm: requests, journals, log lines; `isBoundary` says whether these two are the boundary, `untested` what lies between them unknown |
 * | `releases` | every release of which there is a record, and what each arm showed |
 * | `protocolVersion` | the revision of MCP that the gateway spoke |
 * | `path` | the search, step by step |
 * | `environment`, `configuration`, `reproduce`, `warnings` | what it was run on, and how to do it again |
 *
 * New fields may come; those that are there stay what they are as long as `schema` is 1.
 */
export function reportDocument(report: Report): Record<string, unknown> {
  const { run, client, claims, comparisons, evidence } = report;
  const { answer, scenario, oracle } = run;
  const { id, expected: _, arms: __, ...story } = scenario;
  const facts = { ...run, isolation: isolationOf(run).weakest, scenario: id, arms: run.arms ?? null };
  const links = changeLinksOf(answer, client, claims);
  const { searches: ___, ...contract } = answerDocument(answer, facts, [], links);
  // With an oracle the scenario lent no more than its servers.
  const told = oracle === null ? story : { ...story, issue: '', spec: '', tool: '', prompt: '' };
  return {
    schema: 1,
    kind: 'report',
    id: run.id,
    startedAt: run.startedAt,
    tool: `mcp-bisect ${run.tool}`,
    title: titleOf(report),
    sentence: sentenceOf(answer, claims),
    wrong: wrongOf(report),
    expected: expectedOf(report),
    lastGood: claims.lastGood,
    firstBad: claims.firstBad,
    newestBad: claims.newestBad,
    isRegression: isRegression(report),
    ...contract,
    about: { client: { title: client.title, package: client.package }, scenario: told },
    comparisons,
    releases: answer.rows.flatMap(({ version, label, said, reason }) => {
      const arms = evidence.get(version);
      return arms ? [{ version, label, ...(said !== undefined && { said }), reason, arms }] : [];
    }),
    path: pathOf(run),
    environment: environmentOf(report),
    protocolVersion: protocolOf(report),
    configuration: configurationOf(report),
    reproduce: reproduceLine(run),
    warnings: warningsOf(report),
  };
}
