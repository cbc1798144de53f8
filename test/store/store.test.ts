import { spawnSync } from 'node:child_process';
import { appendFile, chmod, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StoreProgress } from '../../src/store/acquire.js';
import { openStore, type Acquired } from '../../src/store/store.js';
import { packageTarball } from '../helpers/tarball.js';
import { clientTarball, leftovers, scratch, sourceOf, storedFiles, storeOf } from './workbench.js';

const tarball = clientTarball('#!/bin/sh\necho it runs\n');
const source = sourceOf(tarball);

describe('acquiring an executable', () => {
  it('gives the path of something that runs', async () => {
    const { store } = await storeOf([tarball]);
    const got = await store.acquire(source);
    expect(got).toMatchObject({ downloaded: true, integrity: source.integrity, bytes: 23 });
    expect(spawnSync(got.path).stdout.toString()).toBe('it runs\n');
  });

  it('writes the executable and nothing else of the tarball', async () => {
    const { store, dir } = await storeOf([tarball]);
    const { directory } = await store.acquire(source);
    expect((await storedFiles(dir)).toSorted()).toEqual([
      join(dirname(directory), 'entry.json'),
      join(directory, 'package/claude'),
    ]);
  });

  it('takes along the companions that are there, at their place beside the entry', async () => {
    const script = packageTarball({
      'package.json': '{"type":"module"}',
      'cli.js':
        'import { readFileSync } from "node:fs"; console.log(readFileSync(new URL("vendor/yoga.wasm", import.meta.url), "utf8"))',
      'vendor/yoga.wasm': 'wasm',
      'README.md': 'read me',
    });
    const { store } = await storeOf([script]);
    const companions = ['package/package.json', 'package/vendor/yoga.wasm', 'package/absent.node'];
    const got = await store.acquire(
      sourceOf(script, { entry: 'package/cli.js', companions, runner: 'node' }),
    );
    expect(spawnSync(process.execPath, [got.path]).stdout.toString()).toBe('wasm\n');
  });

  it('tells the bytes of the download, and of the verification when it is used again', async () => {
    const { store, dir } = await storeOf([tarball]);
    const first: StoreProgress[] = [];
    await store.acquire(source, { onProgress: (progress) => first.push(progress) });
    expect(first.at(-1)).toEqual({ stage: 'download', done: tarball.length, total: tarball.length });

    const { store: later } = await storeOf([], { dir });
    const second: StoreProgress[] = [];
    await later.acquire(source, { onProgress: (progress) => second.push(progress) });
    expect(second.at(-1)).toEqual({ stage: 'verify', done: 23, total: 23 });
  });

  it('does not download what is there, and hashes it once per process', async () => {
    const { store, dir } = await storeOf([tarball]);
    await store.acquire(source);
    const { store: later, registry } = await storeOf([tarball], { dir });
    const stages: string[] = [];
    for (let time = 0; time < 3; time += 1) {
      const got = await later.acquire(source, { onProgress: ({ stage }) => stages.push(stage) });
      expect(got.downloaded).toBe(false);
    }
    expect(registry.asked).toBe(0);
    expect(stages).toEqual(['verify']);
  });

  it('tells without reading whether it is there', async () => {
    const { store } = await storeOf([tarball]);
    expect(await store.has(source)).toBe(false);
    await (await store.acquire(source)).release();
    expect(await store.has(source)).toBe(true);
    expect(await store.has(sourceOf(clientTarball('another')))).toBe(false);
  });

  it('goes on when the cache is deleted under it', async () => {
    const { store, dir } = await storeOf([tarball]);
    await store.acquire(source);
    await rm(dir, { recursive: true });
    const again = await store.acquire(source);
    expect(again.downloaded).toBe(true);
    expect(spawnSync(again.path).status).toBe(0);
  });
});

describe('a damaged executable is removed and fetched again', () => {
  const damages: [string, (got: Acquired) => Promise<void>][] = [
    ['cut short', (got) => truncate(got.path, 5)],
    ['longer', (got) => appendFile(got.path, 'x')],
    ['of the same length', (got) => writeFile(got.path, 'x'.repeat(23))],
    ['not executable any more', (got) => chmod(got.path, 0o644)],
    ['gone', (got) => rm(got.path)],
    ['without a record', (got) => rm(join(got.directory, '../entry.json'))],
    ['with a record cut short', (got) => truncate(join(got.directory, '../entry.json'), 20)],
  ];

  it.each(damages)('%s', async (_, damage) => {
    const { store, dir } = await storeOf([tarball]);
    const got = await store.acquire(source);
    await got.release();
    await damage(got);

    const { store: later, registry } = await storeOf([tarball], { dir });
    const again = await later.acquire(source);
    expect(again.downloaded).toBe(true);
    expect(registry.asked).toBe(1);
    expect(spawnSync(again.path).stdout.toString()).toBe('it runs\n');
    await again.release();
    expect(await leftovers(dir)).toEqual([]);
  });

  it('also when this process has verified it before', async () => {
    const { store } = await storeOf([tarball]);
    const got = await store.acquire(source);
    await writeFile(got.path, 'x'.repeat(23));
    const again = await store.acquire(source);
    expect(again.downloaded).toBe(true);
    expect(await readFile(again.path, 'utf8')).toContain('it runs');
  });
});

describe('what is in the store', () => {
  it('is listed with release, size, last use and whether it is in use', async () => {
    const { store } = await storeOf([clientTarball('one'), clientTarball('second')]);
    const first = await store.acquire(sourceOf(clientTarball('one'), { version: '1.0.0' }));
    const second = await store.acquire(sourceOf(clientTarball('second'), { version: '2.0.0' }));
    await first.release();
    const listed = await store.ls();
    expect(listed).toHaveLength(2);
    expect(listed).toContainEqual(
      expect.objectContaining({
        package: '@acme/client-linux-x64',
        version: '1.0.0',
        bytes: 3,
        inUse: false,
      }),
    );
    expect(listed).toContainEqual(
      expect.objectContaining({ version: '2.0.0', bytes: 6, inUse: true, lastUsed: expect.any(Date) }),
    );
    await second.release();
    expect((await store.ls()).every(({ inUse }) => !inUse)).toBe(true);
  });

  it('is nothing at first', async () => {
    const { store } = await storeOf([]);
    expect(await store.ls()).toEqual([]);
    expect(await store.verify()).toEqual([]);
    expect(await store.prune({ all: true })).toEqual({ removed: [], bytes: 0, remaining: 0 });
  });
});

it('a directory whose path is a file is named as not writable', async () => {
  const dir = join(await scratch(), 'file');
  await writeFile(dir, '');
  const { open } = (await storeOf([])).registry;
  await expect(openStore({ dir, limitBytes: 1, openTarball: open })).rejects.toMatchObject({
    code: 'CACHE_NOT_WRITABLE',
    message: expect.stringContaining(dir),
    hint: expect.stringContaining('--cache-dir'),
  });
});
