import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Acquired, Store } from '../../src/store/store.js';
import { Child } from './child.js';
import { clientTarball, leftovers, sourceOf, storedFiles, storeOf } from './workbench.js';

/** Executables of 1000 bytes each; stores here serve them in this order. */
const tarballs = ['a', 'b', 'c', 'd'].map((letter) => clientTarball(letter.repeat(1000)));
const [a, b, c, d] = [versioned(0, 'a'), versioned(1, 'b'), versioned(2, 'c'), versioned(3, 'd')];

function versioned(index: number, version: string) {
  return sourceOf(tarballs[index] ?? Buffer.alloc(0), { version });
}

async function versions(store: Store): Promise<string> {
  return (await store.ls())
    .map(({ version }) => version)
    .toSorted((one, other) => one.localeCompare(other))
    .join('');
}

/** Makes an executable look as if last used so many hours ago. */
async function age({ directory }: Acquired, hours: number): Promise<void> {
  const then = new Date(Date.now() - hours * 3_600_000);
  await utimes(join(directory, '../entry.json'), then, then);
}

describe('a store beyond its limit', () => {
  it('loses what was used least recently', async () => {
    const { store } = await storeOf(tarballs, { limitBytes: 3000 });
    for (const [source, hours] of [
      [a, 1],
      [b, 3],
      [c, 2],
    ] as const) {
      const got = await store.acquire(source);
      await got.release();
      await age(got, hours);
    }
    expect(await versions(store)).toBe('abc');
    await (await store.acquire(d)).release();
    expect(await versions(store)).toBe('acd');
  });

  it('counts every use, not only the first', async () => {
    const { store } = await storeOf(tarballs, { limitBytes: 2000 });
    for (const source of [a, b]) {
      const got = await store.acquire(source);
      await got.release();
      await age(got, source === a ? 2 : 1);
    }
    await (await store.acquire(a)).release();
    await (await store.acquire(c)).release();
    expect(await versions(store)).toBe('ac');
  });

  it('keeps what is in use, even if that is more than the limit, until it is released', async () => {
    const { store } = await storeOf(tarballs, { limitBytes: 1500 });
    const held = [await store.acquire(a), await store.acquire(b), await store.acquire(c)];
    expect(await versions(store)).toBe('abc');
    for (const got of held) expect(await readFile(got.path, 'utf8')).toHaveLength(1000);
    for (const got of held) await got.release();
    expect((await versions(store)).length).toBe(1);
  });

  it('still gives an executable that is larger than the limit', async () => {
    const { store } = await storeOf(tarballs, { limitBytes: 10 });
    const got = await store.acquire(a);
    expect(await readFile(got.path, 'utf8')).toHaveLength(1000);
    await got.release();
    expect(await versions(store)).toBe('');
  });

  it('keeps what two callers hold until both have released it', async () => {
    const { store } = await storeOf(tarballs, { limitBytes: 10 });
    const [one, other] = [await store.acquire(a), await store.acquire(a)];
    await one.release();
    await one.release();
    expect(await readFile(other.path, 'utf8')).toHaveLength(1000);
    await other.release();
    expect(await versions(store)).toBe('');
  });
});

describe('pruning', () => {
  it('removes down to the bytes asked for, and tells what and how much', async () => {
    const { store } = await storeOf(tarballs);
    for (const [source, hours] of [
      [a, 3],
      [b, 2],
      [c, 1],
    ] as const) {
      const got = await store.acquire(source);
      await got.release();
      await age(got, hours);
    }
    const pruned = await store.prune({ toBytes: 1999 });
    expect(pruned).toMatchObject({ bytes: 2000, remaining: 1000 });
    expect(pruned.removed.map(({ version }) => version)).toEqual(['a', 'b']);
  });

  it('keeps to the limit when nothing is asked for', async () => {
    const { store } = await storeOf(tarballs, { limitBytes: 1000 });
    await (await store.acquire(a)).release();
    expect(await store.prune()).toEqual({ removed: [], bytes: 0, remaining: 1000 });
  });

  it('removes all but what is in use', async () => {
    const { store } = await storeOf(tarballs);
    await (await store.acquire(a)).release();
    await store.acquire(b);
    expect((await store.prune({ all: true })).removed.map(({ version }) => version)).toEqual(['a']);
    expect(await versions(store)).toBe('b');
  });

  it('removes what is illegible in any case', async () => {
    const { store } = await storeOf(tarballs);
    const got = await store.acquire(a);
    await got.release();
    await writeFile(join(got.directory, '../entry.json'), 'illegible');
    const { removed, bytes } = await store.prune();
    expect(removed).toHaveLength(1);
    expect(bytes).toBeGreaterThanOrEqual(1000);
  });
});

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
