import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/errors.js';
import type { ExecutableSource } from '../../src/registry/releases.js';
import { fetchPackument } from '../../src/registry/packument.js';
import { openTarball } from '../../src/registry/tarball.js';
import { faultRows } from '../helpers/faults.js';
import { WITHHELD } from '../helpers/registry-faults.js';
import type { Fault, Published, RegistryOptions } from '../helpers/registry.js';
import { packageTarball } from '../helpers/tarball.js';
import { BRISK, failureOf, optionsFor, registryForTest, temporaryFolder } from './setting.js';

const NAME = '@scope/client-linux-x64';

function sourceOf({ integrity }: Published, tarball: string): ExecutableSource {
  return {
    package: NAME,
    version: '1.0.0',
    entry: 'package/client',
    companions: [],
    runner: 'native',
    tarball,
    integrity,
  };
}

async function published(tarball = SMALL, settings?: RegistryOptions) {
  const registry = await registryForTest(settings);
  const release = registry.publish({ name: NAME, version: '1.0.0', tarball });
  const source = sourceOf(release, registry.url.slice(0, -1) + release.path);
  return { registry, release, source, options: await optionsFor({ registry: registry.url }) };
}

const SMALL = packageTarball({ client: 'x'.repeat(100_000) });

/** More than the sockets of one connection hold between them. */
const LARGE = packageTarball({ client: Buffer.alloc(48 * 1024 * 1024) }, 0);

test('a tarball comes byte for byte, and says how long it is', async () => {
  const { release, source, options } = await published();
  const { stream, size } = await openTarball(source, options);
  expect(size).toBe(release.tarball.length);
  expect(release.tarball.equals(await buffer(stream))).toBe(true);
});

test('a server that announces no length leaves the size open', async () => {
  const { registry, release, source, options } = await published();
  registry.fault(release.path, { kind: 'shorten', afterBytes: Infinity });
  const { stream, size } = await openTarball(source, options);
  expect(size).toBeNull();
  expect(release.tarball.equals(await buffer(stream))).toBe(true);
});

test('a tarball that is not what was promised is passed on as it is: verifying is for the store', async () => {
  const { registry, release, source, options } = await published();
  registry.fault(release.path, { kind: 'corrupt', at: 20 });
  const { stream } = await openTarball(source, options);
  const bytes = await buffer(stream);
  expect(bytes).toHaveLength(release.tarball.length);
  expect(bytes.equals(release.tarball)).toBe(false);
});

describe('a registry that', () => {
  test.each(faultRows('A tarball that is not given'))(
    '%s is an error that names it and the release (%s)',
    async (title = '', code = '') => {
      const { registry, release, source, options } = await published();
      registry.fault(release.path, WITHHELD[title] as Fault);
      const error = await failureOf(openTarball(source, options), code as ErrorCode);
      expect(error.message).toContain(`${NAME}@1.0.0`);
      expect(error.message).toContain(new URL(registry.url).host);
    },
  );

  test.each<[string, Fault, ErrorCode]>([
    ['503', { kind: 'status', status: 503 }, 'REGISTRY_UNREACHABLE'],
    ['a web page', { kind: 'html' }, 'REGISTRY_NONSENSE'],
  ])('answers %s to everything is another matter than one tarball', async (_, fault, code) => {
    const { registry, source, options } = await published();
    registry.fault('*', fault);
    const { message } = await failureOf(openTarball(source, options), code);
    expect(message).toContain('the tarball of');
  });

  test('is down is an error that names it', async () => {
    const { registry, source, options } = await published();
    await registry.stop();
    const error = await failureOf(openTarball(source, options), 'REGISTRY_UNREACHABLE');
    expect(error.message).toContain('refused the connection');
  });

  test.each<[string, Fault, string]>([
    ['stops in the middle', { kind: 'stall', afterBytes: 20 }, 'did not answer in time'],
    ['breaks off in the middle', { kind: 'truncate', afterBytes: 20 }, 'broke off the connection'],
  ])('%s for the fourth time makes the stream fail', async (_, fault, reason) => {
    const { registry, release, source, options } = await published();
    registry.fault(release.path, fault);
    const { stream } = await openTarball(source, options);
    const error = await failureOf(buffer(stream), 'TARBALL_CUT_SHORT');
    expect(error.message).toContain(reason);
    expect(error.message).toContain(`${NAME}@1.0.0`);
    expect(registry.requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=20-',
      'bytes=40-',
      'bytes=60-',
    ]);
  });

  test.each<Fault>([{ kind: 'status', status: 503 }, { kind: 'reset' }])(
    'fails once with $kind is asked again',
    async (fault) => {
      const { registry, release, source, options } = await published();
      registry.fault(release.path, fault, 1);
      const { stream } = await openTarball(source, options);
      expect(release.tarball.equals(await buffer(stream))).toBe(true);
      expect(registry.requests).toHaveLength(2);
    },
  );
});

test('offline, nothing is asked, and the error names what is missing', async () => {
  const { registry, source, options } = await published();
  const error = await failureOf(openTarball(source, { ...options, offline: true }), 'REGISTRY_UNREACHABLE');
  expect(error.message).toContain(`${NAME}@1.0.0`);
  expect(registry.requests).toEqual([]);
});

describe('a transfer that breaks off', () => {
  const CUT: Fault = { kind: 'truncate', afterBytes: 30 };
  const bytesOf = async (stream: Readable) => buffer(stream);

  test('goes on where it was, as long as the tarball is the same, and its bytes are whole', async () => {
    const { registry, release, source, options } = await published();
    registry.fault(release.path, CUT, 3);
    const { stream } = await openTarball(source, options);
    expect(release.tarball.equals(await bytesOf(stream))).toBe(true);
    const [first, ...more] = registry.requests;
    expect(first?.headers.range).toBeUndefined();
    expect(more.map(({ headers, status }) => [headers.range, status])).toEqual([
      ['bytes=30-', 206],
      ['bytes=60-', 206],
      ['bytes=90-', 206],
    ]);
    for (const { headers } of more) expect(headers['if-range']).toMatch(/^"/);
  });

  test.each([
    ['knows nothing of ranges', { ranges: false }],
    ['gives nothing to tell one tarball from another by', { etag: false }],
  ])('is whole as well from a server that %s', async (_, settings) => {
    const { registry, release, source, options } = await published();
    Object.assign(registry, settings);
    registry.fault(release.path, CUT, 1);
    const { stream } = await openTarball(source, options);
    expect(release.tarball.equals(await bytesOf(stream))).toBe(true);
    expect(registry.requests[1]?.headers['if-range'] === undefined).toBe('etag' in settings);
    expect(registry.requests).toHaveLength(2);
  });

  test('and cannot be gone on with says so, or that the registry is gone', async () => {
    const { registry, release, source, options } = await published();
    registry.fault(release.path, { kind: 'stall', afterBytes: 30 });
    const { stream } = await openTarball(source, options);
    await once(stream, 'readable');
    registry.fault(release.path, { kind: 'status', status: 500 });
    const { message } = await failureOf(bytesOf(stream), 'TARBALL_UNAVAILABLE');
    expect(message).toContain('answered 500: cannot get');

    registry.fault(release.path, { kind: 'stall', afterBytes: 30 });
    const again = await openTarball(source, options);
    await once(again.stream, 'readable');
    await registry.stop();
    const gone = await failureOf(bytesOf(again.stream), 'REGISTRY_UNREACHABLE');
    expect(gone.message).toContain('refused the connection');
  });
});

describe('a registry that asks to be waited for', () => {
  const BUSY = (after: string): Fault => ({ kind: 'status', status: 429, headers: { 'retry-after': after } });

  test('is waited for, which is said', async () => {
    const { registry, release, source, options } = await published();
    registry.fault(release.path, BUSY('1'), 1);
    const waits: string[] = [];
    const began = performance.now();
    const { stream } = await openTarball(source, { ...options, onWait: (what) => waits.push(what) });
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(release.tarball.equals(await buffer(stream))).toBe(true);
    expect(waits).toEqual([
      expect.stringMatching(/answered 429, .* the tarball of .*@1\.0\.0; waiting 1 s, as it asks$/),
    ]);
  });

  test('is left at once when nobody wants to wait any more', async () => {
    const { registry, release, source, options } = await published();
    registry.fault(release.path, BUSY('50'));
    const abort = new AbortController();
    const onWait = () => abort.abort(new Error('enough'));
    await expect(openTarball(source, { ...options, onWait }, abort.signal)).rejects.toThrow('enough');
    expect(registry.requests).toHaveLength(1);
  });

  test.each([['3600'], [new Date(Date.now() + 3_600_000).toUTCString()]])(
    'for too long is not waited for, and the message says so (%s)',
    async (after) => {
      const { registry, release, source, options } = await published();
      registry.fault(release.path, BUSY(after));
      const error = await failureOf(openTarball(source, options), 'TARBALL_UNAVAILABLE');
      expect(error.message).toMatch(/answered 429, and asks to wait 3\d{3} s: cannot get/);
    },
  );
});

describe('redirects', () => {
  test('are followed, without the credentials of the registry', async () => {
    const { registry, release, source } = await published();
    const storage = await registryForTest();
    storage.publish({ name: NAME, version: '1.0.0', tarball: release.tarball });
    registry.requireAuth('s3cret');
    const location = storage.url.slice(0, -1) + release.path;
    registry.fault(release.path, { kind: 'status', status: 302, headers: { location } });
    const home = await temporaryFolder();
    await writeFile(join(home, '.npmrc'), `${registry.url.replace('http:', '')}:_authToken=s3cret\n`);
    const options = await optionsFor({ registry: registry.url, env: { HOME: home } });
    const { stream } = await openTarball(source, options);
    expect(release.tarball.equals(await buffer(stream))).toBe(true);
    expect(registry.requests[0]?.headers.authorization).toBe('Bearer s3cret');
    expect(storage.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

test('a mirror below a folder serves tarballs that its packument puts at the public registry', async () => {
  const settings = { tarballOrigin: 'https://registry.npmjs.org', prefix: '/npm' };
  const { registry, release, options } = await published(SMALL, settings);
  const { packument } = await fetchPackument(NAME, options);
  const { tarball = '' } = packument.versions['1.0.0']?.dist ?? {};
  expect(tarball).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  const { stream } = await openTarball(sourceOf(release, tarball), options);
  expect(release.tarball.equals(await buffer(stream))).toBe(true);
  expect(registry.requests.at(-1)?.path).toBe(release.path);
});

describe('a reader that takes its time', () => {
  test('is waited for: the server is held back, and the connection does not time out', async () => {
    const { registry, release, source, options } = await published(LARGE);
    const { stream } = await openTarball(source, options);
    await once(stream, 'readable');
    // Time is the subject here: longer than a silent server would be given.
    await sleep(BRISK.idleMs * 2);
    expect(registry.requests[0]?.bytesSent).toBeLessThan(release.tarball.length / 2);
    expect(release.tarball.equals(await buffer(stream))).toBe(true);
  });
});

/** A transfer that has begun, from a server that has gone silent, with a patience that outlasts the test. */
async function halfway() {
  const { registry, release, source, options } = await published();
  registry.fault(release.path, { kind: 'stall', afterBytes: 100 });
  const abort = new AbortController();
  const patient = { ...options, patience: { ...options.patience, idleMs: 60_000 } };
  const { stream } = await openTarball(source, patient, abort.signal);
  await once(stream.resume(), 'data');
  return { registry, stream, abort };
}

describe('the connection is closed', () => {
  test('when the transfer is aborted, and the stream fails with the reason', async () => {
    const { registry, stream, abort } = await halfway();
    const failed = once(stream, 'error');
    abort.abort(new Error('enough'));
    expect(await failed).toMatchObject([{ message: 'enough' }]);
    await registry.requests[0]?.closed;
  });

  test('when the stream is destroyed while the server is silent', async () => {
    const { registry, stream } = await halfway();
    stream.destroy();
    await registry.requests[0]?.closed;
    expect(stream.errored).toBeNull();
  });

  test('when the transfer is aborted before the answer', async () => {
    const { registry, release, source, options } = await published();
    registry.fault(release.path, { kind: 'stall' });
    const abort = new AbortController();
    const arrived = registry.nextRequest(release.path);
    const opening = openTarball(source, options, abort.signal);
    const request = await arrived;
    abort.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    await request.closed;
  });
});

test('a transfer that was aborted before asks for nothing', async () => {
  const { registry, source, options } = await published();
  await expect(openTarball(source, options, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
    'enough',
  );
  expect(registry.requests).toEqual([]);
});
