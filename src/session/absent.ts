/** A search without a network: what is not in the cache is kept from it, and is a suspect where the change may be in it. */
import type { FinalStep } from '../search/drive.js';
import { releaseNamed, testableIn, type SearchRange } from './range.js';
import type { Inquiry, SharedRounds } from './rounds.js';
import type { Judgement } from '../verdict/round.js';

/** Offline what is not in the cache cannot be run. An end that somebody has claimed is missed where it is asked for. */
export async function absentIn(
  ranges: readonly SearchRange[],
  { rounds, catalogue }: Inquiry,
  pool: SharedRounds,
): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  for (const { open, releases } of ranges) {
    const versions = testableIn(releases);
    const inner = versions.slice(open === 'older' ? 0 : 1, open === 'newer' ? undefined : -1);
    for (const version of inner)
      if (!(await rounds.isHere(releaseNamed(catalogue, version))) && pool.recall(version).length === 0)
        absent.add(version);
  }
  return absent;
}

/** The search knows nothing of what was kept from it: the change may be there as well. */
export function withSuspects(
  step: FinalStep,
  versions: readonly string[],
  absent: ReadonlySet<string>,
): FinalStep {
  if (step.kind !== 'found' && step.kind !== 'suspects') return step;
  const { boundary, confidence } = step;
  const known = step.kind === 'suspects' ? step.suspects : [];
  const between = versions.slice(versions.indexOf(boundary.before) + 1, versions.indexOf(boundary.after));
  const suspects = between.filter((version) => absent.has(version) || known.includes(version));
  return suspects.length === 0 ? step : { kind: 'suspects', boundary, suspects, confidence };
}

/** What is said of such a release, where the change may be in it. */
export const NOT_HERE: Judgement = {
  verdict: 'skip',
  cause: 'environment',
  reason: 'not in the cache, and nothing is fetched offline',
  findings: [],
  runs: 0,
};
