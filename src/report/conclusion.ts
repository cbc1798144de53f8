/** What a machine that only knows pass, fail and error is told of a report. Pure. */
import type { Report } from './report.js';

/** `undecided`: an error of CI systems, since nothing is known to be broken and nothing to be well. */
export interface Conclusion {
  readonly result: 'passed' | 'failed' | 'undecided';
  /** `regression`: it works no more. `broken`: it does not work, and nobody knows since when. */
  readonly type: 'regression' | 'broken' | 'inconclusive' | null;
  /** What passes or fails, as a claim: `no regression between 2.1.142 and 2.1.150`. */
  readonly claim: string;
}

/**
 * A regression that was found fails; a fix that was found passes. Where the ends agree (or are the other way round) there is
 * no change to report, and what counts is whether the newest release works.
 */
export function conclusionOf(report: Report): Conclusion {
  const claim = claimOf(report);
  const { asked, outcome, firstBad } = report;
  if (outcome === 'inconclusive') return { result: 'undecided', type: 'inconclusive', claim };
  if (asked === 'fix' && outcome === 'found') return { result: 'passed', type: null, claim };
  if (outcome === 'found' && firstBad !== null) return { result: 'failed', type: 'regression', claim };
  return isNewestBad(report)
    ? { result: 'failed', type: 'broken', claim }
    : { result: 'passed', type: null, claim };
}

function claimOf({ asked, rows }: Report): string {
  const between = `between ${rows[0]?.version ?? 'nothing'} and ${rows.at(-1)?.version ?? 'nothing'}`;
  return asked === 'fix' ? `fixed ${between}` : `no regression ${between}`;
}

function isNewestBad({ rows }: Report): boolean {
  const tested = rows.filter(({ basis, verdict }) => basis === 'tested' && verdict !== 'skip');
  return tested.at(-1)?.verdict === 'bad';
}
