import { describe, expect, it } from 'vitest';
import { excludedOf, releasesFrom, searchesFor, type Bounds } from '../../src/session/range.js';
import { releasesOf } from '../helpers/scripted.js';

const releases = releasesOf(['good', 'good', 'missing', 'bad', 'bad', 'good']);
const published = { releases, distTags: { latest: '1.0.5', stable: '1.0.3' } };

/** Each search as `direction first..last`, and its open side. */
const searches = (bounds: Bounds) =>
  searchesFor(bounds, published).map(({ direction, open, releases: range }) => {
    const [first, last] = [range[0]?.version, range.at(-1)?.version];
    return `${direction} ${first}..${last}${open ? ` open ${open}` : ''}`;
  });

describe('a question about a range', () => {
  it.each<[string, Bounds, string[]]>([
    [
      'with both ends is one search between them',
      { wanted: 'regression', good: '1.0.0', bad: '1.0.4' },
      ['regression 1.0.0..1.0.4'],
    ],
    [
      'without its good end goes back from the bad one',
      { wanted: 'regression', bad: '1.0.4' },
      ['regression 1.0.0..1.0.4 open older'],
    ],
    [
      'without its bad end ends at the latest release',
      { wanted: 'regression', good: '1.0.1' },
      ['regression 1.0.1..1.0.5'],
    ],
    [
      'without any end goes back from the latest release',
      { wanted: 'regression' },
      ['regression 1.0.0..1.0.5 open older'],
    ],
    [
      'about a fix goes from the bad end to the good one',
      { wanted: 'fix', bad: '1.0.3', good: '1.0.5' },
      ['fix 1.0.3..1.0.5'],
    ],
    [
      'about a fix without its good end goes on to the newest release',
      { wanted: 'fix', bad: '1.0.3' },
      ['fix 1.0.3..1.0.5 open newer'],
    ],
    [
      'about a window is two searches, which meet in the bad release',
      { wanted: 'window', bad: 'stable' },
      ['regression 1.0.0..1.0.3 open older', 'fix 1.0.3..1.0.5 open newer'],
    ],
    [
      'about a window with a good release before it is open on its newer side alone',
      { wanted: 'window', good: '1.0.1', bad: '1.0.4' },
      ['regression 1.0.1..1.0.4', 'fix 1.0.4..1.0.5 open newer'],
    ],
    [
      'may begin with the oldest release there is',
      { wanted: 'regression', bad: '1.0.0' },
      ['regression 1.0.0..1.0.0 open older'],
    ],
  ])('%s', (_, bounds, expected) => {
    expect(searches(bounds)).toEqual(expected);
  });

  it.each<[string, Bounds, string, string]>([
    ['a window without its bad release', { wanted: 'window', good: '1.0.0' }, 'BAD_OPTION', '--window needs'],
    ['a fix without its bad release', { wanted: 'fix', good: '1.0.5' }, 'BAD_OPTION', '--find-fix needs'],
    [
      'an end that has nothing to run',
      { wanted: 'regression', good: '1.0.2', bad: '1.0.4' },
      'BAD_BOUND',
      '1.0.2 cannot be tested: no linux-x64 package was published',
    ],
    [
      'a bad release to go back from that has nothing to run',
      { wanted: 'window', bad: '1.0.2' },
      'BAD_BOUND',
      '1.0.2 cannot be tested',
    ],
    [
      'ends the wrong way round',
      { wanted: 'regression', good: '1.0.4', bad: '1.0.1' },
      'BAD_BOUND',
      'are the wrong way round',
    ],
    [
      'a release that was never published',
      { wanted: 'regression', bad: '1.0.9' },
      'UNKNOWN_VERSION',
      '1.0.9 was never published',
    ],
  ])('is refused with %s', (_, bounds, code, message) => {
    expect(() => searches(bounds)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});

describe('a range that is looked at as a whole', () => {
  it('takes in both of its ends, and what cannot be tested', () => {
    const range = releasesFrom('1.0.1', 'stable', published);
    expect(range.map(({ version }) => version)).toEqual(['1.0.1', '1.0.2', '1.0.3']);
  });

  it('may be one release', () => {
    expect(releasesFrom('1.0.1', '1.0.1', published)).toHaveLength(1);
  });

  it('is refused the wrong way round, in the words of its options', () => {
    expect(() => releasesFrom('1.0.3', '1.0.1', published)).toThrow(
      expect.objectContaining({
        code: 'BAD_BOUND',
        message: '--from 1.0.3 and --to 1.0.1 are the wrong way round',
      }),
    );
  });
});

it('a release that is to be left out is one that is searched: a prerelease is not said to be unpublished', () => {
  expect([...excludedOf(['stable'], published)]).toEqual(['1.0.3']);
  expect(() => excludedOf(['1.0.9'], published)).toThrow('1.0.9 was never published');
  expect(() => excludedOf(['1.0.3-beta.1'], published)).toThrow('is none of the releases that are searched');
});

it('bounds that are the wrong way round are named as they were typed', () => {
  const bounds: Bounds = { wanted: 'regression', good: 'latest', bad: '1.0.3' };
  expect(() => searches(bounds)).toThrow('--good latest (1.0.5) and --bad 1.0.3 are the wrong way round');
});
