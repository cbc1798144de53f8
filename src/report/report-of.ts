/** From a bisection that was kept to all that a report says of it. Pure: the same run always gives the same report. */
import type { Client } from '../clients/client.js';
import type { Run } from '../run/run.js';
import type { Answer } from '../search/answer.js';
import type { SearchStep, Why } from '../search/drive.js';
import { armsOf, standingRound } from './arm-evidence.js';
import { claimsOf, firstIn, isRegression } from './claims.js';
import { changeLinksOf } from './change-links.js';
import { comparisonsOf } from './comparisons.js';
import { expectedOf, wrongOf } from './complaint.js';
import { configurationOf } from './configuration.js';
import { environmentOf } from './environment.js';
import { isolationOf, unproved } from './evidence-quality.js';
import type { Comparison, PathStep, ReleaseEvidence, Report, ReportRow } from './report.js';
import { unpublishedBetween } from './rows.js';
import { sentenceOf } from './sentence.js';
import { shellLine } from './shell.js';
import { titleOf } from './title.js';
import { warningsOf } from './warnings.js';

/**
 * The report on a run. Nothing is redacted here: that is done before (redact.ts).
 * @param client the adapter of `run.client`
 */
export function reportOf(run: Run, client: Client): Report {
  const { answer } = run;
  const comparisons = comparisonsOf(run, client);
  const matter = { run, client, comparisons };
  return {
    id: run.id,
    startedAt: run.startedAt,
    elapsedMs: run.elapsedMs,
    tool: `mcp-bisect ${run.tool}`,
    client: { id: client.id, title: client.title, package: client.package, bugForm: client.bugForm },
    scenario: scenarioOf(run),
    platform: run.platform,
    mode: run.mode,
    isolation: isolationOf(run).weakest,
    oracle: run.oracle,
    arms: run.arms ?? null,
    asked: answer.asked,
    outcome: answer.outcome,
    answer,
    changeLinks: changeLinksOf(answer, client),
    title: titleOf(run, client),
    sentence: sentenceOf(answer),
    wrong: wrongOf(matter),
    expected: expectedOf(matter),
    ...boundaryOf(answer),
    newestBad: newestBad(answer),
    isRegression: isRegression(answer, unproved(run, client).length === 0),
    rows: rowsOf(answer),
    comparisons,
    releases: releasesOf(run, client),
    path: pathOf(run.paths, answer),
    probed: run.probed,
    downloads: run.downloads,
    environment: environmentOf(run, client),
    ...(run.provenance && { provenance: run.provenance }),
    protocolVersion: protocolOf(run, comparisons),
    configuration: configurationOf(run, client, comparisons),
    reproduce: shellLine(['mcp-bisect', ...run.reproduce]),
    warnings: warningsOf(run, client),
  };
}

/** With an oracle the scenario lent no more than its servers (report.ts). */
function scenarioOf({ scenario, oracle }: Run): Report['scenario'] {
  const { arms: _, ...story } = scenario;
  return oracle === null ? story : { ...story, issue: '', spec: '', expected: '', tool: '', prompt: '' };
}

/** Of the arm that the configuration is for (configuration.ts). */
function protocolOf({ scenario, oracle }: Run, [comparison]: readonly Comparison[]): string {
  if (oracle !== null) return '';
  const failing = comparison?.arms.find(({ bad }) => bad.outcome === 'fail')?.arm;
  const arm = scenario.arms.find(({ id }) => id === failing) ?? scenario.arms.find(({ control }) => !control);
  return arm?.gateway.protocolVersion ?? '';
}

/** Of the newest change for the worse. With suspects before it the first release known to be bad need not be the first. */
function boundaryOf(answer: Answer): Pick<Report, 'lastGood' | 'firstBad'> {
  const { broke } = claimsOf(answer);
  return { lastGood: broke?.change.lastKnown ?? null, firstBad: firstIn(broke)?.version ?? null };
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

function releasesOf(run: Run, client: Client): ReleaseEvidence[] {
  return run.answer.rows.flatMap(({ version, label, said, reason, verdict }) => {
    const rounds = Object.hasOwn(run.releases, version) ? (run.releases[version] ?? []) : [];
    // A release whose tarball could not be had has a round, and was not run.
    if (rounds.every(({ observations }) => observations.length === 0)) return [];
    return [
      {
        version,
        label,
        ...(said !== undefined && { said }),
        reason,
        arms: armsOf(standingRound(rounds, verdict), run, client),
      },
    ];
  });
}

/** What the search asks for, and why (src/search/question.ts). */
const REASONS: Readonly<Record<Why, string>> = {
  ends: 'both ends, before anything else',
  walk: 'a step further out, to find the end that nobody has named',
  middle: 'the middle of what is left',
  repeat: 'as many rounds of each release as were asked for',
  confirm: 'once more what the answer rests on',
  noise: 'where one more round tells most, since rounds disagreed',
};
const ONE_END = 'the end that was named, before anything else';

/** Every step of every search, with what the releases asked for came to in the end. Of a window the first looks back. */
function pathOf(
  paths: readonly (readonly SearchStep[])[],
  { rows, asked }: Pick<Answer, 'rows' | 'asked'>,
): PathStep[] {
  const verdicts = new Map(rows.map(({ version, verdict }) => [version, verdict]));
  return paths.flatMap((steps, index) =>
    steps.map(({ atMs, why, rounds }) => ({
      search: index + 1,
      side: asked === 'window' ? (index === 0 ? 'before' : 'after') : null,
      atMs,
      why: why === 'ends' && rounds.length === 1 ? ONE_END : REASONS[why],
      asked: rounds.map(({ version, count }) => ({
        version,
        rounds: count,
        verdict: verdicts.get(version) ?? null,
      })),
    })),
  );
}
