/** What two releases beside each other, and the searches of a window, are called. Pure. */
import type { Row } from '../search/answer.js';
import { firstIn, type Claims } from './claims.js';
import type { Comparison } from './comparison.js';
import type { PathStep } from './path.js';
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

/** The releases before a first broken or first fixed one of which nothing is known: it may be one of them in truth. */
export function untestedBefore({ all }: Claims, version: string): readonly string[] {
  const own = all.find((claim) => firstIn(claim)?.version === version);
  return own?.between.map((row) => row.version) ?? [];
}

/** A label for a headline: `first found broken` where a release that nobody could test may have been the first. */
export const headlineLabel = (claims: Claims, row: Row): string =>
  untestedBefore(claims, row.version).length > 0
    ? saidOf(row).replace('first ', 'first found ')
    : saidOf(row);

const SIDES = {
  before: 'before the bad release: where it broke',
  after: 'after the bad release: where it was fixed',
} as const;

/** Which of the two searches of a window a step belongs to. */
export const sideText = (
  { side, search }: Pick<PathStep, 'side' | 'search'>,
  terms: Terms | undefined,
): string => (side === null ? `search ${search}` : termed(SIDES[side], terms));
