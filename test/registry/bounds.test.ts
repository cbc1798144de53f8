import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, test } from 'vitest';
import { BisectError, type ErrorCode } from '../../src/errors.js';
import { type Direction, releasesBetween, resolveBound, resolveStart } from '../../src/registry/bounds.js';
import { markDoubtful, type Release } from '../../src/registry/releases.js';
import { anyVersions, releaseOf } from './catalog.js';

/** 2.1.151 was never published; 2.0.9 is a late fix for the old line. */
const RELEASES = markDoubtful([
  releaseOf('2.0.8', '2026-05-01T10:00:00.000Z'),
  releaseOf('2.0.9', '2026-05-22T12:00:00.000Z'),
  releaseOf('2.1.146', '2026-05-21T02:50:00.000Z'),
  releaseOf('2.1.147', '2026-05-21T21:31:12.533Z'),
  releaseOf('2.1.150', '2026-05-22T01:26:00.000Z'),
  releaseOf('2.1.152-beta.1', '2026-05-23T00:00:00.000Z'),
  releaseOf('2.1.152', null),
]);
const TAGS = { latest: '2.1.152', next: '2.1.152-beta.1', gone: '2.1.149', stable: '2.1.146' };

function resolve(text: string, releases: readonly Release[] = RELEASES): string {
  return resolveBound(text, releases, TAGS);
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return null;
}

function errorOf(act: () => unknown, code: ErrorCode): BisectError {
  const error = thrownBy(act);
  if (!(error instanceof BisectError)) throw new Error('no BisectError', { cause: error });
  expect(error.code).toBe(code);
  expect(error.hint).toBeTruthy();
  return error;
}

const two = (value: number) => String(value).padStart(2, '0');

describe('a bound', () => {
  test.each([
    ['2.1.146', '2.1.146'],
    ['v2.1.146', '2.1.146'],
    [' 2.1.146 ', '2.1.146'],
    ['2.1.146+build.7', '2.1.146'],
    ['2.1.152-beta.1', '2.1.152-beta.1'],
    ['latest', '2.1.152'],
    ['next', '2.1.152-beta.1'],
    ['stable', '2.1.146'],
    ['2026-05-01', '2.0.8'],
    ['2026-05-20', '2.0.8'],
    ['2026-05-21', '2.1.147'],
    ['2026-05-22', '2.1.150'],
    ['2030-01-01', '2.1.152-beta.1'],
    ['2026-05-21T21:31', '2.1.147'],
    ['2026-05-21 21:31', '2.1.147'],
    ['2026-05-21T21:31:12', '2.1.147'],
    ['2026-05-21T21:31:12.532Z', '2.1.146'],
    ['2026-05-21T21:31:12.533Z', '2.1.147'],
    ['2026-05-21T21:30Z', '2.1.146'],
    ['2026-05-21T23:30:00+02:00', '2.1.146'],
    ['2026-05-22T01:31:13+04:00', '2.1.147'],
  ])('"%s" means %s', (text, version) => {
    expect(resolve(text)).toBe(version);
  });

  test.each([
    ['2.1.151', '2.1.150 and 2.1.152-beta.1'],
    ['v2.1.148', '2.1.147 and 2.1.150'],
    ['2.1.147-rc.1', '2.1.146 and 2.1.147'],
    ['1.0.0', 'the oldest is 2.0.8'],
    ['3.0.0', 'the newest is 2.1.152'],
    ['gone', '2.1.147 and 2.1.150'],
  ])('"%s" is unknown, and the nearest are named: %s', (text, hint) => {
    expect(errorOf(() => resolve(text), 'UNKNOWN_VERSION').hint).toContain(hint);
  });

  test('is unknown where nothing is published at all', () => {
    expect(errorOf(() => resolve('1.0.0', []), 'UNKNOWN_VERSION').facts).toMatchObject({
      below: null,
      above: null,
    });
  });

  test.each(['^2.1', '2.1', '2', '>=2.1.0', '2.x', '*', '2.0.8 - 2.1.150', '2.0.8 || 2.1.150'])(
    '"%s" is a range, and refused as one',
    (text) => {
      expect(errorOf(() => resolve(text), 'BAD_BOUND').message).toContain('range');
    },
  );

  test.each([
    'lastest',
    'toString',
    '__proto__',
    '2026-13-01',
    '2026-02-30',
    '2026-05-21T25:00',
    '21.05.2026x',
  ])('"%s" is nothing, and the dist-tags are named', (text) => {
    expect(errorOf(() => resolve(text), 'BAD_BOUND').hint).toContain('gone, latest, next, stable');
  });

  test('of nothing is refused', () => {
    errorOf(() => resolve(''), 'BAD_BOUND');
    expect(errorOf(() => resolveBound('nothing', RELEASES, {}), 'BAD_BOUND').hint).toContain('version');
  });

  test('before the first release is refused, and the first is named', () => {
    const error = errorOf(() => resolve('2026-04-30'), 'BAD_BOUND');
    expect(error.hint).toBe('the oldest is 2.0.8, of 2026-05-01');
  });

  test('that is a date passes over releases that cannot be run', () => {
    const releases = [
      ...RELEASES.slice(0, 4),
      releaseOf('2.1.150', '2026-05-21T22:00:00.000Z', { source: null }),
    ];
    expect(resolve('2026-05-21', releases)).toBe('2.1.147');
  });

  test('that is a date is no release which alone is dated before several older ones', () => {
    const releases = markDoubtful([
      ...RELEASES.slice(0, 5),
      releaseOf('2.1.152', '2026-05-01T00:00:00.000Z'),
    ]);
    expect(resolve('2026-05-21', releases)).toBe('2.1.147');
    expect(resolve('2026-05-22', releases)).toBe('2.1.152');
  });

  test('resolves to itself for every release there is', () => {
    fc.assert(
      fc.property(anyVersions, (versions) => {
        const releases = versions.map((version) => releaseOf(version));
        expect(versions.map((version) => resolveBound(`v${version}`, releases, {}))).toEqual(versions);
      }),
    );
  });

  test('that is a date is the highest that was published by the end of that day, before all that surely came later', () => {
    const days = fc.integer({ min: 1, max: 28 });
    const times = fc.array(days, { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(anyVersions, times, days, (versions, published, day) => {
        const dated = semver
          .sort([...versions])
          .map((version, at) => releaseOf(version, `2026-02-${two(published[at] ?? 1)}T23:59:59.999Z`));
        const releases = markDoubtful(dated);
        const isBy = (_: unknown, at: number) => (published[at] ?? 1) <= day;
        const later = releases.findIndex((release, at) => !release.timeDoubtful && !isBy(release, at));
        const candidates = releases.filter((release, at) => isBy(release, at) && (later < 0 || at < later));
        fc.pre(candidates.length > 0);
        const expected = candidates.map(({ version }) => version).reduce((a, b) => (semver.gt(b, a) ? b : a));
        expect(resolveBound(`2026-02-${two(day)}`, releases, {})).toBe(expected);
      }),
    );
  });
});

describe('the start of a range', () => {
  const RUNNING_BACK = [
    releaseOf('2.0.8', '2026-05-23T00:00:00.000Z', { timeDoubtful: true }),
    releaseOf('2.1.146', '2026-05-21T02:50:00.000Z'),
    releaseOf('2.1.147', '2026-05-24T21:31:00.000Z', { timeDoubtful: true }),
    releaseOf('2.1.148', null),
    releaseOf('2.1.149', '2026-05-22T10:00:00.000Z'),
    releaseOf('2.1.150', '2026-05-20T00:00:00.000Z', { timeDoubtful: true }),
  ];

  test.each([
    ['2.1.147', '2.1.147'],
    ['stable', '2.1.146'],
    ['2026-05-01', '2.0.8'],
    ['2026-05-21', '2.0.8'],
    ['2026-05-21T02:50', '2.0.8'],
    ['2026-05-21T02:51', '2.1.147'],
    ['2026-05-22', '2.1.147'],
    ['2026-05-23', '2.1.150'],
  ])(
    '"%s" is %s: the release after those that were there before, as far as times can be believed',
    (text, version) => {
      expect(resolveStart(text, RUNNING_BACK, TAGS)).toBe(version);
    },
  );

  test('is refused after the last release, and for what resolves to nothing', () => {
    expect(errorOf(() => resolveStart('2026-05-23', RELEASES.slice(0, 5), TAGS), 'BAD_BOUND')).toMatchObject({
      message: 'no release was published since 2026-05-23',
      hint: 'the newest is 2.1.150',
    });
    errorOf(() => resolveStart('lastest', RELEASES, TAGS), 'BAD_BOUND');
  });
});

test('a date means nothing where no release has a time', () => {
  const releases = [releaseOf('2.0.8'), releaseOf('2.0.9')];
  for (const act of [resolveBound, resolveStart])
    expect(errorOf(() => act('2026-05-21', releases, {}), 'BAD_BOUND').message).toContain(
      'does not say when',
    );
});

const between = (good: string, bad: string, direction: Direction = 'regression') =>
  releasesBetween(RELEASES, good, bad, direction).map(({ version }) => version);

describe('the releases between two bounds', () => {
  test('are those from the good to the bad one, both included', () => {
    expect(between('2.1.146', '2.1.150')).toEqual(['2.1.146', '2.1.147', '2.1.150']);
  });

  test('are those from the bad to the good one when a fix is looked for', () => {
    expect(between('2.1.150', '2.1.146', 'fix')).toEqual(['2.1.146', '2.1.147', '2.1.150']);
  });

  test('may be just the two', () => {
    expect(between('2.1.147', '2.1.150')).toEqual(['2.1.147', '2.1.150']);
  });

  test.each<[Direction, string, string, string]>([
    ['regression', '2.1.150', '2.1.146', '--good must be the older'],
    ['fix', '2.1.146', '2.1.150', '--bad must be the older'],
  ])('cannot be found for a %s with --good %s --bad %s: %s', (direction, good, bad, hint) => {
    const error = errorOf(() => between(good, bad, direction), 'BAD_BOUND');
    expect(error.message).toContain(`--good ${good} and --bad ${bad}`);
    expect(error.hint).toContain(hint);
  });

  test.each<Direction>(['regression', 'fix'])(
    'cannot be found from a release to itself (%s)',
    (direction) => {
      expect(errorOf(() => between('2.1.146', '2.1.146', direction), 'BAD_BOUND').message).toContain(
        'same release',
      );
    },
  );

  test('cannot be found when an end is not there', () => {
    errorOf(() => between('2.1.146', '2.1.151'), 'UNKNOWN_VERSION');
    expect(errorOf(() => between('2.1.145', '2.1.150'), 'UNKNOWN_VERSION').message).toContain('2.1.145');
  });

  test('are in order, begin and end with the bounds, and leave none out', () => {
    fc.assert(
      fc.property(anyVersions, fc.nat(), fc.nat(), (versions, a, b) => {
        const sorted = semver.sort([...versions]);
        const [from = 0, to = 0] = [a % sorted.length, b % sorted.length].toSorted((x, y) => x - y);
        fc.pre(from < to);
        const releases = sorted.map((version) => releaseOf(version));
        const slice = releasesBetween(releases, sorted[from] ?? '', sorted[to] ?? '', 'regression');
        expect(slice.map(({ version }) => version)).toEqual(sorted.slice(from, to + 1));
      }),
    );
  });
});
