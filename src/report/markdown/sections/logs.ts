/** What was recorded, of the one arm that tells most. Pure. */
import type { Report } from '../../report.js';
import { armBlocks, primary, tellingArm } from '../comparison.js';
import type { Limits } from '../limits.js';
import { newestBlocks } from '../seen.js';

/** Logs, journals and tools of both releases; where there are no two to compare, of the one that tells most. */
export function logs(report: Report, limits: Limits): string[] {
  const pair = primary(report);
  const arm = tellingArm(pair);
  return pair && arm ? armBlocks(report, pair, arm, limits) : newestBlocks(report, limits);
}
