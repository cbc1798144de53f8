/** The releases of a client in order. Pure. */
import semver from 'semver';
import type { Manifest, Packument } from './manifest.js';

/** Where the executable of a release is, as its client's packaging says: before the registry is asked for it. */
export interface ExecutableLocation {
  /** Package whose tarball holds it: the client's own or a platform package. */
  readonly package: string;
  readonly version: string;
  /** Path in the tarball of what is run, for example `package/claude`. */
  readonly entry: string;
  /** Further tarball paths without which it does not start; taken along where the tarball has them. */
  readonly companions: readonly string[];
  readonly runner: 'native' | 'node';
}

/** A location that the registry has confirmed: what the store needs to get the executable. */
export interface ExecutableSource extends ExecutableLocation {
  readonly tarball: string;
  /** Subresource integrity of the tarball: one `sha512-…`, without which it is no source. */
  readonly integrity: string;
  /** What its packument says of signatures, which nobody has checked; left out where there are none. */
  readonly signing?: 'attested' | 'signed';
}

/** One published version of a client. */
export interface Release extends PublicationTime {
  readonly version: string;
  readonly prerelease: boolean;
  /** The publisher's warning; null for a release that is not deprecated. */
  readonly deprecated: string | null;
  /** What the store needs to get the executable; null where there is none, and `missing` says why. */
  readonly source: ExecutableSource | null;
  readonly missing: string | null;
}

/** A release that can be tested: its executable is published for the platform. */
export interface TestableRelease {
  readonly version: string;
  readonly source: ExecutableSource;
}

/** Where a version's executable is, or why there is none: a client's `locate`, with the target already given. */
type Locate = (manifest: Manifest) => ExecutableLocation | { readonly missing: string };

export interface ReleaseQuery {
  /** The client's own package. */
  readonly packument: Packument;
  readonly locate: Locate;
  /** By package name: those that {@link packagesToFetch} asked for. */
  readonly platformPackuments: ReadonlyMap<string, Packument>;
  readonly includePrereleases: boolean;
  /** Bounds as the user typed them. A prerelease that one of them names, by version or by tag, stays in the list. */
  readonly keep?: readonly string[];
}

/** The platform packages in which `locate` finds executables: their packuments are needed for {@link listReleases}. */
export function packagesToFetch(packument: Packument, locate: Locate): string[] {
  const names = new Set<string>();
  for (const manifest of Object.values(packument.versions)) {
    const location = locate(manifest);
    if ('package' in location && location.package !== packument.name) names.add(location.package);
  }
  return [...names].toSorted();
}

/**
 * Every release by semver, oldest first. The placeholder 0.0.0 and versions that are not semver are no releases;
 * prereleases are listed when asked for. A release without an executable is listed, with the reason in `missing`.
 */
export function listReleases(query: ReleaseQuery): Release[] {
  const { packument, includePrereleases } = query;
  const kept = new Set((query.keep ?? []).map((bound) => namedVersion(bound, packument['dist-tags'])));
  const listed = Object.values(packument.versions)
    .filter(({ version }) => semver.valid(version) !== null && version !== '0.0.0')
    .filter(({ version }) => includePrereleases || !isPrerelease(version) || kept.has(semver.valid(version)))
    .map((manifest) => toRelease(manifest, query))
    .toSorted((a, b) => semver.compareBuild(a.version, b.version));
  return markDoubtful(markDoubtful(listed).map((release) => betterDated(release, query)));
}

/** A release without a time, or with a later one that is doubtful, has that of its executable's package: they are published together. */
function betterDated(release: Release, { platformPackuments }: ReleaseQuery): Release {
  const { timeDoubtful, publishedAt, source } = release;
  const other = source && isoTime(platformPackuments.get(source.package)?.time?.[source.version]);
  if (!other) return release;
  const isBetter = publishedAt === null || (timeDoubtful && Date.parse(other) < Date.parse(publishedAt));
  return isBetter ? { ...release, publishedAt: other } : release;
}

/** The version that a bound names outright, `v` and build metadata removed; null for a date or nonsense. */
export function namedVersion(bound: string, distTags: Packument['dist-tags']): string | null {
  const tagged = Object.hasOwn(distTags, bound) ? distTags[bound] : undefined;
  return semver.valid(tagged ?? bound);
}

function toRelease(manifest: Manifest, query: ReleaseQuery): Omit<Release, 'timeDoubtful'> {
  const { version, deprecated } = manifest;
  return {
    version,
    publishedAt: isoTime(query.packument.time?.[version]),
    prerelease: isPrerelease(version),
    deprecated: deprecated === true ? 'deprecated' : deprecated || null,
    ...sourceOf(manifest, query),
  };
}

function sourceOf(manifest: Manifest, query: ReleaseQuery): Pick<Release, 'source' | 'missing'> {
  const location = query.locate(manifest);
  if ('missing' in location) return { source: null, missing: location.missing };
  const { package: name, version } = location;
  const packument = name === query.packument.name ? query.packument : query.platformPackuments.get(name);
  const holder = packument?.versions[version];
  if (!holder) return { source: null, missing: `${name}@${version} was not published` };
  const integrity = sha512Of(holder.dist.integrity);
  if (!integrity)
    return { source: null, missing: `${name}@${version} has no sha512 integrity to verify it by` };
  const { tarball, signatures = [], attestations } = holder.dist;
  const signing = attestations ? 'attested' : signatures.length > 0 ? 'signed' : undefined;
  return { source: { ...location, tarball, integrity, ...(signing && { signing }) }, missing: null };
}

/** An integrity may be several hashes in a row, each with options. */
const sha512Of = (integrity = '') => /(?<=^|\s)sha512-[A-Za-z0-9+/]{86}==/.exec(integrity)?.[0];

const isPrerelease = (version: string) => semver.prerelease(version) !== null;

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
function isoTime(time = ''): string | null {
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time}Z`;
  const date = new Date(zoned);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
