/** What is wrong: which releases, and what they do. Pure. */
import type { Report } from '../../report.js';
import { list } from '../blocks.js';
import { armTable, failing, primary } from '../comparison.js';
import { inline } from '../escape.js';
import type { Limits } from '../limits.js';
import { releaseTable } from '../seen.js';
import { versionBlocks } from '../version-table.js';

export function wrong(report: Report, limits: Limits): string[] {
  return [
    inline(report.wrong, limits.prose),
    ...versionBlocks(report, limits),
    ...(primary(report) ? armEvidence(report, limits) : releaseTable(report, limits)),
  ];
}

/** What the last good and the first bad release did under each arm that fails, and what of it the latter alone logged. */
function armEvidence(report: Report, limits: Limits): string[] {
  const pair = primary(report);
  if (!pair) return [];
  const arms = failing(pair);
  const logged = arms.slice(0, limits.rows).flatMap(({ title, good, bad }) => {
    const own = bad.logged.filter((meaning) => !good.logged.includes(meaning));
    const said = inline(own.join(', '), limits.cell);
    const where = arms.length > 1 ? ` (${inline(title, limits.cell)})` : '';
    return said ? [`By its own log${where}, ${inline(pair.bad, limits.cell)} ${said}.`] : [];
  });
  return [armTable('Server behaviour', pair, arms, limits), list(logged)];
}
