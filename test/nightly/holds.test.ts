import { describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import type { TestableRelease } from '../../src/registry/releases.js';
import { Holds } from '../../src/nightly/holds.js';
import { never } from '../helpers/scripted.js';
import { seen, storeForTest } from './setting.js';

const releases = seen(Array.from({ length: 8 }, () => 'good')) as unknown as TestableRelease[];
const [first, second] = releases as [TestableRelease, TestableRelease];

describe('an executable', () => {
  it('is fetched once, however often it is taken', async () => {
    const store = storeForTest();
    const holds = new Holds(store);
    await Promise.all([holds.take(first, never), holds.take(first, never)]);
    await holds.take(first, never);
    expect(store.asked).toEqual(['1.0.0']);
    expect([holds.downloads, holds.hits]).toEqual([1, 0]);
  });

  it('that is there already is no download', async () => {
    const holds = new Holds(storeForTest({ there: ['1.0.1'] }));
    await holds.take(first, never);
    await holds.take(second, never);
    expect([holds.downloads, holds.hits]).toEqual([1, 1]);
  });

  it('stays as long as it is kept, and is let go of once', async () => {
    const store = storeForTest();
    const holds = new Holds(store);
    for (const release of [first, second]) await holds.take(release, never);
    await holds.keepOnly(['1.0.1', '1.0.0']);
    expect(store.held).toEqual(['1.0.0', '1.0.1']);
    await holds.keepOnly(['1.0.1']);
    await holds.keepOnly(['1.0.1']);
    expect(store.held).toEqual(['1.0.1']);
    expect(store.released).toEqual(['1.0.0']);
    await holds.keepOnly([]);
    expect(store.held).toEqual([]);
  });

  it('is taken anew after it was let go of', async () => {
    const store = storeForTest();
    const holds = new Holds(store);
    await holds.take(first, never);
    await holds.keepOnly([]);
    await holds.take(first, never);
    expect(store.held).toEqual(['1.0.0']);
  });

  it('is one of no more than four, those that are named first: a store would not keep to its limit', async () => {
    const store = storeForTest();
    const holds = new Holds(store);
    for (const release of releases) await holds.take(release, never);
    await holds.keepOnly(['1.0.7', '1.0.6', '1.0.5', '1.0.4', '1.0.3', '1.0.2']);
    expect(store.held).toEqual(['1.0.4', '1.0.5', '1.0.6', '1.0.7']);
  });

  it('that is still on its way when it is let go of is given back when it arrives', async () => {
    let arrive = () => {};
    const until = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const store = storeForTest({ until });
    const holds = new Holds(store);
    const taking = holds.take(first, never);
    const letting = holds.keepOnly([]);
    arrive();
    await Promise.all([taking, letting]);
    expect(store.held).toEqual([]);
  });
});

describe('an executable that cannot be had', () => {
  const gone = new BisectError('TARBALL_MISSING', 'the tarball is gone');

  it('is an error for whoever takes it, is held by nobody, and is asked for anew', async () => {
    const store = storeForTest({ failing: { '1.0.0': gone } });
    const holds = new Holds(store);
    await expect(holds.take(first, never)).rejects.toBe(gone);
    await expect(holds.take(first, never)).rejects.toBe(gone);
    expect(store.asked).toEqual(['1.0.0', '1.0.0']);
    await holds.keepOnly([]);
    expect([holds.downloads, holds.hits]).toEqual([0, 0]);
  });
});
