import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/store/store.js';
import { packageTarball } from '../helpers/tarball.js';
import { Child } from './child.js';
import { deferred } from './deferred.js';
import { clientTarball, inPieces, leftovers, scratch, sourceOf, storedFiles, storeOf } from './workbench.js';

/** Large enough to come in several pieces. */
const content = randomBytes(1_500_000);
const tarball = packageTarball({ claude: { content, mode: 0o755 }, 'package.json': '{}' });
const source = sourceOf(tarball);
const cut = tarball.subarray(0, 700_000);
const flipped = Buffer.from(tarball);
flipped.writeUInt8(flipped.readUInt8(900_000) ^ 1, 900_000);
const replaced = clientTarball('something else');

describe('a tarball that is not the promised one', () => {
  const wrong: [string, Buffer][] = [
    ['cut short', cut],
    ['with one bit flipped', flipped],
    ['replaced by another', replaced],
    ['replaced by a page', Buffer.from('<html>login</html>')],
    ['empty', Buffer.alloc(0)],
  ];

  it.each(wrong)('%s, is fetched once more and then good', async (_, bytes) => {
    const { store, dir, registry } = await storeOf([bytes, tarball]);
    const got = await store.acquire(source);
    expect(registry.asked).toBe(2);
    expect((await readFile(got.path)).equals(content)).toBe(true);
    await got.release();
    expect(await leftovers(dir)).toEqual([]);
  });

  it.each(wrong)('%s twice, is refused, and nothing of it stays', async (_, bytes) => {
    const { store, dir, registry } = await storeOf([bytes]);
    await expect(store.acquire(source)).rejects.toMatchObject({
      code: 'TARBALL_INTEGRITY',
      exitCode: 4,
      message: expect.stringMatching(
        /@acme\/client-linux-x64@1\.2\.3.*expected sha512-.{12}…, got sha512-.{12}…/,
      ),
      hint: expect.stringContaining('--registry'),
    });
    expect(registry.asked).toBe(2);
    expect(await storedFiles(dir)).toEqual([]);
    expect(await leftovers(dir)).toEqual([]);
    expect(await store.has(source)).toBe(false);
  });
});

describe('a transport that fails', () => {
  const failure = Object.assign(new Error('connect EACCES'), { code: 'EACCES', syscall: 'connect' });

  it('before the first byte: its own error comes through unchanged', async () => {
    const dir = await scratch();
    const store = await openStore({ dir, limitBytes: 1, openTarball: () => Promise.reject(failure) });
    await expect(store.acquire(source)).rejects.toBe(failure);
    expect(await leftovers(dir)).toEqual([]);
  });

  it('midway: its own error comes through unchanged', async () => {
    const dir = await scratch();
    const stream = () =>
      Readable.from(
        (function* () {
          yield* inPieces(cut);
          throw failure;
        })(),
      );
    const store = await openStore({
      dir,
      limitBytes: 1,
      openTarball: async () => ({ stream: stream(), size: undefined }),
    });
    await expect(store.acquire(source)).rejects.toBe(failure);
    expect(await leftovers(dir)).toEqual([]);
  });
});

describe('an aborted download', () => {
  it('stops at once and leaves no temporary', async () => {
    const dir = await scratch();
    const stream = new Readable({ read() {} });
    const openTarball = async () => ({ stream, size: tarball.length });
    const store = await openStore({ dir, limitBytes: 1, openTarball });
    const controller = new AbortController();
    const reason = new Error('enough');
    const acquiring = store.acquire(source, {
      signal: controller.signal,
      // Aborted while bytes are written and more are awaited.
      onProgress: () => controller.abort(reason),
    });
    for (const piece of inPieces(cut)) stream.push(piece);
    await expect(acquiring).rejects.toBe(reason);
    expect(stream.destroyed).toBe(true);
    expect(await leftovers(dir)).toEqual([]);
    expect(await storedFiles(dir)).toEqual([]);
  });

  it('stops even where the transport is deaf, and closes what that opens later', async () => {
    const late = deferred<{ stream: Readable; size: undefined }>();
    const asked = deferred<undefined>();
    const dir = await scratch();
    const openTarball = () => {
      asked.resolve(undefined);
      return late.promise;
    };
    const store = await openStore({ dir, limitBytes: 1, openTarball });
    const controller = new AbortController();
    const acquiring = store.acquire(source, { signal: controller.signal });
    await asked.promise;
    controller.abort();
    await expect(acquiring).rejects.toMatchObject({ name: 'AbortError' });
    expect(await leftovers(dir)).toEqual([]);
    const stream = new Readable({ read() {} });
    late.resolve({ stream, size: undefined });
    await once(stream, 'close');
  });

  it('does not start when the signal has fired before', async () => {
    const { store, dir, registry } = await storeOf([tarball]);
    await expect(store.acquire(source, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(registry.asked).toBe(0);
    expect(await leftovers(dir)).toEqual([]);
  });

  it('goes on for another caller who wants the same', async () => {
    const { store, registry } = await storeOf([tarball]);
    const controller = new AbortController();
    const leaving = store.acquire(source, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const staying = store.acquire(source);
    await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
    expect((await readFile((await staying).path)).equals(content)).toBe(true);
    expect(registry.asked).toBe(1);
  });
});

describe('several at once', () => {
  it('in one process share one download, and only one of them counts it', async () => {
    const { store, registry } = await storeOf([tarball]);
    const got = await Promise.all([1, 2, 3].map(() => store.acquire(source)));
    expect(registry.asked).toBe(1);
    expect(got.filter(({ downloaded }) => downloaded)).toHaveLength(1);
    await got[0]?.release();
    await store.prune({ all: true });
    expect((await readFile(got[1]?.path ?? '')).equals(content)).toBe(true);
  });

  it('in two processes that both download: both get the one that came first', async () => {
    const dir = await scratch();
    const { url, both } = await tarballServer();
    const children = [1, 2].map(() => new Child({ dir, url, source, action: 'acquire' }));
    // Neither gets a byte before both have asked.
    for (const response of await both) response.end(tarball);
    const got = await Promise.all(children.map((child) => child.until('acquired')));
    expect(got[0]?.['path']).toBe(got[1]?.['path']);
    expect(got.filter(({ downloaded }) => downloaded === true)).toHaveLength(1);
    await Promise.all(children.map((child) => child.last()));
    expect((await readFile(String(got[0]?.['path']))).equals(content)).toBe(true);
    expect(await storedFiles(dir)).toHaveLength(2);
    expect(await leftovers(dir)).toEqual([]);
  });
});

describe('killed with SIGKILL', () => {
  it('before any one of its file-system calls, it leaves nothing that disturbs the next', async () => {
    const url = await tarballFile();
    const counted = await new Child({ dir: await scratch(), url, source, action: 'acquire' }).last();
    const calls = Number(counted?.['calls']);
    expect(calls).toBeGreaterThan(25);
    for (let dieBefore = 1; dieBefore <= calls; dieBefore += 1) {
      const dir = await scratch();
      const child = new Child({ dir, url, source, action: 'acquire', dieBefore });
      expect(await child.fate()).toBe('SIGKILL');
      await expectCleanAcquire(dir);
    }
  }, 120_000);

  it('at random moments of a slow download, it leaves nothing that disturbs the next', async () => {
    for (let round = 0; round < 4; round += 1) {
      const dir = await scratch();
      const { url, first } = await tarballServer();
      const child = new Child({ dir, url, source, action: 'acquire' });
      const response = await first;
      const moment = Math.floor(Math.random() * (tarball.length / 65_536 + 2));
      const pieces = inPieces(tarball, 65_536);
      for (const piece of pieces.slice(0, moment)) {
        if (!response.write(piece)) await once(response, 'drain');
      }
      if (moment >= pieces.length) response.end();
      await child.kill();
      expect(await child.fate()).toBe('SIGKILL');
      await expectCleanAcquire(dir);
    }
  }, 60_000);
});

async function expectCleanAcquire(dir: string): Promise<void> {
  const { store } = await storeOf([tarball], { dir });
  expect(await leftovers(dir), 'opening clears what the dead left').toEqual([]);
  const got = await store.acquire(source);
  expect((await readFile(got.path)).equals(content)).toBe(true);
  await got.release();
  expect(await leftovers(dir)).toEqual([]);
  expect(await storedFiles(dir)).toHaveLength(2);
}

async function tarballFile(): Promise<string> {
  const path = join(await scratch(), 'client.tgz');
  await writeFile(path, tarball);
  return pathToFileURL(path).href;
}

/** A server that leaves its answers to the test: the first one's response, and those of the first two. */
async function tarballServer(): Promise<{
  url: string;
  first: Promise<ServerResponse>;
  both: Promise<ServerResponse[]>;
}> {
  const first = deferred<ServerResponse>();
  const both = deferred<ServerResponse[]>();
  const responses: ServerResponse[] = [];
  const server = createServer((_, response) => {
    responses.push(response);
    first.resolve(response);
    if (responses.length === 2) both.resolve(responses);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { url: `http://127.0.0.1:${port}/`, first: first.promise, both: both.promise };
}
