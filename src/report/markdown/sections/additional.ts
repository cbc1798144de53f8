/** How it was found out, and what else was recorded. Pure. */
import type { Comparison, PathStep, Report } from '../../report.js';
import { minutesAndSeconds } from '../../numbers.js';
import { comparisonTitle, sideText } from '../../sides.js';
import { counted, minutes } from '../../words.js';
import { details, leftOut, link, list, table } from '../blocks.js';
import { armBlocks, armTable, failing, primary, tellingArm } from '../comparison.js';
import { code, inline } from '../escape.js';
import type { Limits } from '../limits.js';
import { releaseTable } from '../seen.js';
import { verdictSign } from '../signs.js';

/** Where it was run, how it was searched for, and everything else that was recorded. */
export function additional(report: Report, limits: Limits): string[] {
  return [
    ...environment(report, limits),
    ...search(report, limits),
    ...otherArms(report, limits),
    ...otherComparisons(report, limits),
    details('How each verdict came about', primary(report) ? releaseTable(report, limits) : []),
    list(origin(report, limits)),
  ];
}

function environment(report: Report, { cell, rows }: Limits): string[] {
  const facts = report.environment
    .slice(0, rows)
    .map(({ name, value }) => [inline(name, cell), inline(value, cell)]);
  return [
    table(['Environment', ''], facts),
    leftOut(report, report.environment.length - facts.length, 'row'),
  ];
}

/** Which release was asked for when, and why. */
function search(report: Report, limits: Limits): string[] {
  const shown = report.path.slice(0, limits.rows);
  const isTwo = report.path.some(({ search: number }) => number > 1);
  const head = [...(isTwo ? ['Search'] : []), 'After', 'Releases', 'Why'];
  return [
    table(
      head,
      shown.map((step) => [
        ...(isTwo ? [sideText(step, report.answer.terms)] : []),
        ...pathCells(step, limits),
      ]),
    ),
    leftOut(report, report.path.length - shown.length, 'step'),
  ];
}

function pathCells({ atMs, asked, why }: PathStep, { cell, rows }: Limits): string[] {
  const releases = asked.slice(0, rows).map(({ version, rounds, verdict }) => {
    const times = rounds > 1 ? ` ${rounds}×` : '';
    return `${inline(version, cell)}${times} ${verdictSign(verdict)}`.trim();
  });
  const more = asked.length > releases.length ? [`${asked.length - releases.length} more`] : [];
  return [atMs === null ? '' : minutesAndSeconds(atMs), [...releases, ...more].join(', '), inline(why, cell)];
}

/** The other arms of the first comparison, those that fail first, in a fold each. */
function otherArms(report: Report, limits: Limits): string[] {
  const pair = primary(report);
  if (!pair) return [];
  const shown = tellingArm(pair);
  const others = pair.arms.filter((arm) => arm !== shown);
  const folds = others.slice(0, limits.others).map((arm) => {
    const what = arm.isControl ? 'The control' : 'Another arm';
    return details(`${what}: logs, journals and tools`, armBlocks(report, pair, arm, limits));
  });
  return [...folds, leftOut(report, others.length - folds.length, 'other arm')];
}

/** Of a window, the other side of it; of a scan, every other change. */
function otherComparisons(report: Report, limits: Limits): string[] {
  const others = report.comparisons.slice(1);
  const folds = others.slice(0, limits.others).map((pair) => second(report, pair, limits));
  return [...folds, leftOut(report, others.length - folds.length, 'other comparison')];
}

function second(report: Report, pair: Comparison, limits: Limits): string {
  const arms = failing(pair).slice(0, limits.others);
  return details(comparisonTitle(pair, report.answer.terms), [
    armTable(report, pair, pair.arms, limits),
    ...arms.flatMap((arm) => armBlocks(report, pair, arm, limits)),
  ]);
}

function origin(report: Report, limits: Limits): string[] {
  const { tool, id, startedAt, elapsedMs, probed, downloads, oracle, scenario } = report;
  // With a command in its place the scenario only lent its servers.
  const issue = oracle === null ? scenario.issue : '';
  const run = `${inline(tool, limits.cell)}, run ${code(id, limits.cell)} of ${inline(minutes(startedAt), limits.cell)} UTC`;
  const cost = `${counted(probed.length, 'release')} run, ${counted(downloads, 'download')}, ${minutesAndSeconds(elapsedMs)}`;
  return [
    `Found by ${run}: ${cost}.`,
    ...(issue ? [`The scenario is that of ${link(issue, limits.cell)}.`] : []),
  ];
}
