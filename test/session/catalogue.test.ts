import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalogue, type CatalogueOptions } from '../../src/session/catalogue.js';
import type { Client } from '../../src/clients/client.js';
import { locate } from '../registry/catalog.js';
import { failureOf, registryForTest, temporaryFolder } from '../registry/setting.js';

/** A registry with a client whose second release has its executable in a package of its own. */
async function published() {
  const registry = await registryForTest();
  registry.publish({ name: 'client', version: '1.0.0' });
  registry.publish({ name: 'client-linux-x64', version: '2.0.0' });
  registry.publish({ name: 'client', version: '2.0.0' });
  const folder = await temporaryFolder();
  const options: CatalogueOptions = {
    client: { package: 'client', locate } as unknown as Client,
    target: 'linux-x64',
    cacheDir: join(folder, 'cache'),
    registry: registry.url,
    offline: false,
    includePrereleases: false,
    env: {
      HOME: folder,
      npm_config_globalconfig: join(folder, 'no-global-npmrc'),
      npm_config_fetch_retries: '0',
    },
    cwd: folder,
  };
  const load = (changes: Partial<CatalogueOptions> = {}) => loadCatalogue({ ...options, ...changes });
  return { registry, folder, load };
}

const versionsOf = ({ releases }: Awaited<ReturnType<typeof loadCatalogue>>) =>
  releases.map(({ version }) => version);

describe('what is published', () => {
  it('is the releases with their executables, wherever these are, and what the list came with', async () => {
    const { load, registry } = await published();
    const catalogue = await load();
    expect(catalogue.releases.map(({ version, source }) => [version, source?.package])).toEqual([
      ['1.0.0', 'client'],
      ['2.0.0', 'client-linux-x64'],
    ]);
    expect(catalogue).toMatchObject({ distTags: { latest: '2.0.0' }, notes: [] });
    expect(catalogue.validators).toMatchObject({
      etag: expect.stringMatching(/^"/),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(registry.requestsFor('/client')).toHaveLength(1);
  });

  it('may be taken from an older list, which is said', async () => {
    const { load, registry } = await published();
    await load();
    await registry.stop();
    const catalogue = await load();
    expect(versionsOf(catalogue)).toEqual(['1.0.0', '2.0.0']);
    expect(catalogue.notes[0]).toContain('list of ');
  });
});

describe('what is published at this moment', () => {
  it.each([
    ['the registry said that its answer is good for a while', 'max-age=300', ''],
    ['npm is set to prefer what it has', null, 'prefer-offline=true\n'],
  ])('is asked for, though %s', async (_, cacheControl, npmrc) => {
    const { load, registry, folder } = await published();
    await writeFile(join(folder, '.npmrc'), npmrc);
    registry.cacheControl = cacheControl;
    await load();
    registry.publish({ name: 'client', version: '1.1.0' });
    expect(versionsOf(await load())).toEqual(['1.0.0', '2.0.0']);
    expect(versionsOf(await load({ vouched: true }))).toEqual(['1.0.0', '1.1.0', '2.0.0']);
  });

  it.each(['/client', '/client-linux-x64'])(
    'is not guessed from an older list: %s cannot be asked for',
    async (path) => {
      const { load, registry } = await published();
      await load({ vouched: true });
      registry.fault(path, { kind: 'status', status: 500 });
      const error = await failureOf(load({ vouched: true }), 'REGISTRY_UNREACHABLE');
      expect(error.message).toContain('client');
      expect(error.message).toContain('answered 500');
      expect((await load()).notes).toHaveLength(1);
    },
  );

  it('is asked for with what is known, and need not be sent again', async () => {
    const { load, registry } = await published();
    const first = await load({ vouched: true });
    expect(await load({ vouched: true })).toMatchObject({
      releases: first.releases,
      validators: first.validators,
    });
    expect(registry.requestsFor('/client').map(({ status }) => status)).toEqual([200, 304]);
  });

  it('is not asked for any more once the signal says so', async () => {
    const { load, registry } = await published();
    await expect(load({ vouched: true, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
    expect(registry.requests).toEqual([]);
  });
});
