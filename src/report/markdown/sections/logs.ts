/** What was recorded, of the one arm that tells most. Pure. */
import type { Report } from '../../report.js';
import { armBlocks, failing, primary } from '../comparison.js';
import type { Limits } from '../limits.js';
import { newestBlocks } from '../seen.js';

export function logs(report: Report, limits: Limits): string[] {
  const pair = primary(report);
  const arm = pair && (failing(pair)[0] ?? pair.arms[0]);
  return arm ? armBlocks(report, pair, arm, limits) : newestBlocks(report, limits);
}
