import { appendFile, mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/errors.js';
import type { NpmOptions } from '../../src/registry/npm-config.js';
import { answersBytes, shrinkAnswers } from '../../src/registry/packument-cache.js';
import { fetchPackument, isUnchanged, type Validators } from '../../src/registry/packument.js';
import type { Fault, TestRegistry } from '../helpers/registry.js';
import { failureOf, optionsFor, registryForTest, temporaryFolder } from './setting.js';

const NAME = '@scope/client';
const PATH = `/${NAME}`;

async function published(): Promise<{ registry: TestRegistry; options: NpmOptions; host: string }> {
  const registry = await registryForTest();
  registry.publish({ name: NAME, version: '1.0.0', time: '2026-01-02T03:04:05.006Z' });
  return {
    registry,
    options: await optionsFor({ registry: registry.url }),
    host: new URL(registry.url).host,
  };
}

describe('a packument', () => {
  test('comes with versions, tags and publication times', async () => {
    const { options, registry } = await published();
    const { packument, fromCache } = await fetchPackument(NAME, options);
    expect(fromCache).toBeNull();
    expect(packument).toMatchObject({
      name: NAME,
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name: NAME, version: '1.0.0' } },
      time: { '1.0.0': '2026-01-02T03:04:05.006Z' },
    });
    expect(registry.requests).toMatchObject([{ path: PATH, headers: { accept: 'application/json' } }]);
  });

  test("is asked for by several at once, whose answers do not get into each other's way", async () => {
    const { options } = await published();
    const all = await Promise.all(Array.from({ length: 20 }, () => fetchPackument(NAME, options)));
    expect(all.map(({ fromCache }) => fromCache)).toEqual(all.map(() => null));
    expect(await readdir(options.cache)).toHaveLength(1);
  });

  test('is asked for by its ETag the second time, and not sent again', async () => {
    const { options, registry } = await published();
    const first = await fetchPackument(NAME, options);
    expect(await fetchPackument(NAME, options)).toEqual(first);
    expect(registry.requests.map(({ status }) => status)).toEqual([200, 304]);
    expect(registry.requests[1]?.headers['if-none-match']).toMatch(/^"/);
  });

  test.each([true, false])('shows a new release at once (ETag: %s)', async (etag) => {
    const { options, registry } = await published();
    registry.etag = etag;
    await fetchPackument(NAME, options);
    registry.publish({ name: NAME, version: '1.1.0' });
    const { packument, fromCache } = await fetchPackument(NAME, options);
    expect(Object.keys(packument.versions)).toEqual(['1.0.0', '1.1.0']);
    expect(fromCache).toBeNull();
  });

  test('is not asked for again while the registry says that it is fresh', async () => {
    const { options, registry } = await published();
    registry.cacheControl = 'public, max-age=300';
    await fetchPackument(NAME, options);
    expect((await fetchPackument(NAME, options)).fromCache).toBeNull();
    expect(registry.requests).toHaveLength(1);
  });

  test.each<Fault>([
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    { kind: 'reset' },
    { kind: 'truncate', afterBytes: 40 },
    { kind: 'shorten', afterBytes: 40 },
    { kind: 'shorten', afterBytes: 0 },
  ])('is asked for again after a passing $kind $status $afterBytes', async (fault) => {
    const { options, registry } = await published();
    registry.fault(PATH, fault, 1);
    expect((await fetchPackument(NAME, options)).fromCache).toBeNull();
    expect(registry.requests).toHaveLength(2);
  });
});

const DOWN = 'down';
type Trouble = Fault | typeof DOWN;

async function order(registry: TestRegistry, trouble: Trouble): Promise<void> {
  if (trouble === DOWN) await registry.stop();
  else registry.fault(PATH, trouble);
}

/** Trouble on the way, during which an older list is as good as any. */
const PASSING: readonly (readonly [what: string, trouble: Trouble, reason: string])[] = [
  ['is down', DOWN, 'refused the connection'],
  ['drops the connection', { kind: 'reset' }, 'broke off the connection'],
  ['never answers', { kind: 'stall' }, 'did not answer in time'],
  ['stops in the middle', { kind: 'stall', afterBytes: 40 }, 'did not answer in time'],
  ['breaks off in the middle', { kind: 'truncate', afterBytes: 40 }, 'broke off the connection'],
  ['is too slow to end in time', { kind: 'drip', bytes: 1, everyMs: 50 }, 'did not answer in time'],
  ['answers 429', { kind: 'status', status: 429 }, 'answered 429'],
  ['answers 500', { kind: 'status', status: 500 }, 'answered 500'],
  ['answers 503', { kind: 'status', status: 503 }, 'answered 503'],
];

const LIST = JSON.stringify({
  name: NAME,
  versions: { '1.0.0': { name: NAME, version: '1.0.0', dist: { tarball: 'http://127.0.0.1/x.tgz' } } },
});

/** Answers that say something about the question: an older list would hide it. */
const FINAL: readonly (readonly [what: string, trouble: Trouble, code: ErrorCode])[] = [
  ['answers 404', { kind: 'status', status: 404 }, 'PACKAGE_NOT_FOUND'],
  ['answers 401', { kind: 'status', status: 401 }, 'REGISTRY_REFUSED'],
  ['answers 403', { kind: 'status', status: 403 }, 'REGISTRY_REFUSED'],
  ['answers a web page', { kind: 'html' }, 'REGISTRY_NONSENSE'],
  ['answers no JSON', { kind: 'body', body: '{"name": ' }, 'REGISTRY_NONSENSE'],
  ['answers nothing', { kind: 'body', body: '' }, 'REGISTRY_NONSENSE'],
  ['redirects in a circle', { kind: 'status', status: 302, headers: { location: '#' } }, 'REGISTRY_NONSENSE'],
  ['answers an empty object', { kind: 'body', body: '{}' }, 'REGISTRY_NONSENSE'],
  ['answers more than 16 MiB', { kind: 'body', body: LIST.padEnd(16 * 2 ** 20 + 1) }, 'REGISTRY_NONSENSE'],
  ['answers null', { kind: 'body', body: 'null' }, 'REGISTRY_NONSENSE'],
  [
    'answers for another package',
    { kind: 'body', body: '{"name":"other","versions":{}}' },
    'REGISTRY_NONSENSE',
  ],
];

test.each<[string, string | Buffer, Record<string, string>]>([
  ['packed', gzipSync(LIST), { 'content-encoding': 'gzip' }],
  ['as large as it may be', LIST.padEnd(16 * 2 ** 20), {}],
])('a list that comes %s is read', async (_, body, headers) => {
  const { registry, options } = await published();
  registry.fault(PATH, { kind: 'body', body, headers });
  expect(Object.keys((await fetchPackument(NAME, options)).packument.versions)).toEqual(['1.0.0']);
});

describe('with nothing cached', () => {
  const codes = PASSING.map(([what, trouble]) => [what, trouble, 'REGISTRY_UNREACHABLE'] as const);
  test.each([...codes, ...FINAL])(
    'a registry that %s is an error that names it',
    async (_, trouble, code) => {
      const { options, registry, host } = await published();
      await order(registry, trouble);
      const error = await failureOf(fetchPackument(NAME, options), code);
      expect(error.message).toContain(host);
      expect(error.message).toContain(NAME);
    },
  );

  test('a registry that is down is told in a few seconds, with the patience that users have', async () => {
    const { registry } = await published();
    const options = await optionsFor({ registry: registry.url, patience: undefined });
    await registry.stop();
    const started = performance.now();
    const error = await failureOf(fetchPackument(NAME, options), 'REGISTRY_UNREACHABLE');
    expect(performance.now() - started).toBeLessThan(5000);
    expect(error.message).toContain('refused the connection');
  });

  test('a host that does not exist is told as such', async () => {
    const options = await optionsFor({ registry: 'http://no-such-host.invalid/' });
    const error = await failureOf(fetchPackument(NAME, options), 'REGISTRY_UNREACHABLE');
    expect(error.message).toMatch(/no-such-host\.invalid (has no address|could not be looked up)/);
  });
});

describe('with an older list cached', () => {
  test.each(PASSING)('a registry that %s is named, and the list is used', async (_, trouble, reason) => {
    const { options, registry, host } = await published();
    const { packument } = await fetchPackument(NAME, options);
    // Else the answer would have no body in which something could happen.
    registry.etag = false;
    await order(registry, trouble);
    const again = await fetchPackument(NAME, options);
    expect(again.packument).toEqual(packument);
    expect(again.fromCache?.reason).toMatch(/; list of \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(again.fromCache?.reason).toContain(host);
    expect(again.fromCache?.reason).toContain(reason);
  });

  test.each(FINAL)('a registry that %s is an error all the same', async (_, trouble, code) => {
    const { options, registry } = await published();
    await fetchPackument(NAME, options);
    await order(registry, trouble);
    const error = await failureOf(fetchPackument(NAME, options), code);
    expect(error.message).toContain(NAME);
  });

  test('a sign-in page does not replace the list', async () => {
    const { options, registry } = await published();
    const { packument } = await fetchPackument(NAME, options);
    registry.fault(PATH, { kind: 'html' });
    await failureOf(fetchPackument(NAME, options), 'REGISTRY_NONSENSE');
    expect((await fetchPackument(NAME, { ...options, offline: true })).packument).toEqual(packument);
  });

  test('a list that was damaged on disk is fetched anew', async () => {
    const { options, registry } = await published();
    const first = await fetchPackument(NAME, options);
    const [file = '', ...others] = await readdir(options.cache);
    expect(others).toEqual([]);
    await appendFile(join(options.cache, file), ' ');
    expect((await fetchPackument(NAME, options)).packument).toEqual(first.packument);
    expect(registry.requests.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('offline', () => {
  test('what is cached is used, and said to be', async () => {
    const { options, registry } = await published();
    const { packument } = await fetchPackument(NAME, options);
    const again = await fetchPackument(NAME, { ...options, offline: true });
    expect(again.packument).toEqual(packument);
    expect(again.fromCache?.reason).toMatch(/^offline; list of /);
    expect(registry.requests).toHaveLength(1);
  });

  test('what is not cached is an error, and nothing is asked', async () => {
    const { options, registry } = await published();
    const error = await failureOf(
      fetchPackument(NAME, { ...options, offline: true }),
      'REGISTRY_UNREACHABLE',
    );
    expect(error.hint).toContain('--offline');
    expect(registry.requests).toEqual([]);
  });
});

describe('an aborted fetch', () => {
  test.each([true, false])('ends with the reason of the signal (list cached: %s)', async (cached) => {
    const { options, registry } = await published();
    if (cached) await fetchPackument(NAME, options);
    registry.fault(PATH, { kind: 'stall' });
    const arrived = registry.nextRequest(PATH);
    const abort = new AbortController();
    const fetching = fetchPackument(NAME, options, abort.signal);
    const request = await arrived;
    abort.abort(new Error('enough'));
    await expect(fetching).rejects.toThrow('enough');
    await request.closed;
  });

  test('that was aborted before asks for nothing', async () => {
    const { options, registry } = await published();
    await expect(fetchPackument(NAME, options, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
    expect(registry.requests).toEqual([]);
  });
});

describe('whether a packument is still the same', () => {
  /** The registry's state of a moment ago, and what came with it. */
  async function known(changes: Partial<Validators> = {}) {
    const { registry, options, host } = await published();
    const { validators } = await fetchPackument(NAME, options);
    const asked = registry.requests.length;
    return {
      registry,
      options,
      host,
      validators: { ...validators, ...changes },
      requests: () => registry.requests.slice(asked),
    };
  }

  test('is answered by the registry with one request, by its ETag', async () => {
    const { options, validators, requests } = await known();
    expect(await isUnchanged(NAME, validators, options)).toBe(true);
    expect(requests()).toMatchObject([
      { path: PATH, status: 304, headers: { 'if-none-match': validators.etag } },
    ]);
  });

  test('is answered by the day of its last change, where there is no ETag', async () => {
    const lastModified = 'Fri, 02 Jan 2026 03:04:05 GMT';
    const { options, validators, requests } = await known({ etag: null, lastModified });
    expect(await isUnchanged(NAME, validators, options)).toBe(true);
    expect(requests()[0]?.headers['if-modified-since']).toBe(lastModified);
    expect(requests()[0]?.headers).not.toHaveProperty('if-none-match');
  });

  test('is read from the whole list, where there is nothing to ask by', async () => {
    const { registry, options, validators, requests } = await known({ etag: null });
    expect(validators.lastModified).toBeNull();
    registry.etag = false;
    expect(await isUnchanged(NAME, validators, options)).toBe(true);
    expect(requests().map(({ status }) => status)).toEqual([200]);
    registry.publish({ name: NAME, version: '1.1.0' });
    expect(await isUnchanged(NAME, validators, options)).toBe(false);
  });

  test('is read from the whole list, where a mirror has another ETag for the same', async () => {
    const { options, validators, requests } = await known({ etag: '"of another mirror"' });
    expect(await isUnchanged(NAME, validators, options)).toBe(true);
    expect(requests().map(({ status }) => status)).toEqual([200]);
  });

  test.each<[string, (registry: TestRegistry) => void]>([
    ['a release is new', (registry) => registry.publish({ name: NAME, version: '1.1.0' })],
    ['a release is gone', (registry) => registry.unpublish(NAME, '1.0.0')],
    ['a release is deprecated', (registry) => registry.deprecate(NAME, '1.0.0', 'too old')],
    ['a tag points elsewhere', (registry) => registry.tag(NAME, 'stable', '1.0.0')],
  ])('is denied as soon as %s', async (_, change) => {
    const { registry, options, validators } = await known();
    change(registry);
    expect(await isUnchanged(NAME, validators, options)).toBe(false);
  });

  test('is not taken from the cache, whatever the registry said of it, and npm is set to', async () => {
    const { registry, options } = await published();
    registry.cacheControl = 'public, max-age=300';
    const { validators } = await fetchPackument(NAME, options);
    registry.publish({ name: NAME, version: '1.1.0' });
    expect(await isUnchanged(NAME, validators, { ...options, preferOffline: true })).toBe(false);
  });

  test('leaves the cache as it is', async () => {
    const { registry, options, validators } = await known();
    const contents = async () => (await readdir(options.cache, { recursive: true })).toSorted();
    const before = await contents();
    registry.publish({ name: NAME, version: '1.1.0' });
    await isUnchanged(NAME, validators, options);
    expect(await contents()).toEqual(before);
    const { packument } = await fetchPackument(NAME, { ...options, offline: true });
    expect(Object.keys(packument.versions)).toEqual(['1.0.0']);
  });

  const unreachable = PASSING.map(([what, trouble]) => [what, trouble, 'REGISTRY_UNREACHABLE'] as const);
  test.each([...unreachable, ...FINAL])(
    'is not guessed at: a registry that %s is an error',
    async (_, trouble, code) => {
      const { registry, options, host, validators } = await known();
      registry.etag = false;
      await order(registry, trouble);
      const error = await failureOf(isUnchanged(NAME, validators, options), code);
      expect(error.message).toContain(host);
      expect(error.message).toContain(NAME);
    },
  );

  test('is asked again after a passing failure', async () => {
    const { registry, options, validators, requests } = await known();
    registry.fault(PATH, { kind: 'status', status: 503 }, 1);
    expect(await isUnchanged(NAME, validators, options)).toBe(true);
    expect(requests()).toHaveLength(2);
  });

  test('ends with the reason of the signal', async () => {
    const { registry, options, validators, requests } = await known();
    registry.fault(PATH, { kind: 'stall' });
    const arrived = registry.nextRequest(PATH);
    const abort = new AbortController();
    const asking = isUnchanged(NAME, validators, options, abort.signal);
    const request = await arrived;
    abort.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
    await request.closed;
    await expect(isUnchanged(NAME, validators, options, abort.signal)).rejects.toThrow('enough');
    expect(requests()).toHaveLength(1);
  });
});

test('what is kept of registries is made smaller the oldest first, without what nobody reads any more', async () => {
  const { registry, options } = await published();
  registry.publish({ name: 'other', version: '1.0.0' });
  await fetchPackument('other', options);
  const [old = ''] = await readdir(options.cache);
  await utimes(join(options.cache, old), 1, 1);
  await fetchPackument(NAME, options);
  const wanted = await answersBytes(options.cache);
  await mkdir(join(options.cache, 'content-v2', 'sha512'), { recursive: true });
  await writeFile(join(options.cache, 'content-v2', 'sha512', 'superseded'), Buffer.alloc(5000));
  expect(await answersBytes(options.cache)).toBe(wanted + 5000);

  expect(await shrinkAnswers(options.cache, wanted)).toEqual({ bytes: 5000, remaining: wanted });
  const { remaining } = await shrinkAnswers(options.cache, wanted - 1);
  expect(await answersBytes(options.cache)).toBe(remaining);
  const offline = { ...options, offline: true };
  expect((await fetchPackument(NAME, offline)).packument.name).toBe(NAME);
  await failureOf(fetchPackument('other', offline), 'REGISTRY_UNREACHABLE');
});

test('a cache that cannot be written is named, not the registry', async () => {
  const { registry } = await published();
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  const options = await optionsFor({ registry: registry.url, cacheDir: join(folder, 'file') });
  const error = await failureOf(fetchPackument(NAME, options), 'CACHE_NOT_WRITABLE');
  expect(error.message).toContain(options.cache);
});
