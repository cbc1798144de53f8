/** What a registry does behind the back of the nights: releases that come late, go again, or are warned of. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesIn, named, PACKAGE, verdicts } from '../helpers/nights.js';
import { NightScene, type NightsHere } from './nights.js';

let scene: NightScene;
let nights: NightsHere;
beforeEach(async () => {
  scene = await NightScene.open();
  ({ nights } = scene);
});
afterEach(() => scene.close());

const publish: NightScene['publish'] = (...asked) => scene.publish(...asked);
const unpublish = (patch: number) => scene.unpublish(patch);
const row = (version: string) => scene.row(version);

const QUIET = { code: 0, quiet: true, news: [], told: [] };

describe('a version that appears late between two older ones', () => {
  beforeEach(async () => {
    publish(1, 'good');
    publish(3, 'loses-tools');
    publish(4, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 1, news: [{ before: '2.1.1', after: '2.1.3' }] });
  });

  it('and agrees with the older one is tested, and is no news', async () => {
    publish(2, 'good');
    expect(await nights.night()).toMatchObject({ code: 0, news: [], rounds: { good: 1, bad: 0 } });
    expect(changesIn(nights.table())).toEqual(['regression 2.1.2 2.1.3']);
    expect(await nights.night()).toMatchObject(QUIET);
    expect(nights.told()).toHaveLength(1);
  });

  it('and is the first bad one now is a correction of what was told', async () => {
    publish(2, 'loses-tools');
    const [told] = nights.told();
    expect(await nights.night()).toMatchObject({
      code: 0,
      news: [{ kind: 'correction', about: told?.id, before: '2.1.1', after: '2.1.2' }],
    });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.3', 'correction 2.1.1 2.1.2']);
    // The fix ends what was told first.
    publish(5, 'good');
    expect(await nights.night()).toMatchObject({ code: 0, news: [{ kind: 'fix', about: told?.id }] });
  });
});

describe('a bad version that appears late', () => {
  it('between two good ones is a regression and a fix', async () => {
    publish(1, 'good');
    publish(3, 'good');
    await nights.night();
    publish(2, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 1 });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.2', 'fix 2.1.2 2.1.3']);
  });

  it('and good one between two bad ones: both sides of it are told, the old regression is not told again', async () => {
    publish(1, 'good');
    publish(2, 'loses-tools');
    publish(4, 'loses-tools');
    await nights.night();
    publish(3, 'good');
    expect(await nights.night()).toMatchObject({ code: 1 });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual([
      'regression 2.1.1 2.1.2',
      'fix 2.1.2 2.1.3',
      'regression 2.1.3 2.1.4',
    ]);
  });
});

describe('a release that is unpublished', () => {
  it('keeps its verdict: the fix after it is told once', async () => {
    publish(1, 'good');
    await nights.night();
    publish(2, 'loses-tools');
    await nights.night();
    unpublish(2);
    expect(await nights.night()).toMatchObject({ code: 0, quiet: false, news: [], runs: 0 });
    expect(row('2.1.2')).toMatchObject({ isUnpublished: true, cells: [{ result: 'bad' }] });
    publish(3, 'good');
    const [told] = nights.told();
    expect(await nights.night()).toMatchObject({ code: 0, news: [{ kind: 'fix', about: told?.id }] });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.2', 'fix 2.1.2 2.1.3']);
  });

  it('and was the first bad one, with another bad one after it, is no second regression', async () => {
    publish(1, 'good');
    publish(2, 'loses-tools');
    publish(3, 'loses-tools');
    await nights.night();
    unpublish(2);
    expect(await nights.night()).toMatchObject({ code: 0, news: [] });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.2']);
  });

  it('and published under the next number with the same fault is no second regression', async () => {
    publish(1, 'good');
    publish(2, 'loses-tools');
    await nights.night();
    unpublish(2);
    publish(3, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 0, news: [] });
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.2']);
  });

  it('before any night saw it was never there', async () => {
    publish(1, 'good');
    await nights.night();
    publish(2, 'loses-tools');
    unpublish(2);
    expect(await nights.night()).toMatchObject({ code: 0, news: [], runs: 0 });
    expect(verdicts(nights.table())).toEqual({ '2.1.1': 'good' });
  });

  it('and comes back is what it was', async () => {
    publish(1, 'good');
    publish(2, 'loses-tools');
    await nights.night();
    unpublish(2);
    await nights.night();
    publish(2, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 0, news: [], runs: 0 });
    expect(row('2.1.2')).toMatchObject({ isUnpublished: false });
    expect(await nights.night()).toMatchObject(QUIET);
  });
});

describe('a release that is deprecated', () => {
  it('has the warning in its row, and is no news', async () => {
    publish(1, 'good');
    publish(2, 'loses-tools');
    await nights.night();
    scene.registry.deprecate(PACKAGE, '2.1.2', 'loses its tools');
    const night = await nights.night();
    expect(night).toMatchObject({ code: 0, quiet: false, news: [], runs: 0, downloads: 0 });
    expect(night.filesWritten).toBeGreaterThan(0);
    expect(row('2.1.2')).toMatchObject({ deprecated: 'loses its tools', cells: [{ result: 'bad' }] });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(nights.told()).toHaveLength(1);
  });
});
