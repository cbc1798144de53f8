/** What the publication times of releases are worth where they run against the order of versions. Pure. */

/** When a release was published, and whether that can be believed. */
export interface PublicationTime {
  /** ISO 8601, UTC, with milliseconds and `Z`; null where the registry gives no usable time. */
  readonly publishedAt: string | null;
  /** It contradicts the times of other releases (`markDoubtful`). */
  readonly timeDoubtful: boolean;
}

/**
 * Marks the times that contradict others. A registry may have seen a release late (a mirror, an old line that was mended), but never
 * before it was there: a time is doubtful if a newer release was published before it. A newer release that alone says so of
 * several is doubtful itself. The times that are left unmarked never run backwards.
 * @param releases by version, the oldest first
 */
export function markDoubtful<Dated extends { readonly publishedAt: string | null }>(
  releases: readonly Dated[],
): (Dated & PublicationTime)[] {
  const times = releases.map(({ publishedAt }) => (publishedAt === null ? null : Date.parse(publishedAt)));
  const early = datedTooEarly(times);
  let earliest = Infinity;
  const marked = releases.toReversed().map((release, index) => {
    const place = releases.length - 1 - index;
    const time = times[place] ?? null;
    if (time === null || early.has(place)) return { ...release, timeDoubtful: early.has(place) };
    const timeDoubtful = time > earliest;
    earliest = Math.min(earliest, time);
    return { ...release, timeDoubtful };
  });
  return marked.toReversed();
}

/** Places whose time is the only one before that of two older releases, or more. */
function datedTooEarly(times: readonly (number | null)[]): ReadonlySet<number> {
  /** How many older releases a place alone is dated before. */
  const alone = new Map<number, number>();
  /** Of the newer releases, those with the two earliest times. */
  let [first, second] = [-1, -1];
  const at = (place: number) => times[place] ?? Infinity;
  for (let place = times.length - 1; place >= 0; place -= 1) {
    if (times[place] === null) continue;
    if (at(place) > at(first) && at(place) <= at(second)) alone.set(first, (alone.get(first) ?? 0) + 1);
    if (at(place) <= at(first)) [first, second] = [place, first];
    else if (at(place) < at(second)) second = place;
  }
  return new Set([...alone].filter(([, count]) => count > 1).map(([place]) => place));
}

/** A time as an ISO date in UTC. Mirrors write times in several ways; one without a zone is meant as UTC, as npm's own are. */
export function isoTime(time = ''): string | null {
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
