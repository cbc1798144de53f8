/** The way to an end that nobody has claimed: 1, 2, 4, 8 … releases away from the claimed end, and to the last one. */
import { middleOf } from './middle.js';

/** What the walk reads at a distance (in releases) from the claimed end. */
type Meets = 'same' | 'other' | 'skip' | 'unknown';

export type WalkEnd =
  /** The release at `distance` must be run first. */
  | {
      readonly kind: 'unknown';
      readonly distance: number;
      readonly reached: number;
      readonly skips: Set<number>;
    }
  /** The change is between `reached`, which is like the claimed end, and `distance`, which is not. */
  | {
      readonly kind: 'other';
      readonly distance: number;
      readonly reached: number;
      readonly skips: Set<number>;
    }
  /** Nothing but the claimed end's verdict up to `reached`, and nothing testable beyond it. */
  | { readonly kind: 'none'; readonly reached: number };

/** Walks away from distance 0 to `last` at most, asking `meet` at every stop. */
export function walk(last: number, meet: (distance: number) => Meets): WalkEnd {
  const skips = new Set<number>();
  let reached = 0;
  for (;;) {
    const distance = nextStop(reached, last, skips);
    if (distance === undefined) return { kind: 'none', reached };
    const met = meet(distance);
    if (met === 'same') reached = distance;
    else if (met === 'skip') skips.add(distance);
    else return { kind: met, distance, reached, skips };
  }
}

/**
 * The next power of two. From a skipped stop the walk goes on towards the far side in growing steps as well, so that a
 * cluster of skipped releases is left soon; where it reaches over the end of the list, the walk turns back.
 */
export function nextStop(reached: number, last: number, skips: ReadonlySet<number>): number | undefined {
  if (reached >= last) return undefined;
  const stop = Math.min(last, 2 ** (reached === 0 ? 0 : Math.floor(Math.log2(reached)) + 1));
  for (let jump = 0; ; jump = jump === 0 ? 1 : jump * 2) {
    const distance = Math.min(last, stop + jump);
    if (!skips.has(distance)) return distance;
    if (distance === last) return middleOf(reached, last, skips, farness);
  }
}

/** The farther a release is, the more probably it has the other verdict. */
const farness = (reached: number, distance: number, last: number): number =>
  (distance - reached) / (last - reached);
