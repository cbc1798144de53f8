/** Bounds: what the user typed for `--good`, `--bad`, `--from` and `--to`, as releases. Pure. */
import semver from 'semver';
import { BisectError } from '../errors.js';
import type { Packument } from './manifest.js';
import { namedVersion, type Release } from './releases.js';

const HOW_TO = 'name a version (2.1.146), a dist-tag (latest) or a date (2026-05-21)';

/** `regression`: good first, then bad. `fix`: bad first, then good. */
export type Direction = 'regression' | 'fix';

/**
 * The version that `text` means: itself, what a dist-tag points to, or, for a date, the highest release published on
 * that day (UTC) or before that can be run, each by its own time. A date with a time means that moment.
 * @param releases as `listReleases` gives them, with `text` in its `keep`
 * @throws BisectError `UNKNOWN_VERSION` with the nearest published ones; `BAD_BOUND` for anything that names none
 */
export function resolveBound(
  text: string,
  releases: readonly Release[],
  distTags: Packument['dist-tags'],
): string {
  const bound = text.trim();
  const version = namedVersion(bound, distTags);
  const span = spanOf(bound);
  if (version !== null) {
    const release = releases[indexOf(version, releases)];
    if (release) return release.version;
    throw unknown(bound === version ? version : `${version} (${bound})`, releases, version);
  }
  if (span !== null) return newestBy(span.last, bound, releases);
  if (semver.validRange(bound) !== null)
    throw badBound(bound, `"${bound}" is a range, not a release`, HOW_TO);
  const tags = Object.keys(distTags).toSorted().join(', ');
  const hint = tags ? `the dist-tags are ${tags}` : HOW_TO;
  throw badBound(bound, `"${bound}" is no version, dist-tag or date`, hint);
}

/**
 * The version with which a range begins: what `resolveBound` says, but for a date the release after the last one of which it can be
 * believed that it was published before. So all that follow were published then or later, and an old release that a mirror saw
 * late brings no others with it.
 * @throws BisectError as `resolveBound`
 */
export function resolveStart(
  text: string,
  releases: readonly Release[],
  distTags: Packument['dist-tags'],
): string {
  const bound = text.trim();
  const span = namedVersion(bound, distTags) === null ? spanOf(bound) : null;
  if (span === null) return resolveBound(text, releases, distTags);
  assertDated(releases, bound);
  const isEarlier = (release: Release) => !release.timeDoubtful && isBy(release, span.first - 1);
  const start = releases[releases.findLastIndex(isEarlier) + 1];
  if (start) return start.version;
  throw badBound(
    bound,
    `no release was published since ${bound}`,
    `the newest is ${releases.at(-1)?.version ?? 'none'}`,
  );
}

/**
 * A registry may keep no times (some mirrors do not).
 * @throws BisectError `BAD_BOUND` if none of the releases has one, so that a date means nothing
 */
export function assertDated(releases: readonly Release[], bound: string): void {
  if (releases.length === 0 || releases.some(({ publishedAt }) => publishedAt !== null)) return;
  throw badBound(
    bound,
    `this registry does not say when releases were published: ${bound} names none`,
    'name a version or a dist-tag, or another registry with --registry',
  );
}

/**
 * The releases from one end to the other, both included, oldest first.
 * @param typed the bounds that they were meant by
 * @throws BisectError `BAD_BOUND` when the ends are the same or the wrong way round; `UNKNOWN_VERSION`
 */
export function releasesBetween(
  releases: readonly Release[],
  good: string,
  bad: string,
  direction: Direction,
  typed = { good, bad },
): readonly Release[] {
  const [older, newer] = direction === 'regression' ? [good, bad] : [bad, good];
  const from = indexOf(older, releases);
  const to = indexOf(newer, releases);
  if (from < 0) throw unknown(older, releases);
  if (to < 0) throw unknown(newer, releases);
  if (from === to)
    throw badBound(good, `--good and --bad are the same release, ${good}`, 'give two different releases');
  if (from > to) throw reversed(asTyped(typed.good, good), asTyped(typed.bad, bad), direction);
  return releases.slice(from, to + 1);
}

const asTyped = (text: string, version: string) => (version === text ? version : `${text} (${version})`);

const indexOf = (version: string, releases: readonly Release[]) =>
  releases.findIndex((release) => semver.valid(release.version) === semver.valid(version));

function newestBy(moment: number, bound: string, releases: readonly Release[]): string {
  assertDated(releases, bound);
  // What follows a release that surely came later came later too, whatever time it has.
  const later = releases.findIndex(
    (release) => !release.timeDoubtful && release.publishedAt !== null && !isBy(release, moment),
  );
  const newest = releases
    .slice(0, later < 0 ? undefined : later)
    .findLast((release) => release.source !== null && isBy(release, moment));
  if (newest) return newest.version;
  const first = releases.find(
    ({ source, publishedAt, timeDoubtful }) => source !== null && publishedAt !== null && !timeDoubtful,
  );
  throw badBound(
    bound,
    `no release was published by ${bound}`,
    first ? `the oldest is ${first.version}, of ${first.publishedAt?.slice(0, 10)}` : HOW_TO,
  );
}

const isBy = ({ publishedAt }: Release, moment: number): boolean =>
  publishedAt !== null && Date.parse(publishedAt) <= moment;

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** The first and the last moment that a date, minute or second takes in; UTC unless it says otherwise; null for anything else. */
export function spanOf(text: string): { readonly first: number; readonly last: number } | null {
  const [, day, minute, second = '', zone = 'Z'] = MOMENT.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return null;
  const first = Date.parse(`${day}T${minute ?? '00:00'}${second}${zone.toUpperCase()}`);
  if (Number.isNaN(first)) return null;
  const length = minute === undefined ? 86_400_000 : second === '' ? 60_000 : second.includes('.') ? 1 : 1000;
  return { first, last: first + length - 1 };
}

/** `Date.parse` takes 30 February for 2 March. */
function isDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function unknown(named: string, releases: readonly Release[], version = named): BisectError {
  const below = releases.findLast((release) => semver.lt(release.version, version))?.version ?? null;
  const above = releases.find((release) => semver.gt(release.version, version))?.version ?? null;
  return new BisectError('UNKNOWN_VERSION', `${named} was never published`, {
    hint: nearest(below, above),
    facts: { version, below, above },
  });
}

function nearest(below: string | null, above: string | null): string {
  if (below && above) return `the nearest are ${below} and ${above}`;
  if (below) return `the newest is ${below}`;
  return above ? `the oldest is ${above}` : 'the registry has no release at all';
}

function reversed(good: string, bad: string, direction: Direction): BisectError {
  const hint =
    direction === 'regression'
      ? `--good must be the older release; to find where ${bad} was fixed, use --find-fix`
      : '--bad must be the older release with --find-fix';
  return badBound(good, `--good ${good} and --bad ${bad} are the wrong way round`, hint);
}

const badBound = (bound: string, message: string, hint: string) =>
  new BisectError('BAD_BOUND', message, { hint, facts: { bound } });
