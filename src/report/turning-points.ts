/** Which changes of an answer a report is about, and what they prove. Pure. */
import type { Answer, Row } from '../search/answer.js';
import type { Change } from '../search/change.js';
import { untestedBetween } from './untested.js';

/** The newest change for the worse, and one for the better that comes after it, or that alone was asked for. */
export function turningPoints({ changes }: Answer): {
  broke: Change | undefined;
  mended: Change | undefined;
} {
  const worse = changes.findLastIndex(({ direction }) => direction === 'regression');
  const mended = changes.find(({ direction }, index) => direction === 'fix' && index > worse);
  return { broke: changes[worse], mended };
}

/** The release in which a change was found, if it is sure which one that is of those that can be tested. */
export const placeOf = (change: Change | undefined): string | undefined =>
  change?.outcome === 'found' ? change.boundary?.after : undefined;

/**
 * Whether this was a regression, as `Report.isRegression` has it: by the newest change for the worse alone, and never `no`
 * where anything is untested, skipped, or beyond what was asked about.
 * @param areProved whether the releases are known to be those that ran: a command that judges may have started any other
 */
export function isRegression(answer: Answer, areProved: boolean): 'yes' | 'no' | 'unknown' {
  const { broke } = turningPoints(answer);
  if (placeOf(broke) !== undefined && broke?.lastKnown != null) return areProved ? 'yes' : 'unknown';
  if (!areProved || broke?.outcome === 'inconclusive') return 'unknown';
  if (!broke) return answer.asked === 'scan' && areAll(answer.rows, 'good') ? 'no' : 'unknown';
  const rows = rangeOf(answer, broke);
  const hasOldest = broke.step.kind === 'no-end';
  return areAll(rows, 'good') || (hasOldest && areAll(rows, 'bad')) ? 'no' : 'unknown';
}

const areAll = (rows: readonly Row[], wanted: 'good' | 'bad') =>
  rows.length > 0 &&
  rows.every(({ basis, verdict, flaky }) => basis === 'tested' && verdict === wanted && !flaky);

/** The rows that one search was about. */
export function rangeOf({ rows }: Answer, { ends }: Change): readonly Row[] {
  const place = (version: string) => rows.findIndex((row) => row.version === version);
  const last = place(ends.newer);
  return rows.slice(Math.max(0, place(ends.older)), last < 0 ? undefined : last + 1);
}

/** Those of these releases of which there is one round only: it may be chance. */
export const onceOnly = ({ rows }: Answer, versions: readonly string[]): string[] =>
  [...new Set(versions)].filter((version) => {
    const row = rows.find((one) => one.version === version);
    return row !== undefined && row.rounds.good + row.rounds.bad === 1;
  });

/** Whether nothing stands against it that a change came with just this release: no gap before it, and no single rounds. */
export function isPlainlyIn(answer: Answer, change: Change): boolean {
  const { boundary } = change;
  return (
    placeOf(change) !== undefined &&
    boundary !== null &&
    untestedBetween(answer, change).length === 0 &&
    onceOnly(answer, [boundary.before, boundary.after]).length === 0
  );
}
