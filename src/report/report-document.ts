/** `report --format json`: a report as one document. Values in, values and strings out. */
import { answerDocument } from './json.js';
import type { Report } from './report.js';

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
  const { id, startedAt, tool, title, sentence, wrong, expected, lastGood, firstBad, newestBad } = report;
  const { isRegression, protocolVersion } = report;
  const { comparisons, releases, path, environment, configuration, reproduce, warnings } = report;
  return {
    schema: 1,
    kind: 'report',
    id,
    startedAt,
    tool,
    title,
    sentence,
    wrong,
    expected,
    lastGood,
    firstBad,
    newestBad,
    isRegression,
    ...contractOf(report),
    about: aboutOf(report),
    comparisons,
    releases,
    path,
    environment,
    protocolVersion,
    configuration,
    reproduce,
    warnings,
  };
}

/** What `run --json` says as well. */
function contractOf(report: Report): Record<string, unknown> {
  const { answer, changeLinks, client, scenario } = report;
  const facts = { ...report, client: client.id, scenario: scenario.id };
  const { searches: _, ...fields } = answerDocument(answer, facts, [], changeLinks);
  return fields;
}

function aboutOf({ client, scenario }: Report): Record<string, unknown> {
  const { title, package: name } = client;
  const { id: _, expected: __, ...story } = scenario;
  return { client: { title, package: name }, scenario: story };
}
