/**
 * Which release to run next: between two bounds, when some turn out to be untestable, and on the way to an end that nobody has claimed.
 *
 * The choice maximises P(testable) × information. The information of a split is the binary entropy of its two parts: 1
 * bit in the exact middle, less towards the bounds. What is untestable comes in clusters of unknown length (a broken
 * publication, a missing platform, an interface that the harness cannot drive), so P(testable) follows the law for
 * lengths without a typical scale, P(longer than x) ∝ 1/x: a cluster seen to span e releases reaches d further with
 * probability e/(e + d), hence P(testable at distance d) = d/(d + e). A release between two skipped ones needs the
 * cluster to end on both of its sides: the product of both.
 *
 * In consequence each skip moves the search away by a part of the range, not by one release, and the gap between a bound
 * and the cluster is halved like a range of its own. git bisect skip jumps away too, by pseudo-random fractions of the list
 * (`skip_away` in git's bisect.c); here the distance follows from what was met, so that it can be reasoned about.
 */

/**
 * Untestable releases between the bounds that are tried before the rest of them is believed to be untestable. Sixteen,
 * since a release is a download of some 100 MB: in a cluster of up to this size all are tried and every suspect is
 * certain; of a longer one both edges and a sample spread over it.
 */
export const SKIPS_TO_BELIEVE = 16;

/** The skipped releases that the search has met so far: their indexes. */
export type Skips = ReadonlySet<number>;

/**
 * The index between `low` and `high` that promises most, the older one of two equals; undefined if nothing is left that
 * is worth trying.
 */
export function middleOf(low: number, high: number, skips: Skips, worth = halving): number | undefined {
  const cluster = clusterOf(low, high, skips);
  const believed = cluster !== undefined && cluster.tried >= SKIPS_TO_BELIEVE;
  let best: number | undefined;
  let most = 0;
  for (let index = low + 1; index < high; index += 1) {
    if (skips.has(index)) continue;
    // The edges of a long cluster are still looked for: they are where the bounds come to stand.
    if (believed && index > cluster.first && index < cluster.last) continue;
    const score = testable(index, cluster) * worth(low, index, high);
    if (score > most * (1 + 1e-12)) [best, most] = [index, score];
  }
  return best;
}

interface Cluster {
  readonly first: number;
  readonly last: number;
  readonly tried: number;
  readonly sorted: readonly number[];
}

/** Every clear release that the search has met is a bound, so that the skipped ones between the bounds are one cluster. */
function clusterOf(low: number, high: number, skips: Skips): Cluster | undefined {
  const sorted = [...skips].filter((index) => index > low && index < high).toSorted((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  return first === undefined || last === undefined
    ? undefined
    : { first, last, tried: sorted.length, sorted };
}

/** Probability that the release at `index` is testable, where `low` and `high` are the clear ones around it. */
export function testability(index: number, low: number, high: number, skips: Skips): number {
  return testable(index, clusterOf(low, high, skips));
}

function testable(index: number, cluster: Cluster | undefined): number {
  if (!cluster) return 1;
  const span = cluster.last - cluster.first + 1;
  const ends = (distance: number) => distance / (distance + span);
  if (index < cluster.first) return ends(cluster.first - index);
  if (index > cluster.last) return ends(index - cluster.last);
  const next = cluster.sorted.findIndex((skipped) => skipped > index);
  const [before, after] = [cluster.sorted[next - 1] as number, cluster.sorted[next] as number];
  return ends(index - before) * ends(after - index);
}

/** Bits that a verdict at `index` is worth, if the change is anywhere between the bounds with equal probability. */
function halving(low: number, index: number, high: number): number {
  // The smaller part first, so that both sides of the middle have exactly the same value.
  const part = Math.min(index - low, high - index) / (high - low);
  return -part * Math.log2(part) - (1 - part) * Math.log2(1 - part);
}

/** Where a walk away from the claimed end, distance 0, has come to. Nothing but the claimed end's verdict was met up to `reached`. */
export type WalkEnd =
  /** `unknown`: the release at `distance` must be run first. `other`: it is the first that was met to be otherwise. */
  | {
      readonly kind: 'unknown' | 'other';
      readonly distance: number;
      readonly reached: number;
      readonly skips: Skips;
    }
  /** Nothing testable is beyond `reached`. */
  | { readonly kind: 'none'; readonly reached: number };

/**
 * The way to an end that nobody has claimed: 1, 2, 4, 8 … releases away from the claimed end, and to `last`.
 * @param meet what is read at a distance
 */
export function walk(
  last: number,
  meet: (distance: number) => 'same' | 'other' | 'skip' | 'unknown',
): WalkEnd {
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
export function nextStop(reached: number, last: number, skips: Skips): number | undefined {
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
