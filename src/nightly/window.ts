/** Which releases a night looks at. Pure. */
import semver from 'semver';
import { BisectError } from '../errors.js';
import { markDoubtful, namedVersion, type Release, type TestableRelease } from '../registry/releases.js';
import type { Packument } from '../registry/manifest.js';
import { assertDated, spanOf } from '../registry/bounds.js';

/** A release that is published, or was on an earlier night. */
export interface SeenRelease extends Release {
  readonly isUnpublished: boolean;
}

/** A release of a night. */
export interface NightRelease extends SeenRelease {
  /** It is run for its own sake; the others only lie between such releases, and are run to place a change. */
  readonly isDue: boolean;
}

/**
 * What is published, and what earlier nights saw that is not any more: what was found out about it still holds, also where only its
 * executable is gone.
 * @returns by semver, the oldest first
 */
export function mergeReleases(
  published: readonly Release[],
  remembered: readonly Release[],
  includePrereleases: boolean,
): SeenRelease[] {
  const sources = new Map(remembered.map(({ version, source }) => [version, source]));
  const there = new Set(published.map(({ version }) => version));
  const gone = remembered.filter(
    ({ version, prerelease }) => !there.has(version) && (includePrereleases || !prerelease),
  );
  const all = [
    ...published.map((release) => {
      const source = release.source ?? sources.get(release.version) ?? null;
      return { ...release, source, isUnpublished: release.source === null && source !== null };
    }),
    ...gone.map((release) => ({ ...release, isUnpublished: true })),
  ].toSorted((one, other) => semver.compareBuild(one.version, other.version));
  return markDoubtful(all);
}

export interface WindowQuestion {
  /** A version (published or not), a dist-tag or a day; undefined: the newest `releases`. */
  readonly since: string | undefined;
  readonly releases: number;
  /**
   * Releases up to which earlier nights have found out all there is to find out, one for each subject that has such: what comes
   * after the oldest of them is looked at in any case.
   */
  readonly watermarks: readonly string[];
}

/** Releases before the last that is sure, should that not be there to be run again. */
const SPARE = 3;

/**
 * The releases of a night: those since `since`, or the newest ones; and where that would leave a gap to where earlier nights
 * have come, everything from there on. A day means the releases that were published then or later, each by its own time, wherever
 * they are in the order of versions: rather one too many is run than one too few.
 * @param all by semver, the oldest first
 * @returns from the oldest of them on
 * @throws BisectError `BAD_BOUND` for a `since` that is no version, dist-tag or day, or is newer than every release
 */
export function windowOf(
  all: readonly SeenRelease[],
  { since, releases, watermarks }: WindowQuestion,
  distTags: Packument['dist-tags'],
): readonly NightRelease[] {
  const isAsked =
    since === undefined
      ? (_: SeenRelease, place: number) => place >= all.length - releases
      : askedSince(since, all, distTags);
  // From here on every release is asked for.
  const tail = all.findLastIndex((release, place) => !isAsked(release, place)) + 1;
  const reached = watermarks
    .map((version) => all.findIndex(atLeast(version)))
    .filter((place) => place >= 0 && place < tail)
    .map((place) => Math.max(0, place - SPARE));
  const start = Math.min(tail, ...reached);
  const night = all.map((release, place) => ({
    ...release,
    isDue: place >= start || isAsked(release, place),
  }));
  return night.slice(night.findIndex(({ isDue }) => isDue));
}

function askedSince(
  since: string,
  all: readonly SeenRelease[],
  distTags: Packument['dist-tags'],
): (release: SeenRelease) => boolean {
  const version = namedVersion(since, distTags);
  const isWithin = version === null ? publishedSince(since, all) : atLeast(version);
  if (all.length === 0 || all.some(isWithin)) return isWithin;
  throw new BisectError(
    'BAD_BOUND',
    `there is no release since ${since}: the newest is ${all.at(-1)?.version}`,
    {
      hint: 'name an older release, or a day before the newest one',
      facts: { since },
    },
  );
}

const atLeast =
  (version: string) =>
  (release: Release): boolean =>
    semver.compareBuild(release.version, version) >= 0;

function publishedSince(day: string, all: readonly SeenRelease[]): (release: Release) => boolean {
  const span = spanOf(day);
  if (span === null)
    throw new BisectError('BAD_BOUND', `"${day}" is no version, dist-tag or day`, {
      hint: 'say since when like 2.1.140, stable or 2026-05-01',
      facts: { since: day },
    });
  assertDated(all, day);
  return ({ publishedAt }) => publishedAt !== null && Date.parse(publishedAt) >= span.first;
}

export const isRunnable = <Seen extends SeenRelease>(release: Seen): release is Seen & TestableRelease =>
  release.source !== null;
