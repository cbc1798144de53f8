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
  return [
    ...published.map((release) => {
      const source = release.source ?? sources.get(release.version) ?? null;
      return { ...release, source, isUnpublished: release.source === null && source !== null };
    }),
    ...gone.map((release) => ({ ...release, isUnpublished: true })),
  ].toSorted((one, other) => semver.compareBuild(one.version, other.version));
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
 * have come, everything from there on.
 * @param all by semver, the oldest first
 * @throws BisectError `BAD_BOUND` for a `since` that is no version, dist-tag or day, or is newer than every release
 */
export function windowOf(
  all: readonly SeenRelease[],
  { since, releases, watermarks }: WindowQuestion,
  distTags: Packument['dist-tags'],
): readonly SeenRelease[] {
  const asked = since === undefined ? Math.max(0, all.length - releases) : startOf(since, all, distTags);
  const reached = watermarks
    .map((version) => all.findIndex(atLeast(version)))
    .filter((place) => place >= 0 && place < asked)
    .map((place) => Math.max(0, place - SPARE));
  return all.slice(Math.min(asked, ...reached));
}

function startOf(since: string, all: readonly SeenRelease[], distTags: Packument['dist-tags']): number {
  const version = namedVersion(since, distTags);
  const isWithin = version === null ? publishedSince(since) : atLeast(version);
  const start = all.findIndex(isWithin);
  if (start >= 0 || all.length === 0) return Math.max(0, start);
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
