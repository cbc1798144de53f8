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
 * | `about` | client and scenario by their names, with where they are from |
 * | `comparisons` | good against bad, arm by arm: requests, journals, log lines |
 * | `releases` | every release that was run, and what each arm showed |
 * | `path` | the search, step by step |
 * | `environment`, `configuration`, `reproduce`, `warnings` | what it was run on, and how to do it again |
 *
 * New fields may come; those that are there stay what they are as long as `schema` is 1.
 */
export function reportDocument(report: Report): Record<string, unknown> {
  const { id, startedAt, tool, title, sentence, wrong, expected, lastGood, firstBad, newestBad } = report;
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
    ...contractOf(report),
    about: aboutOf(report),
    comparisons,
    releases,
    path,
    environment,
    configuration,
    reproduce,
    warnings,
  };
}

/** What `run --json` says as well. */
function contractOf(report: Report): Record<string, unknown> {
  const { answer, client, scenario, platform, mode, isolation, oracle, probed, downloads, elapsedMs } =
    report;
  const { searches: _, ...fields } = answerDocument(answer, {
    client: client.id,
    scenario: scenario.id,
    platform,
    mode: mode === 'interactive' ? mode : 'headless',
    isolation,
    oracle,
    probed,
    downloads,
    elapsedMs,
  });
  return fields;
}

function aboutOf({ client, scenario }: Report): Record<string, unknown> {
  const { title, package: name } = client;
  const { id: _, expected: __, ...story } = scenario;
  return { client: { title, package: name }, scenario: story };
}

/**
 * The document as text, ending with a line break. Whatever could act on a terminal that shows it (control characters,
 * characters of format, which reorder or hide their surroundings) is there as an escape of JSON: the values are unchanged.
 */
export function jsonText(document: unknown): string {
  const text = JSON.stringify(document, null, 2);
  return `${text.replaceAll(/[\u007F-\u009F\u2028\u2029]|\p{Cf}/gu, escaped)}\n`;
}

/** Characters beyond the first plane are two escapes. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
