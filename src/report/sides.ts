/** What two releases beside each other, and the searches of a window, are called. Pure. */
import type { Comparison, PathStep, Report, ReportRow } from './report.js';
import type { Terms } from '../scenarios/scenario.js';
import { saidOf } from './rows.js';
import { termed } from '../scenarios/terms.js';

/**
 * `Last good 2.1.146 beside first broken 2.1.147`. Of two that need not be neighbours, or with releases between them that
 * nobody could test, only what each does: `2.1.1 (works) beside 2.1.4 (broken)`. The older one is first.
 */
export const comparisonTitle = (comparison: Comparison, terms: Terms | undefined): string =>
  termed(titleInOurWords(comparison), terms);

function titleInOurWords({ direction, isBoundary, untested, good, bad }: Comparison): string {
  const isFix = direction === 'fix';
  if (!isBoundary || untested.length > 0)
    return isFix ? `${bad} (broken) beside ${good} (works)` : `${good} (works) beside ${bad} (broken)`;
  return isFix
    ? `Last broken ${bad} beside first fixed ${good}`
    : `Last good ${good} beside first broken ${bad}`;
}

/** The releases before a first broken or first fixed one that nobody could test: it may be one of them in truth. */
export function untestedBefore(
  { comparisons }: Pick<Report, 'comparisons'>,
  { version, label }: Pick<ReportRow, 'version' | 'label'>,
): readonly string[] {
  if (label !== 'first broken' && label !== 'first fixed') return [];
  const isFix = label === 'first fixed';
  const own = comparisons.find(
    ({ direction, good, bad }) => (direction === 'fix') === isFix && (isFix ? good : bad) === version,
  );
  return own?.untested ?? [];
}

/** A label for a headline: `first found broken` where a release that nobody could test may have been the first. */
export function headlineLabel(report: Pick<Report, 'comparisons'>, row: ReportRow): string {
  const isSure = untestedBefore(report, row).length === 0;
  return isSure ? saidOf(row) : saidOf(row).replace('first ', 'first found ');
}

const SIDES = {
  before: 'before the bad release: where it broke',
  after: 'after the bad release: where it was fixed',
} as const;

/** Which of the two searches of a window a step belongs to. */
export const sideText = (
  { side, search }: Pick<PathStep, 'side' | 'search'>,
  terms: Terms | undefined,
): string => (side === null ? `search ${search}` : termed(SIDES[side], terms));
