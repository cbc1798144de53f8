/** What is wrong: which releases, and what they do. Pure. */
import type { Comparison, Report } from '../../report.js';
import { list } from '../blocks.js';
import { armTable, failing, primary } from '../comparison.js';
import { inline } from '../escape.js';
import type { Limits } from '../limits.js';
import { releaseTable } from '../seen.js';
import { versionBlocks } from '../version-table.js';

/** In words, release by release, and what the arms showed. */
export function wrong(report: Report, limits: Limits): string[] {
  const pair = primary(report);
  return [
    inline(report.wrong, limits.prose),
    ...versionBlocks(report, limits),
    ...(pair ? armEvidence(report, pair, limits) : releaseTable(report, limits)),
  ];
}

/** What either release did under each arm that fails, and what of it the bad one alone logged. */
function armEvidence(report: Report, pair: Comparison, limits: Limits): string[] {
  const arms = failing(pair);
  const logged = arms.slice(0, limits.rows).flatMap(({ title, good, bad }) => {
    const own = bad.logged.filter((meaning) => !good.logged.includes(meaning));
    const said = inline(own.join(', '), limits.cell);
    const where = arms.length > 1 ? ` (${inline(title, limits.cell)})` : '';
    return said ? [`By its own log${where}, ${inline(pair.bad, limits.cell)} ${said}.`] : [];
  });
  return [armTable(report, pair, arms, limits), list(logged)];
}
