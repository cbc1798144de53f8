/** What a machine that only knows pass, fail and error is told of a report. Pure. */
import type { Row } from '../search/answer.js';
import type { Report } from './report.js';
import { sentenceOf } from './sentence.js';
import { titleOf } from './title.js';
import { termed } from '../scenarios/terms.js';

/** `undecided`: an error of CI systems, since nothing is known to be broken and nothing to be well. */
export interface Conclusion {
  readonly result: 'passed' | 'failed' | 'undecided';
  /** `regression`: it works no more. `broken`: the newest release that was tested does not work. */
  readonly type: 'regression' | 'broken' | 'inconclusive' | null;
  /** What is known, with the range that was asked about: it changes from run to run, and is no name of a case. */
  readonly message: string;
}

/**
 * A regression that was found fails. In all other cases that have an answer what counts is whether the newest release that was
 * tested works, and no more than that is claimed. A search for a fix that found nothing broken to begin with has no answer.
 */
export function conclusionOf(report: Report): Conclusion {
  const { claims } = report;
  const { answer } = report.run;
  const { asked, outcome, rows, terms } = answer;
  const range = rangeOf(rows);
  const said = `${sentenceOf(answer, claims)} (${range})`;
  const undecided = { result: 'undecided', type: 'inconclusive', message: said } as const;
  const failed = { result: 'failed', message: `${titleOf(report)} (${range})` } as const;
  const newest = rows.findLast(({ basis, verdict }) => basis === 'tested' && verdict !== 'skip');
  if (outcome === 'inconclusive' || !newest) return undecided;
  if (asked !== 'fix' && outcome === 'found' && claims.firstBad !== null)
    return { ...failed, type: 'regression' };
  if (newest.verdict === 'bad') return { ...failed, type: 'broken' };
  if (asked === 'fix' && outcome !== 'found') return undecided;
  const message = `the newest release that was tested, ${newest.version}, ${termed('works', terms)} (${range})`;
  return { result: 'passed', type: null, message };
}

/** `asked of 2.1.142 to 2.1.150` */
function rangeOf(rows: readonly Row[]): string {
  const [first, last] = [rows[0]?.version, rows.at(-1)?.version];
  if (first === undefined) return 'asked of no release';
  return first === last ? `asked of ${first}` : `asked of ${first} to ${last}`;
}
