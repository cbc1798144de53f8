import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { onDisk } from '../../src/disk.js';
import { packageTarball } from '../helpers/tarball.js';
import { Child, type ChildJob } from './child.js';
import { leftovers, scratch, sourceOf, storeOf } from './workbench.js';

const tarball = packageTarball({ claude: { content: randomBytes(3_000_000), mode: 0o755 } }, 0);

/** A job on a cache directory of its own, with the tarball in a file beside it. */
async function prepared(action: ChildJob['action'] = 'acquire'): Promise<ChildJob & { dir: string }> {
  const place = await scratch();
  const dir = join(place, 'cache');
  await mkdir(dir);
  await writeFile(join(place, 'client.tgz'), tarball);
  const url = pathToFileURL(join(place, 'client.tgz')).href;
  return { dir, url, source: sourceOf(tarball), action };
}

const refused = (dir: string) => ({
  event: 'failed',
  code: 'CACHE_NOT_WRITABLE',
  message: expect.stringContaining(dir),
  hint: expect.stringContaining('--cache-dir'),
});

const readOnly = (dir: string) => `mount --bind ${dir} ${dir}; mount -o remount,bind,ro ${dir}`;

describe('a full disk (a small tmpfs, in a mount namespace of the child)', () => {
  it('in the middle of a download names the cache and the way out, and leaves no half file', async () => {
    const job = await prepared();
    // After the child has ended its mount is gone with its namespace: the shell's `find` looks before.
    const list = `find ${job.dir}/v1/temporary ${job.dir}/v1/content -mindepth 1 > ${job.dir}.left`;
    const shell = `mount -t tmpfs -o size=1m tmpfs ${job.dir}; "$@"; ${list}; exit`;
    expect(await new Child(job, shell).last()).toMatchObject({
      event: 'failed',
      code: 'DISK_FULL',
      message: expect.stringContaining(job.dir),
      hint: expect.stringMatching(/mcp-bisect cache prune.*--cache-dir/),
    });
    expect(await readFile(`${job.dir}.left`, 'utf8')).toBe('');
  });

  it('when it is opened says the same', async () => {
    const job = await prepared();
    const shell = `mount -t tmpfs -o size=1m,nr_inodes=3 tmpfs ${job.dir}`;
    expect(await new Child(job, shell).last()).toMatchObject({
      event: 'failed',
      code: 'DISK_FULL',
      message: expect.stringContaining(job.dir),
    });
  });

  it('can still be pruned', async () => {
    const job = await prepared('prune');
    const { store } = await storeOf([tarball], { dir: `${job.dir}.full` });
    await (await store.acquire(sourceOf(tarball))).release();
    const fill = `cp -a ${job.dir}.full/. ${job.dir}; cat /dev/zero > ${job.dir}/filler 2>/dev/null || true`;
    const child = new Child(job, `mount -t tmpfs -o size=4m tmpfs ${job.dir}; ${fill}`);
    expect(await child.until('pruned')).toMatchObject({ removed: 1 });
  });
});

describe('a cache that cannot be written to (a read-only mount, in a mount namespace of the child)', () => {
  it('is named when it is opened for the first time', async () => {
    const job = await prepared();
    expect(await new Child(job, readOnly(job.dir)).last()).toMatchObject(refused(job.dir));
  });

  it('is named when it is opened again', async () => {
    const job = await prepared();
    await storeOf([], { dir: job.dir });
    expect(await new Child(job, readOnly(job.dir)).last()).toMatchObject(refused(job.dir));
  });

  it('is named when it becomes so during a download', async () => {
    const job = await prepared();
    const child = new Child({ ...job, atOpening: readOnly(job.dir) }, 'true');
    expect(await child.until('opened')).toBeDefined();
    expect(await child.last()).toMatchObject(refused(job.dir));
    expect(await readdir(join(job.dir, 'v1/content'))).toEqual([]);
    // What could not be removed then is cleared the next time.
    await storeOf([], { dir: job.dir });
    expect(await leftovers(job.dir)).toEqual([]);
  });
});

it('what the disk says otherwise comes through unchanged', async () => {
  const error = Object.assign(new Error('i/o error'), { code: 'EIO' });
  await expect(onDisk('/cache', () => Promise.reject(error))).rejects.toBe(error);
});
