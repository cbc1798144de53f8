import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeReleases, windowOf, type SeenRelease, type WindowQuestion } from '../../src/nightly/window.js';
import type { Release } from '../../src/registry/releases.js';

const releaseOf = (version: string, changes: Partial<Release> = {}): Release => ({
  version,
  publishedAt: null,
  timeDoubtful: false,
  prerelease: version.includes('-'),
  deprecated: null,
  source: null,
  missing: null,
  ...changes,
});

const versionsOf = (releases: readonly Release[]) => releases.map(({ version }) => version);

describe('the releases that were ever seen', () => {
  const merged = (published: string[], remembered: string[], includePrereleases = false) =>
    mergeReleases(
      published.map((version) => releaseOf(version)),
      remembered.map((version) => releaseOf(version)),
      includePrereleases,
    ).map(({ version, isUnpublished }) => (isUnpublished ? `(${version})` : version));

  it('are in order of version, with those that are not published any more', () => {
    expect(merged(['1.0.2', '1.0.10'], ['1.0.1', '1.0.3', '1.0.2'])).toEqual([
      '(1.0.1)',
      '1.0.2',
      '(1.0.3)',
      '1.0.10',
    ]);
  });

  it('keep their executable where only that is gone: what was found out about it still holds', () => {
    const source = { package: 'client', integrity: 'sha512-0' } as unknown as Release['source'];
    const published = [releaseOf('1.0.0', { missing: 'no package was published' }), releaseOf('1.0.1')];
    const [one, other] = mergeReleases(published, [releaseOf('1.0.0', { source })], false);
    expect(one).toMatchObject({ source, isUnpublished: true });
    expect(other).toMatchObject({ source: null, isUnpublished: false });
  });

  it('have prereleases that are gone among them only if prereleases are asked for', () => {
    expect(merged(['1.0.0'], ['1.0.1-beta.1'])).toEqual(['1.0.0']);
    expect(merged(['1.0.0'], ['1.0.1-beta.1'], true)).toEqual(['1.0.0', '(1.0.1-beta.1)']);
  });
});

const DAY = 86_400_000;
const FIRST = Date.parse('2026-05-01T10:20:30.400Z');

/** 1.0.0, 1.0.1 …, a day apart. */
const seenReleases = (count: number): SeenRelease[] =>
  Array.from({ length: count }, (_, index) => ({
    ...releaseOf(`1.0.${index}`, { publishedAt: new Date(FIRST + index * DAY).toISOString() }),
    isUnpublished: false,
  }));

const NEWEST: WindowQuestion = { since: undefined, releases: 12, watermarks: [] };
describe('the window of a night', () => {
  const window = (count: number, question: Partial<WindowQuestion>, tags: Record<string, string> = {}) =>
    versionsOf(windowOf(seenReleases(count), { ...NEWEST, ...question }, tags));

  it.each<[string, string, string[]]>([
    ['a version', '1.0.3', ['1.0.3', '1.0.4']],
    ['a version that was never published', '1.0.3-rc.1', ['1.0.3', '1.0.4']],
    ['a dist-tag', 'stable', ['1.0.2', '1.0.3', '1.0.4']],
    ['a day', '2026-05-04', ['1.0.3', '1.0.4']],
    ['a moment', '2026-05-04T10:20:30.401Z', ['1.0.4']],
  ])('begins at %s: %s', (_, since, expected) => {
    expect(window(5, { since, releases: 1 }, { stable: '1.0.2' })).toEqual(expected);
  });

  it.each(['yesterday', '', '1.0', '2026-13-41', '26-05-01', 'toString'])(
    'does not begin at "%s"',
    (since) => {
      expect(() => window(5, { since })).toThrow(
        expect.objectContaining({ code: 'BAD_BOUND', facts: { since } }),
      );
    },
  );

  it('begins, by day, at the oldest release of that time, though later ones may be older: patches of an old line are published after', () => {
    const all = seenReleases(4).map((release, index) =>
      index === 2 ? { ...release, publishedAt: '2025-01-01T00:00:00.000Z' } : release,
    );
    expect(versionsOf(windowOf(all, { ...NEWEST, since: '2026-05-02' }, {}))).toEqual([
      '1.0.1',
      '1.0.2',
      '1.0.3',
    ]);
  });

  const dated = (...days: number[]): SeenRelease[] =>
    seenReleases(days.length).map((release, index) => ({
      ...release,
      publishedAt: new Date(Date.UTC(2026, 4, days[index])).toISOString(),
    }));
  const due = (all: readonly SeenRelease[], question: Partial<WindowQuestion>) =>
    windowOf(all, { ...NEWEST, ...question }, {})
      .filter(({ isDue }) => isDue)
      .map(({ version }) => version);

  it('has due, by day, what was published then or later, wherever it is in the order of versions', () => {
    const all = dated(9, 2, 8, 1, 3, 7, 4);
    expect(due(all, { since: '2026-05-07' })).toEqual(['1.0.0', '1.0.2', '1.0.5']);
    expect(windowOf(all, { ...NEWEST, since: '2026-05-07' }, {})).toHaveLength(7);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 40 }), (days) => {
        const asked = Math.max(...days);
        const expected = days.flatMap((day, index) => (day === asked ? [`1.0.${index}`] : []));
        expect(due(dated(...days), { since: `2026-05-${String(asked).padStart(2, '0')}` })).toEqual(expected);
      }),
    );
  });

  it('has due as well what is newer than where earlier nights have come', () => {
    const all = dated(9, 2, 3, 4, 5, 6, 7, 8, 10);
    expect(due(all, { since: '2026-05-09', watermarks: ['1.0.6'] })).toEqual([
      '1.0.0',
      '1.0.3',
      '1.0.4',
      '1.0.5',
      '1.0.6',
      '1.0.7',
      '1.0.8',
    ]);
    expect(due(all, { since: '2026-05-09', watermarks: ['1.0.8'] })).toEqual(['1.0.0', '1.0.8']);
  });

  it('is refused, by day, where no release has a time', () => {
    const all = seenReleases(2).map((release) => ({ ...release, publishedAt: null }));
    expect(() => windowOf(all, { ...NEWEST, since: '2026-05-01' }, {})).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('does not say when releases were published'),
      }),
    );
  });

  it.each(['2.0.0', '2027-01-01'])('does not begin after all releases: %s', (since) => {
    expect(() => window(5, { since })).toThrow(
      expect.objectContaining({ code: 'BAD_BOUND', message: expect.stringContaining('the newest is 1.0.4') }),
    );
    expect(window(0, { since })).toEqual([]);
  });

  it.each<[string, Partial<WindowQuestion>, string]>([
    ['the newest ones', { releases: 3 }, '1.0.17'],
    [
      'the newest ones, where earlier nights came that far',
      { releases: 3, watermarks: ['1.0.18'] },
      '1.0.17',
    ],
    [
      'where the slowest subject has come, with some to spare',
      { releases: 3, watermarks: ['1.0.18', '1.0.10'] },
      '1.0.7',
    ],
    ['where it has come, though the release is gone', { releases: 3, watermarks: ['1.0.9-beta'] }, '1.0.6'],
    ['the first of all, where there are none to spare', { releases: 3, watermarks: ['1.0.1'] }, '1.0.0'],
    [
      'the newest ones, where it has come further than there is',
      { releases: 3, watermarks: ['3.0.0'] },
      '1.0.17',
    ],
  ])('begins with %s', (_, question, expected) => {
    expect(window(20, question)[0]).toBe(expected);
  });

  it('always ends with the newest release, and leaves no gap to where earlier nights have come', () => {
    const asked = fc.record({
      count: fc.integer({ min: 1, max: 30 }),
      releases: fc.integer({ min: 1, max: 20 }),
      places: fc.array(fc.nat(29)),
    });
    fc.assert(
      fc.property(asked, ({ count, releases, places }) => {
        const reached = places.filter((place) => place < count);
        const shown = window(count, { releases, watermarks: reached.map((place) => `1.0.${place}`) });
        const all = versionsOf(seenReleases(count));
        expect(shown).toEqual(all.slice(count - shown.length));
        expect(shown.length).toBeGreaterThanOrEqual(Math.min(releases, count));
        for (const place of reached) expect(shown).toEqual(expect.arrayContaining(all.slice(place)));
      }),
    );
  });
});
