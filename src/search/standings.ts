/** What the known verdicts say about releases that were not run. */
import type { Verdict } from '../verdict/round.js';

export type Basis = 'tested' | 'inferred';

/** What is known of one release, and whether it was run or lies between two tested releases that agree. */
interface Known {
  readonly verdict: Verdict | null;
  readonly basis: Basis | null;
}

/**
 * The standing of every release of `versions` (in order). An untested release has the verdict of the tested ones
 * around it where these agree, and none where they do not. Skips say nothing about their neighbours.
 */
export function standings(versions: readonly string[], known: ReadonlyMap<string, Verdict>): Known[] {
  const tested = versions.map((version) => known.get(version));
  return tested.map((verdict, index) => {
    if (verdict !== undefined) return { verdict, basis: 'tested' };
    const before = tested.slice(0, index).findLast(isInformative);
    const after = tested.slice(index + 1).find(isInformative);
    return before !== undefined && before === after
      ? { verdict: before, basis: 'inferred' }
      : { verdict: null, basis: null };
  });
}

function isInformative(verdict: Verdict | undefined): verdict is 'good' | 'bad' {
  return verdict === 'good' || verdict === 'bad';
}
