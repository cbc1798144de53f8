/** Where no two releases can be compared: what was seen of those that were run. Pure. */
import type { ArmEvidence, ReleaseEvidence, Report } from '../report.js';
import { leftOut, table } from './blocks.js';
import { bold, inline } from './escape.js';
import { journalAlone, SIGNS } from './journals.js';
import type { Limits } from './limits.js';
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
  `${SIGNS[arm.outcome]} ${inline(arm.evidence, cell)}`,
  `after ${Math.round(arm.durationMs)} ms: ${inline(arm.end, cell)}`,
  inline(arm.logged.join(', '), cell),
];

/** The newest of the releases that fail, or of all that ran: its arms with their journals. */
export function newestBlocks(report: Report, limits: Limits): string[] {
  const ran = report.releases.filter(({ arms }) => arms.length > 0);
  const release = ran.findLast(fails) ?? ran.at(-1);
  if (!release) return [];
  const { version } = release;
  return release.arms
    .slice(0, Math.max(1, limits.others))
    .flatMap((evidence) => [
      `${bold(inline(evidence.title, limits.cell))}, ${inline(version, limits.cell)}: ${inline(evidence.evidence, limits.cell)}`,
      journalAlone(report, { version, evidence }, limits),
      ...toolBlocks(report, [{ version, evidence }], limits),
    ]);
}

const fails = ({ arms }: ReleaseEvidence) =>
  arms.some(({ outcome, isControl }) => outcome === 'fail' && !isControl);
