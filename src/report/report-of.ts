/** From a bisection that was kept to all that a report says of it. Pure: the same run always gives the same report. */
import type { Client } from '../clients/client.js';
import type { KeptRun } from '../kept-run.js';
import type { Answer } from './answer.js';
import { armsOf, standingRound } from './arm-evidence.js';
import { comparisonsOf } from './comparisons.js';
import { expectedOf, titleOf, wrongOf } from './complaint.js';
import { configurationOf } from './configuration.js';
import { environmentOf } from './environment.js';
import type { ReleaseEvidence, Report, ReportRow } from './report.js';
import { pathOf } from './search-steps.js';
import { sentenceOf } from './sentence.js';
import { shellLine } from './shell.js';
import { unpublishedBetween } from './unpublished.js';
import { warningsOf } from './warnings.js';

/**
 * The report on a run. Nothing is redacted here: that is done before (redact.ts).
 * @param client the adapter of `run.client`
 */
export function reportOf(run: KeptRun, client: Client): Report {
  const { answer, scenario } = run;
  const comparisons = comparisonsOf(run, client);
  const matter = { run, client, comparisons };
  const { id, title, issue, spec, expected, server, tool, prompt } = scenario;
  return {
    id: run.id,
    startedAt: run.startedAt,
    elapsedMs: run.elapsedMs,
    tool: `mcp-bisect ${run.tool}`,
    client: { id: client.id, title: client.title, package: client.package, bugForm: client.bugForm },
    scenario: { id, title, issue, spec, expected, server, tool, prompt },
    platform: run.platform,
    mode: run.mode,
    isolation: run.isolation,
    oracle: run.oracle,
    asked: answer.asked,
    outcome: answer.outcome,
    answer,
    title: titleOf(matter),
    sentence: sentenceOf(answer),
    wrong: wrongOf(matter),
    expected: expectedOf(matter),
    ...boundaryOf(answer),
    newestBad: newestBad(answer),
    rows: rowsOf(answer),
    comparisons,
    releases: releasesOf(run, client),
    path: pathOf(run.paths, answer.rows),
    probed: run.probed,
    downloads: run.downloads,
    environment: environmentOf(run, client),
    configuration: configurationOf(run, client, comparisons),
    reproduce: shellLine(['mcp-bisect', ...run.reproduce]),
    warnings: warningsOf(run),
  };
}

/** Of the newest change for the worse. With suspects before it the first release known to be bad need not be the first. */
function boundaryOf({ changes }: Answer): Pick<Report, 'lastGood' | 'firstBad'> {
  const broke = changes.findLast(({ direction }) => direction === 'regression');
  const firstBad = broke?.outcome === 'found' ? (broke.boundary?.after ?? null) : null;
  return { lastGood: broke?.lastKnown ?? null, firstBad };
}

function newestBad({ rows }: Answer): string | null {
  return rows.findLast(({ basis, verdict }) => basis === 'tested' && verdict === 'bad')?.version ?? null;
}

function rowsOf({ rows }: Answer): ReportRow[] {
  return rows.map((row, index) => ({
    ...row,
    unpublishedBefore: unpublishedBetween(rows[index - 1]?.version, row.version),
  }));
}

function releasesOf(run: KeptRun, client: Client): ReleaseEvidence[] {
  return run.answer.rows.flatMap(({ version, label, reason, verdict }) => {
    const rounds = Object.hasOwn(run.releases, version) ? (run.releases[version] ?? []) : [];
    if (rounds.length === 0) return [];
    return [{ version, label, reason, arms: armsOf(standingRound(rounds, verdict), run, client) }];
  });
}
