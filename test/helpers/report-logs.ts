/** The sample's comparison of two logs, and what it is changed to in tests of how one is shown. */
import type { ArmComparison, Comparison, LogDifference } from '../../src/report/report.js';
import { sampleReport } from './reports.js';

const [sample] = sampleReport.comparisons;
const arm = sample?.arms[0];
if (!sample || !arm?.log) throw new Error('The sample has lost its logs.');
const { log } = arm;

/** The releases that are compared. */
export const pair: Comparison = sample;

/** With other fields in the difference of its logs, and in itself. */
export const armWith = (
  changes: Partial<LogDifference>,
  more: Partial<ArmComparison> = {},
): ArmComparison => ({
  ...arm,
  ...more,
  log: { ...log, ...changes },
});

/** Logs that do not differ. */
export const SAME = [{ kind: 'same', text: 'started' }] as const;

/** The one line of a log that has no other to be compared with. */
export const ONLY_LINE = '[ERROR] MCP server "gateway" gave up';
const own = { log: [ONLY_LINE] };

/** Who wrote no log, who did, and the comparison of the two. */
export const ONE_SIDED = (
  [
    ['2.1.146', '2.1.147', { goodLogs: 0 }],
    ['2.1.147', '2.1.146', { badLogs: 0 }],
  ] as const
).map(
  ([silent, other, changes]) =>
    [
      silent,
      other,
      armWith(changes, { good: { ...arm.good, ...own }, bad: { ...arm.bad, ...own } }),
    ] as const,
);
