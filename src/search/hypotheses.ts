/** The positions that the change may have, how probable each is before any round, and what each rests on. */
import type { SideCounts } from './posterior.js';
import { expectedEnds, type Search, clearRounds } from './question.js';
import { readTally, type Tally } from '../verdict/standing.js';

/** A release that must clearly read like this for a position to be named. */
export interface Pillar {
  readonly version: string;
  readonly reads: 'good' | 'bad';
}

/** Position t: of the releases of `indexes`, those from t on are after the change. */
export interface Hypotheses {
  /** Indexes, in the list of versions, of the releases that are not known to be untestable. */
  readonly indexes: readonly number[];
  readonly evidence: readonly SideCounts[];
  /** Weight of each position. The first and the last one mean that there is no change between the ends. */
  readonly prior: readonly number[];
  restsOn(position: number): readonly Pillar[];
}

/**
 * Prior probability at least of "no change at all" for each way in which that can be. Both ends have been claimed by
 * somebody who saw them; but a claim about a client that flaps may itself be a flap.
 */
const NO_CHANGE = 0.05;

export function hypothesesOf(search: Search): Hypotheses {
  const { versions, direction } = search.question;
  const expected = expectedEnds(direction);
  const indexes = [...versions.keys()].filter((index) => !isUntestable(search, versions[index] as string));
  const evidence = indexes.map((index) =>
    evidenceOf(search.known.get(versions[index] as string), expected.older),
  );
  const pillar = (position: number, reads: 'good' | 'bad'): Pillar[] => {
    const index = indexes[position];
    return index === undefined ? [] : [{ version: versions[index] as string, reads }];
  };
  return {
    indexes,
    evidence,
    prior: priorOf(search, indexes),
    restsOn(position) {
      const sides = [...pillar(position - 1, expected.older), ...pillar(position, expected.newer)];
      // Where there is no change, one of the two is missing, and the other one is the end that shows it.
      return sides.length === 1 ? [...sides, ...contraryEnd(search, sides[0] as Pillar)] : sides;
    },
  };
}

/**
 * Ends that read the other way round than they were claimed are to be told from ends that agree: if the second one reads
 * unlike the first, that is to be clear as well.
 */
function contraryEnd({ question: { versions, open }, known }: Search, end: Pillar): Pillar[] {
  const other = (end.version === versions[0] ? versions.at(-1) : versions[0]) as string;
  const { verdict } = readTally(known.get(other) ?? { good: 0, bad: 0, skip: 0 });
  return open || verdict === 'skip' || verdict === end.reads ? [] : [{ version: other, reads: verdict }];
}

function isUntestable({ known, rule }: Search, version: string): boolean {
  const tally = known.get(version);
  return tally !== undefined && clearRounds(tally) === 0 && tally.skip >= rule.repeat;
}

function evidenceOf(tally: Tally | undefined, older: 'good' | 'bad'): SideCounts {
  const { good, bad } = tally ?? { good: 0, bad: 0 };
  return older === 'good' ? { older: good, newer: bad } : { older: bad, newer: good };
}

/**
 * Between two claimed ends every pair of neighbours is as probable as the next; a gap of untestable releases holds several
 * pairs. From an open side's claimed end the probability falls with 1/distance: the change is as probably 4 to 8 releases
 * away as 8 to 16, which is also why the walk doubles its steps.
 */
function priorOf({ question: { versions, open } }: Search, indexes: readonly number[]): number[] {
  const last = versions.length - 1;
  const share = (index: number) =>
    open === 'older' ? 1 / (last + 1 - index) : open === 'newer' ? 1 / index : 1;
  const between = indexes.slice(1).map((index, position) => {
    let sum = 0;
    for (let pair = (indexes[position] as number) + 1; pair <= index; pair += 1) sum += share(pair);
    return sum;
  });
  const none = Math.max(NO_CHANGE, 1 / (versions.length + 1));
  const total = between.reduce((sum, weight) => sum + weight, 0);
  return [none, ...between.map((weight) => ((1 - 2 * none) * weight) / total), none];
}
