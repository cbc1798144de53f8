import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, test } from 'vitest';
import type { Manifest, Packument } from '../../src/registry/manifest.js';
import {
  listReleases,
  namedVersion,
  packagesToFetch,
  type Release,
  type ReleaseQuery,
} from '../../src/registry/releases.js';
import { anyVersions, locate, MAIN, manifestOf, packumentOf, PLATFORM, SHA512 } from './catalog.js';

interface Registry {
  readonly main: readonly Manifest[];
  readonly platform?: readonly Manifest[];
  readonly more?: Partial<Packument>;
}

function list({ main, platform = [], more = {} }: Registry, query: Partial<ReleaseQuery> = {}): Release[] {
  return listReleases({
    packument: packumentOf(MAIN, main, more),
    locate,
    platformPackuments: new Map([[PLATFORM, packumentOf(PLATFORM, platform)]]),
    includePrereleases: false,
    ...query,
  });
}

function inMain(versions: readonly string[]): Manifest[] {
  return versions.map((version) => manifestOf(MAIN, version));
}

describe('the list', () => {
  test('is ordered by semver, whatever the order and the times of the packument', () => {
    fc.assert(
      fc.property(anyVersions, (versions) => {
        const listed = list({ main: inMain(versions) }, { includePrereleases: true }).map(
          ({ version }) => version,
        );
        expect(listed).toEqual(semver.sort([...versions]));
      }),
    );
  });

  test('has no prereleases unless asked for, and none of the others is lost', () => {
    fc.assert(
      fc.property(anyVersions, (versions) => {
        const listed = list({ main: inMain(versions) }).map(({ version }) => version);
        expect(listed.toSorted()).toEqual(versions.filter((version) => !version.includes('-')).toSorted());
      }),
    );
  });

  test('marks prereleases, and orders them before their release', () => {
    const main = inMain(['1.0.0', '1.0.0-beta.11', '1.0.0-beta.2', '0.9.9']);
    const listed = list({ main }, { includePrereleases: true });
    expect(listed.map(({ version, prerelease }) => [version, prerelease])).toEqual([
      ['0.9.9', false],
      ['1.0.0-beta.2', true],
      ['1.0.0-beta.11', true],
      ['1.0.0', false],
    ]);
  });

  test('drops the placeholder and what is not semver', () => {
    const listed = list({ main: inMain(['0.0.0', '1.0.0', 'latest', '1.0', '1.0.0.1', '']) });
    expect(listed.map(({ version }) => version)).toEqual(['1.0.0']);
  });

  test.each([
    ['1.1.0-beta.1', ['1.1.0-beta.1']],
    ['v1.1.0-beta.1', ['1.1.0-beta.1']],
    ['next', ['1.1.0-beta.2']],
    ['latest', []],
    ['2026-01-01', []],
    ['toString', []],
  ])('keeps the prerelease that a bound of "%s" names', (bound, kept) => {
    const main = inMain(['1.0.0', '1.1.0-beta.1', '1.1.0-beta.2']);
    const more = { 'dist-tags': { latest: '1.0.0', next: '1.1.0-beta.2' } };
    const listed = list({ main, more }, { keep: [bound] });
    expect(listed.map(({ version }) => version)).toEqual(['1.0.0', ...kept]);
  });
});

const withDist = (dist: Manifest['dist']) => [manifestOf(PLATFORM, '2.0.0', { dist })];

describe('the source of a release', () => {
  test('is the main package where the executable is in it', () => {
    const [release] = list({ main: inMain(['1.2.3']) });
    expect(release?.missing).toBeNull();
    expect(release?.source).toEqual({
      package: MAIN,
      version: '1.2.3',
      entry: 'package/cli.js',
      companions: [],
      runner: 'node',
      tarball: 'https://registry.test/client/-/client-1.2.3.tgz',
      integrity: SHA512,
    });
  });

  test('is the platform package where the executable is in that', () => {
    const [release] = list({ main: inMain(['2.0.0']), platform: [manifestOf(PLATFORM, '2.0.0')] });
    expect(release?.source).toMatchObject({ package: PLATFORM, entry: 'package/client', integrity: SHA512 });
  });

  const tarball = 'https://registry.test/x.tgz';
  test.each<[why: string, version: string, platform: readonly Manifest[], missing: RegExp]>([
    ['the client knows of none', '0.5.0', [], /^older than the first executable$/],
    ['the platform package was not published', '2.0.0', [], /client-linux-x64@2\.0\.0 was not published/],
    ['only another version of it was', '2.0.0', [manifestOf(PLATFORM, '2.0.1')], /was not published/],
    ['it has only a sha1 sum', '2.0.0', withDist({ tarball, shasum: 'a'.repeat(40) }), /no sha512/],
    ['its integrity is weaker', '2.0.0', withDist({ tarball, integrity: 'sha1-AAAA' }), /no sha512/],
    ['its integrity is cut off', '2.0.0', withDist({ tarball, integrity: SHA512.slice(0, 40) }), /no sha512/],
  ])('is missing, with the reason, when %s; the release is listed', (_, version, platform, missing) => {
    const [release] = list({ main: inMain([version]), platform });
    expect(release).toMatchObject({ version, source: null });
    expect(release?.missing).toMatch(missing);
  });

  test('is missing when the packument of the platform package is', () => {
    const [release] = list({ main: inMain(['2.0.0']) }, { platformPackuments: new Map() });
    expect(release?.missing).toMatch(/was not published/);
  });

  test('is verified by the sha512 among several hashes', () => {
    const platform = [manifestOf(PLATFORM, '2.0.0', { dist: { tarball, integrity: `sha1-AAAA ${SHA512}` } })];
    expect(list({ main: inMain(['2.0.0']), platform })[0]?.source?.integrity).toBe(SHA512);
  });
});

test.each([
  ['2026-05-21T21:31:12.533000+00:00', '2026-05-21T21:31:12.533Z'],
  ['2026-05-21T21:31:12.533Z', '2026-05-21T21:31:12.533Z'],
  ['2026-11-20T19:16:01+00:00', '2026-11-20T19:16:01.000Z'],
  ['2026-05-21T23:31:12+02:00', '2026-05-21T21:31:12.000Z'],
  ['2026-05-21T21:31:12', '2026-05-21T21:31:12.000Z'],
  ['yesterday', null],
  ['', null],
])('a publication time of "%s" is %s', (time, expected) => {
  const [release] = list({ main: inMain(['1.0.0']), more: { time: { '1.0.0': time } } });
  expect(release?.publishedAt).toBe(expected);
});

test('a time that contradicts others, or is missing, is that of the platform package, where that was there before', () => {
  const versions = ['2.0.0', '2.0.1', '2.0.2', '2.0.3', '2.0.4', '2.0.5'];
  const at = (day: number) => `2026-05-0${day}T00:00:00.000Z`;
  const timesOf = (days: (number | null)[]) =>
    Object.fromEntries(days.flatMap((day, index) => (day === null ? [] : [[versions[index], at(day)]])));
  const holders = versions.map((version) => manifestOf(PLATFORM, version));
  const listed = list(
    { main: inMain(versions), more: { time: timesOf([1, 8, null, 9, 5, 6]) } },
    {
      platformPackuments: new Map([
        [PLATFORM, packumentOf(PLATFORM, holders, { time: timesOf([3, 2, 4, 9, 4, 6]) })],
      ]),
    },
  );
  expect(listed.map(({ publishedAt, timeDoubtful }) => [publishedAt, timeDoubtful])).toEqual([
    [at(1), false],
    [at(2), false],
    [at(4), false],
    [at(9), true],
    [at(5), false],
    [at(6), false],
  ]);
});

test('a release without a publication time is listed without one', () => {
  expect(list({ main: inMain(['1.0.0']) })[0]?.publishedAt).toBeNull();
});

test.each([
  ['use 2', 'use 2'],
  [true, 'deprecated'],
  [false, null],
  ['', null],
])('a deprecation of %j is told as %j', (deprecated, expected) => {
  expect(list({ main: [manifestOf(MAIN, '1.0.0', { deprecated })] })[0]?.deprecated).toBe(expected);
});

test('the packuments to fetch are those of the platform packages, each once, and not the main one', () => {
  expect(packagesToFetch(packumentOf(MAIN, inMain(['0.1.0', '1.0.0', '2.0.0', '2.0.1'])), locate)).toEqual([
    PLATFORM,
  ]);
  expect(packagesToFetch(packumentOf(MAIN, inMain(['0.1.0', '1.0.0'])), locate)).toEqual([]);
});

test.each([
  ['v1.2.3', '1.2.3'],
  ['1.2.3+build.5', '1.2.3'],
  ['latest', '1.0.0'],
  ['2026-05-21', null],
  ['^1.2', null],
])('"%s" names version %s', (bound, version) => {
  expect(namedVersion(bound, { latest: '1.0.0' })).toBe(version);
});
