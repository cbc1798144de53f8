/** Where no two releases can be compared: what was seen of those that were run. Pure. */
import type { ArmEvidence, ReleaseEvidence, Report } from '../report.js';
import { leftOut, table } from './blocks.js';
import { bold, inline } from './escape.js';
import { outputBlocks } from './comparison.js';
import { journalAlone } from './journals.js';
import type { Limits } from './limits.js';
import { ownLogBlocks } from './logs.js';
import { outcomeSign } from './signs.js';
import { toolBlocks } from './tools.js';

/** Each release with its arms, a row for each. */
export function releaseTable(report: Report, limits: Limits): string[] {
  const { cell } = limits;
  const all = report.releases.flatMap((release) => {
    const arms: readonly (ArmEvidence | undefined)[] = release.arms.length > 0 ? release.arms : [undefined];
    return arms.map((arm) => ({ release, arm }));
  });
  const shown = all
    .slice(0, limits.rows)
    .map(({ release, arm }) => [
      inline(release.version, cell),
      ...(arm ? armCells(arm, cell) : ['', inline(release.reason, cell), '', '']),
    ]);
  return [
    table(['Release', 'Arm', 'Finding', 'How it ended', 'The client logged that it'], shown),
    leftOut(report, all.length - shown.length, 'row'),
  ];
}

const armCells = (arm: ArmEvidence, cell: number): string[] => [
  inline(arm.title, cell),
  `${outcomeSign(arm.outcome)} ${inline(arm.evidence, cell)}`,
  `after ${Math.round(arm.durationMs)} ms: ${inline(arm.end, cell)}`,
  inline(arm.logged.join(', '), cell),
];

/**
 * The newest of the releases that fail, or else of those that could not be judged, or of all that ran: its arms, those that
 * fail first, with their journals, and of those that do not pass what they logged and printed.
 */
export function newestBlocks(report: Report, limits: Limits): string[] {
  const ran = report.releases.filter(({ arms }) => arms.length > 0);
  const release = ran.findLast(some('fail')) ?? ran.findLast(some('unclear')) ?? ran.at(-1);
  if (!release) return [];
  return release.arms
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, Math.max(1, limits.others))
    .flatMap((evidence) => armBlocks(report, release.version, evidence, limits));
}

const some =
  (wanted: ArmEvidence['outcome']) =>
  ({ arms }: ReleaseEvidence): boolean =>
    arms.some(({ outcome, isControl }) => outcome === wanted && !isControl);

const ORDER: readonly ArmEvidence['outcome'][] = ['fail', 'unclear', 'pass'];

const rank = ({ outcome, isControl }: ArmEvidence): number => ORDER.indexOf(outcome) * 2 + Number(isControl);

function armBlocks(report: Report, version: string, evidence: ArmEvidence, limits: Limits): string[] {
  const side = { version, evidence };
  const isWell = evidence.outcome === 'pass';
  return [
    `${bold(inline(evidence.title, limits.cell))}, ${inline(version, limits.cell)}: ${inline(evidence.evidence, limits.cell)}`,
    ...(isWell ? [] : ownLogBlocks(report, version, evidence, limits)),
    journalAlone(report, side, limits),
    ...toolBlocks(report, [side], limits),
    ...(isWell && report.oracle === null ? [] : outputBlocks(report, version, evidence, limits)),
  ];
}
