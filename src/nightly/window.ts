/** Which releases a night looks at. Pure. */
import semver from 'semver';
import { BisectError } from '../errors.js';
import type { TestableRelease } from '../examiner.js';
import type { Packument } from '../registry/manifest.js';
import { namedVersion, type Release } from '../registry/releases.js';

/** A release that is published, or was on an earlier night. */
export interface SeenRelease extends Release {
  readonly isUnpublished: boolean;
}

/**
 * What is published, and what earlier nights saw that is not any more: what was found out about it still holds.
 * @returns by semver, the oldest first
 */
export function mergeReleases(
  published: readonly Release[],
  remembered: readonly Release[],
  includePrereleases: boolean,
): SeenRelease[] {
  const there = new Set(published.map(({ version }) => version));
  const gone = remembered.filter(
    ({ version, prerelease }) => !there.has(version) && (includePrereleases || !prerelease),
  );
  return [
    ...published.map((release) => ({ ...release, isUnpublished: false })),
    ...gone.map((release) => ({ ...release, isUnpublished: true })),
  ].toSorted((one, other) => semver.compareBuild(one.version, other.version));
}

export interface WindowQuestion {
  /** A version (published or not), a dist-tag or a day; undefined: the newest `releases`. */
  readonly since: string | undefined;
  readonly releases: number;
  /** Whether there is a verdict on a release already, on any subject. */
  readonly isKnown: (release: SeenRelease) => boolean;
}

/**
 * The releases of a night. Without `since` the newest ones; where that would leave a gap to the newest one that is known,
 * everything from that one on.
 * @param all by semver, the oldest first
 * @throws BisectError `BAD_BOUND` for a `since` that is no version, dist-tag or day
 */
export function windowOf(
  all: readonly SeenRelease[],
  { since, releases, isKnown }: WindowQuestion,
  distTags: Packument['dist-tags'],
): readonly SeenRelease[] {
  if (since !== undefined) return all.slice(startOf(since, all, distTags));
  const newest = Math.max(0, all.length - releases);
  const known = all.findLastIndex(isKnown);
  return all.slice(known < 0 ? newest : Math.min(newest, known));
}

function startOf(since: string, all: readonly SeenRelease[], distTags: Packument['dist-tags']): number {
  const version = namedVersion(since, distTags);
  const isWithin = version === null ? publishedSince(since) : atLeast(version);
  const start = all.findIndex(isWithin);
  return start < 0 ? all.length : start;
}

const atLeast =
  (version: string) =>
  (release: Release): boolean =>
    semver.gte(release.version, version);

function publishedSince(day: string): (release: Release) => boolean {
  const moment = /^\d{4}-\d{2}-\d{2}/.test(day) ? Date.parse(day) : Number.NaN;
  if (Number.isNaN(moment))
    throw new BisectError('BAD_BOUND', `"${day}" is no version, dist-tag or day`, {
      hint: 'say since when like 2.1.140, stable or 2026-05-01',
      facts: { since: day },
    });
  return ({ publishedAt }) => publishedAt !== null && Date.parse(publishedAt) >= moment;
}

export const isRunnable = (release: SeenRelease): release is SeenRelease & TestableRelease =>
  release.source !== null;
