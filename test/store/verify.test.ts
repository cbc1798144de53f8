import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Child } from './child.js';
import { clientTarball, sourceOf, storedFiles, storeOf } from './workbench.js';

const tarballs = ['intact', 'damaged', 'illegible'].map(clientTarball);

it('verification tells for every executable whether it is intact, and removes those that are not', async () => {
  const { store, dir } = await storeOf(tarballs);
  const [, damaged, illegible] = await Promise.all(
    tarballs.map(async (tarball, index) => {
      const { store: one } = await storeOf([tarball], { dir });
      return one.acquire(sourceOf(tarball, { version: `${index}.0.0` }));
    }),
  );
  await writeFile(damaged?.path ?? '', 'DAMAGED');
  await writeFile(join(illegible?.directory ?? '', '../entry.json'), '{');

  const results = await store.verify();
  expect(results.map(({ version, state }) => `${version} ${state}`).toSorted()).toEqual([
    ' damaged',
    '0.0.0 intact',
    '1.0.0 damaged',
  ]);
  expect(results.find(({ version }) => version === '1.0.0')).toMatchObject({
    damage: 'package/claude has other content',
  });
  expect((await store.ls()).map(({ version }) => version)).toEqual(['0.0.0']);
  expect((await storedFiles(dir)).filter((path) => path.includes('/files/'))).toHaveLength(1);
});

it('verification does not remove the good one that took the place of a damaged one meanwhile', async () => {
  const [tarball = Buffer.alloc(0)] = tarballs;
  const { store, dir } = await storeOf([tarball]);
  const got = await store.acquire(sourceOf(tarball));
  await writeFile(got.path, 'DAMAGE');
  const verifying = new Child({ dir, action: 'verify', stopBeforeRename: true });
  await verifying.until('stopping');
  const again = await store.acquire(sourceOf(tarball));
  verifying.continue();
  await verifying.last();
  expect(again.downloaded).toBe(true);
  expect(await readFile(again.path, 'utf8')).toBe('intact');
});

it('verification stops when it is told to', async () => {
  const [tarball = Buffer.alloc(0)] = tarballs;
  const { store } = await storeOf([tarball]);
  await store.acquire(sourceOf(tarball));
  const reason = new Error('enough');
  await expect(store.verify({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(await store.has(sourceOf(tarball))).toBe(true);
});

it('what vanishes while it is verified is not called damaged', async () => {
  const [tarball = Buffer.alloc(0)] = tarballs;
  const { store, dir } = await storeOf([tarball]);
  await store.acquire(sourceOf(tarball));
  const verifying = store.verify();
  await rm(join(dir, 'v1/content'), { recursive: true });
  expect((await verifying).filter(({ state }) => state === 'damaged')).toEqual([]);
});
