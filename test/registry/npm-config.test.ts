import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadNpmOptions } from '../../src/registry/npm-config.js';
import { fetchPackument } from '../../src/registry/packument.js';
import { everythingIn, failureOf, optionsFor, registryForTest, temporaryFolder } from './setting.js';

/** A home with this user npmrc. */
async function homeWith(npmrc: string): Promise<string> {
  const home = await temporaryFolder();
  await writeFile(join(home, '.npmrc'), npmrc);
  return home;
}

describe('the registry', () => {
  test('is the public one by default', async () => {
    expect((await optionsFor()).registry).toBe('https://registry.npmjs.org/');
  });

  test('comes from the user npmrc, which the project npmrc overrides, which the environment overrides', async () => {
    const home = await homeWith('registry=http://user.test/\n');
    const project = await temporaryFolder();
    await writeFile(join(project, 'package.json'), '{}');
    expect((await optionsFor({ env: { HOME: home }, cwd: project })).registry).toBe('http://user.test/');

    await writeFile(join(project, '.npmrc'), 'registry=http://project.test/npm\n');
    expect((await optionsFor({ env: { HOME: home }, cwd: project })).registry).toBe(
      'http://project.test/npm/',
    );

    const env = { HOME: home, npm_config_registry: 'http://environment.test/' };
    expect((await optionsFor({ env, cwd: project })).registry).toBe('http://environment.test/');
  });

  test('given on the command line overrides them all', async () => {
    const env = { npm_config_registry: 'http://environment.test/' };
    expect((await optionsFor({ env, registry: 'http://option.test' })).registry).toBe('http://option.test/');
  });

  test.each(['nonsense', 'ftp://registry.test/', ''])('cannot be "%s"', async (registry) => {
    const error = await failureOf(optionsFor({ registry }), 'BAD_OPTION');
    expect(error.message).toContain('registry');
  });

  test.each(['http://[', 'proxy.example:3128', 'two words'])(
    'is not asked through a proxy "%s", which is no address',
    async (proxy) => {
      const error = await failureOf(optionsFor({ env: { HTTPS_PROXY: proxy } }), 'BAD_OPTION');
      expect(error.message).toContain('proxy');
    },
  );

  test('of a scope is asked for the packages of that scope only', async () => {
    const scoped = await registryForTest();
    const other = await registryForTest();
    scoped.publish({ name: '@here/client', version: '1.0.0' });
    other.publish({ name: 'client', version: '2.0.0' });
    const home = await homeWith(`@here:registry=${scoped.url}\nregistry=${other.url}\n`);
    const options = await optionsFor({ env: { HOME: home } });
    expect((await fetchPackument('@here/client', options)).packument.versions).toHaveProperty(['1.0.0']);
    expect((await fetchPackument('client', options)).packument.versions).toHaveProperty(['2.0.0']);
    expect(scoped.requests.map(({ path }) => path)).toEqual(['/@here/client']);
    expect(other.requests.map(({ path }) => path)).toEqual(['/client']);
  });
});

describe('credentials', () => {
  const secret = 'npm_s3cretS3cret';

  test('of the user npmrc open a registry that is closed without them', async () => {
    const registry = await registryForTest();
    registry.publish({ name: 'client', version: '1.0.0' });
    registry.requireAuth(secret);
    const refused = await failureOf(
      fetchPackument('client', await optionsFor({ registry: registry.url })),
      'REGISTRY_REFUSED',
    );
    expect(refused.hint).toContain('npmrc');

    const home = await homeWith(`${registry.url.replace('http:', '')}:_authToken=\${THE_TOKEN}\n`);
    const options = await optionsFor({ registry: registry.url, env: { HOME: home, THE_TOKEN: secret } });
    expect((await fetchPackument('client', options)).packument.name).toBe('client');
  });

  test('for one registry are not sent to another', async () => {
    const registry = await registryForTest();
    registry.publish({ name: 'client', version: '1.0.0' });
    const home = await homeWith(`//elsewhere.test/:_authToken=${secret}\n`);
    await fetchPackument('client', await optionsFor({ registry: registry.url, env: { HOME: home } }));
    expect(registry.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  test('in the address of the registry are sent, and are in no error', async () => {
    const registry = await registryForTest();
    registry.publish({ name: 'client', version: '1.0.0' });
    const address = registry.url.replace('//', `//someone:${secret}@`);
    const options = await optionsFor({ registry: address });
    await fetchPackument('client', options);
    const [request] = registry.requests;
    expect(request?.headers.authorization).toBe(`Basic ${btoa(`someone:${secret}`)}`);

    await registry.close();
    const down = await failureOf(fetchPackument('other', options), 'REGISTRY_UNREACHABLE');
    expect(everythingIn(down)).not.toContain(secret);
    expect(down.message).toContain(new URL(registry.url).host);
  });

  test('that belong to no registry are refused as npm refuses them, without being repeated', async () => {
    const home = await homeWith(`_authToken=${secret}\n`);
    const error = await failureOf(optionsFor({ env: { HOME: home } }), 'BAD_OPTION');
    expect(everythingIn(error)).not.toContain(secret);
    expect(error.hint).toContain('npm config fix');
  });
});

test('settings that npm does not know cause no warning', async () => {
  const home = await homeWith('nodedir=/usr\nmade-up=1\n');
  const said: unknown[][] = [];
  const listener = (...words: unknown[]) => said.push(words);
  process.on('log', listener);
  onTestFinished(() => void process.off('log', listener));
  await optionsFor({ env: { HOME: home } });
  expect(said.filter(([level]) => level === 'warn' || level === 'error')).toEqual([]);
});

test('the environment that is handed in stays as it was', async () => {
  const env = { HOME: await temporaryFolder() };
  const before = { ...env };
  await loadNpmOptions({ cacheDir: '/nowhere', env, cwd: env.HOME, offline: false });
  expect(env).toEqual(before);
});

test('the packument cache is below the cache directory, whatever npm caches elsewhere', async () => {
  const home = await homeWith('cache=/somewhere/else\n');
  const options = await optionsFor({ env: { HOME: home }, cacheDir: '/the/cache' });
  expect(options.cache).toBe(join('/the/cache', 'npm'));
});

test.each([
  ['', false, false],
  ['offline=true\n', false, true],
  ['', true, true],
])('with npmrc "%s" and offline %s asked for, offline is %s', async (npmrc, asked, expected) => {
  const home = await homeWith(npmrc);
  expect((await optionsFor({ env: { HOME: home }, offline: asked })).offline).toBe(expected);
});

test('patience is short by default, and what the user configured where he did', async () => {
  const cwd = await temporaryFolder();
  const load = (env: Record<string, string>) => optionsFor({ env, cwd, patience: undefined });
  expect((await load({})).patience).toMatchObject({ idleMs: 10_000, retries: 2 });
  const configured = await load({ npm_config_fetch_timeout: '1234', npm_config_fetch_retries: '0' });
  expect(configured.patience).toMatchObject({ connectMs: 1234, idleMs: 1234, totalMs: 1234, retries: 0 });
});

test('a certificate file is read', async () => {
  const folder = await temporaryFolder();
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  await writeFile(join(folder, 'ca.pem'), pem + pem);
  const options = await optionsFor({
    env: { npm_config_cafile: join(folder, 'ca.pem'), npm_config_strict_ssl: 'false' },
  });
  expect(options).toMatchObject({ ca: [pem.trim(), pem.trim()], strictSSL: false });
});

test('an npmrc that is a folder is as none', async () => {
  const home = await temporaryFolder();
  await mkdir(join(home, '.npmrc'));
  expect((await optionsFor({ env: { HOME: home } })).registry).toBe('https://registry.npmjs.org/');
});
