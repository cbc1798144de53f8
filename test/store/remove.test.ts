import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { Child } from './child.js';
import { clientTarball, leftovers, sourceOf, storedFiles, storeOf } from './workbench.js';

const tarball = clientTarball('#!/bin/sh\necho it runs\n');
const source = sourceOf(tarball);

describe('removal and use, in two processes at once', () => {
  it('what is leased stays at its path for as long as it is leased, however often all is pruned', async () => {
    const { store, dir, registry } = await storeOf([tarball]);
    const churning = new Child({ dir, action: 'churn' });
    await churning.until('pruned');
    for (let use = 0; use < 300; use += 1) {
      const got = await store.acquire(source);
      for (let look = 0; look < 5; look += 1) expect(await readFile(got.path, 'utf8')).toContain('it runs');
      await got.release();
      // The next use comes at any moment of a removal: before, in the midst of it, or after.
      for (let left = Math.random() * 30; left > 0 && (await store.has(source)); left -= 1) continue;
    }
    expect(registry.asked, 'removals happened between the uses').toBeGreaterThan(5);
    await churning.finish();
    await store.prune({ all: true });
    expect(await leftovers(dir)).toEqual([]);
    expect(await storedFiles(dir)).toEqual([]);
  });

  it('a use that comes between the look for leases and the removal waits, and then has what it uses', async () => {
    const { store, dir, registry } = await storeOf([tarball]);
    await (await store.acquire(source)).release();
    const pruning = new Child({ dir, action: 'prune', stopBeforeRename: true });
    await pruning.until('stopping');

    let acquired = false;
    const acquiring = store.acquire(source).finally(() => (acquired = true));
    for (let look = 0; look < 200; look += 1) await store.has(source);
    expect(acquired).toBe(false);
    pruning.continue();
    await pruning.last();

    expect(await readFile((await acquiring).path, 'utf8')).toContain('it runs');
    expect(registry.asked).toBe(2);
  });

  it('what another process holds is not pruned; what a killed one held is', async () => {
    const { store, dir } = await storeOf([tarball]);
    await (await store.acquire(source)).release();
    const holder = new Child({ dir, source, action: 'hold' });
    await holder.until('acquired');

    expect((await store.ls()).map(({ inUse }) => inUse)).toEqual([true]);
    expect((await store.prune({ all: true })).removed).toEqual([]);
    expect(await store.has(source)).toBe(true);

    await holder.kill();
    expect((await store.ls()).map(({ inUse }) => inUse)).toEqual([false]);
    expect((await store.prune({ all: true })).removed).toHaveLength(1);
    expect(await store.has(source)).toBe(false);
  });

  it('a pruning killed before any one of its file-system calls blocks nobody, and leaves whole things only', async () => {
    const { store, dir } = await storeOf([tarball]);
    await (await store.acquire(source)).release();
    const calls = Number((await new Child({ dir, action: 'prune' }).last())?.['calls']);
    expect(calls).toBeGreaterThan(10);
    for (let dieBefore = 1; dieBefore <= calls; dieBefore += 1) {
      const { store: before, dir: place } = await storeOf([tarball]);
      await (await before.acquire(source)).release();
      const child = new Child({ dir: place, action: 'prune', dieBefore });
      expect(await child.fate()).toBe('SIGKILL');
      const { store: after } = await storeOf([tarball], { dir: place });
      const got = await after.acquire(source);
      expect(await readFile(got.path, 'utf8')).toContain('it runs');
      await got.release();
      expect(await leftovers(place)).toEqual([]);
    }
  }, 60_000);
});
