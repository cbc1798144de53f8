/** `report --format json`: a report as one document. Values in, values and strings out. */
import { changeLinksOf } from './change-links.js';
import { reproduceLine } from './carried-file.js';
import { isRegression } from './claims.js';
import { expectedOf, wrongOf } from './complaint.js';
import { configurationOf, protocolOf } from './configuration.js';
import { environmentOf } from './environment.js';
import { isolationOf } from './evidence-quality.js';
import { answerDocument } from './json.js';
import { pathOf } from './path.js';
import type { Report } from './report.js';
import { sentenceOf } from './sentence.js';
import { titleOf } from './title.js';
import { warningsOf } from './warnings.js';

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
  const { searches: ___, ...contract } = answerDocument(
    answer,
    facts,
    [],
    changeLinksOf(answer, client, claims),
  );
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
