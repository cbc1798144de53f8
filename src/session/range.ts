/** Which releases a question is about, and what is searched for among them. Pure, but for the notary. */
import semver from 'semver';
import { type Direction, releasesBetween, resolveBound, resolveStart } from '../registry/bounds.js';
import { BisectError } from '../errors.js';
import { refusedAmong, type Notary } from '../registry/provenance.js';
import type { Release, TestableRelease } from '../registry/releases.js';
import type { Packument } from '../registry/manifest.js';

/** What is looked for: the first bad release, the first good one after a bad one, or both sides of a bad one. */
export type Wanted = Direction | 'window';

export interface Bounds {
  readonly wanted: Wanted;
  /**
   * As typed: version, dist-tag or date. Left out, the good one is looked for from the bad one in growing steps, and the
   * bad one is the latest release; a fix and a window need their bad release.
   */
  readonly good?: string | undefined;
  readonly bad?: string | undefined;
}

export interface Published {
  readonly releases: readonly Release[];
  readonly distTags: Packument['dist-tags'];
}

/**
 * The versions that are not to be run.
 * @throws BisectError `UNKNOWN_VERSION` for one that is not published, or is a prerelease where none is searched
 */
export function excludedOf(exclude: readonly string[] = [], published: Published): ReadonlySet<string> {
  const isListed = (bound: string) => published.releases.some(({ version }) => version === bound);
  const unlisted = exclude.find((bound) => semver.prerelease(bound) && !isListed(bound));
  if (unlisted === undefined) return new Set(exclude.map((bound) => resolve(bound, published)));
  throw new BisectError('UNKNOWN_VERSION', `${unlisted} is none of the releases that are searched`, {
    hint: 'leave it out of --exclude: prereleases are searched with --include-prereleases only',
    facts: { version: unlisted },
  });
}

/** One search, over releases in order that are published, though not all of them testable. */
export interface SearchRange {
  readonly direction: Direction;
  /** The side on which no end is claimed. */
  readonly open: 'older' | 'newer' | undefined;
  /** Nobody has named the bad release: it is the latest one. */
  readonly isAssumed: boolean;
  readonly releases: readonly Release[];
}

/**
 * The searches that answer a question: one, or for a window the one before and the one after its bad release.
 * @throws BisectError `BAD_BOUND` or `UNKNOWN_VERSION` for bounds that make no range, or that name what cannot be run;
 *   `BAD_OPTION` where the bad release is missing
 */
export function searchesFor(bounds: Bounds, published: Published): readonly SearchRange[] {
  const { wanted } = bounds;
  assertComplete(bounds);
  const bad = resolve(bounds.bad ?? 'latest', published);
  const good = bounds.good === undefined ? undefined : resolve(bounds.good, published);
  const isAssumed = bounds.bad === undefined;
  const directions = wanted === 'window' ? (['regression', 'fix'] as const) : [wanted];
  return directions.map((direction) => {
    // The good release of a window is the one before it.
    const claimed = wanted === 'window' && direction === 'fix' ? undefined : good;
    return { ...searchFor(direction, claimed, bad, published, bounds), isAssumed };
  });
}

/** What is not to be run. */
export interface LeftOut {
  /** Versions, as typed: to the search they are skips. */
  readonly exclude?: readonly string[] | undefined;
  /** With it, releases that are not proved to be signed are such skips too. */
  readonly notary?: Notary | undefined;
}

/**
 * By version, why it is not run.
 * @throws BisectError `BAD_BOUND`, `NOT_SIGNED` if an end that was named is not to be run
 */
export async function leftOutOf(
  { exclude, notary }: LeftOut,
  ranges: readonly SearchRange[],
  published: Published,
): Promise<ReadonlyMap<string, string>> {
  const ends = ranges.flatMap(({ open, releases }) => [
    open === 'older' ? undefined : releases[0],
    open === 'newer' ? undefined : releases.at(-1),
  ]);
  const named = new Map([...excludedOf(exclude, published)].map((version) => [version, 'excluded']));
  const end = ends.find((release) => release && named.has(release.version))?.version;
  if (end)
    throw new BisectError('BAD_BOUND', `${end} is an end of the range, and excluded`, {
      hint: 'choose a neighbouring release as the bound, or leave out --exclude',
      facts: { version: end },
    });
  if (!notary) return named;
  const refused = await refusedAmong([...new Set(ranges.flatMap(({ releases }) => releases))], notary);
  const unsigned = ends.find((release) => release && refused.has(release.version))?.version;
  if (unsigned)
    throw new BisectError('NOT_SIGNED', `${unsigned} is an end of the range, and ${refused.get(unsigned)}`, {
      hint: 'name a registry that signs with --registry (mirrors leave signatures out), or leave out --require-provenance',
      facts: { version: unsigned },
    });
  return new Map([...refused, ...named]);
}

function searchFor(
  direction: Direction,
  good: string | undefined,
  bad: string,
  { releases }: Published,
  typed: Bounds,
): Omit<SearchRange, 'isAssumed'> {
  if (good !== undefined) {
    const range = releasesBetween(releases, good, bad, direction, {
      good: typed.good ?? good,
      bad: typed.bad ?? bad,
    });
    for (const end of [range[0], range.at(-1)]) if (end) assertTestable(end);
    return { direction, open: undefined, releases: range };
  }
  const place = releases.findIndex(({ version }) => version === bad);
  assertTestable(releases[place] as Release);
  return direction === 'regression'
    ? { direction, open: 'older', releases: releases.slice(0, place + 1) }
    : { direction, open: 'newer', releases: releases.slice(place) };
}

const resolve = (bound: string, { releases, distTags }: Published) => resolveBound(bound, releases, distTags);

/**
 * The releases of a range that is not searched but looked at as a whole, oldest first.
 * @throws BisectError `BAD_BOUND` or `UNKNOWN_VERSION`
 */
export function releasesFrom(from: string, to: string, published: Published): readonly Release[] {
  const { releases, distTags } = published;
  const ends = [resolveStart(from, releases, distTags), resolve(to, published)];
  const [first, last] = ends.map((end) => releases.findIndex(({ version }) => version === end)) as [
    number,
    number,
  ];
  if (first <= last) return releases.slice(first, last + 1);
  throw new BisectError('BAD_BOUND', `--from ${from} and --to ${to} are the wrong way round`, {
    hint: 'name the older release with --from',
    facts: { from, to },
  });
}

export const isTestable = (release: Release): release is Release & TestableRelease => release.source !== null;

export const testableIn = (releases: readonly Release[]): string[] =>
  releases.filter(isTestable).map(({ version }) => version);

/** @throws BisectError `BAD_BOUND` if there is nothing of this release to run */
function assertTestable(release: Release): asserts release is Release & TestableRelease {
  if (isTestable(release)) return;
  const { version, missing } = release;
  throw new BisectError('BAD_BOUND', `${version} cannot be tested: ${missing ?? 'it has no executable'}`, {
    hint: 'choose a neighbouring release: "mcp-bisect releases" lists them',
    facts: { version },
  });
}

/**
 * That can be said before anything is known of the releases.
 * @throws BisectError `BAD_OPTION` where the bad release is missing
 */
export function assertComplete({ wanted, bad }: Bounds): void {
  if (bad !== undefined || wanted === 'regression') return;
  const option = wanted === 'fix' ? '--find-fix' : '--window';
  throw new BisectError('BAD_OPTION', `${option} needs a release that shows the failure`, {
    hint: 'name it with --bad, for example the version in the report',
  });
}

/**
 * The release of this version.
 * @throws BisectError `BAD_BOUND` if there is nothing of it to run
 */
export function releaseNamed({ releases }: Pick<Published, 'releases'>, version: string): TestableRelease {
  const release = releases.find((known) => known.version === version) as Release;
  assertTestable(release);
  return release;
}
