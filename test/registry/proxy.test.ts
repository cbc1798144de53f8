import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { fetchPackument } from '../../src/registry/packument.js';
import { openTarball } from '../../src/registry/tarball.js';
import { startProxy } from '../helpers/proxy.js';
import { everythingIn, failureOf, optionsFor, registryForTest } from './setting.js';

async function publishedClient() {
  const registry = await registryForTest();
  const published = registry.publish({ name: 'client', version: '1.0.0' });
  const source = {
    package: 'client',
    version: '1.0.0',
    entry: 'package/client',
    companions: [],
    runner: 'native' as const,
    tarball: registry.url.slice(0, -1) + published.path,
    integrity: published.integrity,
  };
  return { registry, published, source };
}

const withSecret = (url: string) => url.replace('//', '//someone:s3cret@');

describe('a proxy', () => {
  test.each(['npm_config_proxy', 'npm_config_https_proxy', 'HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY'])(
    'named by %s carries packument and tarball',
    async (variable) => {
      const { registry, published, source } = await publishedClient();
      const proxy = await startProxy();
      const options = await optionsFor({ registry: registry.url, env: { [variable]: proxy.url } });
      await fetchPackument('client', options);
      const { stream } = await openTarball(source, options);
      expect(published.tarball.equals(await buffer(stream))).toBe(true);
      expect(proxy.asked).toEqual([`${registry.url}client`, source.tarball]);
    },
  );

  test.each(['NO_PROXY', 'npm_config_noproxy'])('is left out for the hosts in %s', async (variable) => {
    const { registry } = await publishedClient();
    const proxy = await startProxy();
    const env = { HTTP_PROXY: proxy.url, [variable]: 'other.test, 127.0.0.1' };
    await fetchPackument('client', await optionsFor({ registry: registry.url, env }));
    expect(proxy.asked).toEqual([]);
    expect(registry.requests).toHaveLength(1);
  });

  test('is asked for a tunnel to an https registry', async () => {
    const proxy = await startProxy();
    const options = await optionsFor({ registry: 'https://registry.test/', env: { HTTPS_PROXY: proxy.url } });
    const error = await failureOf(
      fetchPackument('client', { ...options, patience: { ...options.patience, retries: 0 } }),
      'REGISTRY_UNREACHABLE',
    );
    expect(proxy.asked).toEqual(['CONNECT registry.test:443']);
    // It is the proxy that refused: nobody has asked the registry.
    expect(error.message).toBe(
      `the proxy ${new URL(proxy.url).host} answered 502: cannot get the versions of client`,
    );
    expect(error.hint).toContain('HTTPS_PROXY');
  });

  test('gets its credentials, which are in no error when it is down', async () => {
    const { registry } = await publishedClient();
    const proxy = await startProxy();
    const env = { HTTP_PROXY: withSecret(proxy.url) };
    await fetchPackument('client', await optionsFor({ registry: registry.url, env }));
    expect(proxy.headers[0]?.['proxy-authorization']).toBe(`Basic ${btoa('someone:s3cret')}`);

    const gone = await registryForTest();
    await gone.close();
    const options = await optionsFor({ registry: registry.url, env: { HTTP_PROXY: withSecret(gone.url) } });
    const error = await failureOf(fetchPackument('client', options), 'REGISTRY_UNREACHABLE');
    expect(error.message).toMatch(new RegExp(`^the proxy ${new URL(gone.url).host} refused the connection`));
    expect(error.hint).toContain('NO_PROXY');
    expect(everythingIn(error)).not.toContain('s3cret');
  });

  test('that wants credentials is named as what refused', async () => {
    const { registry } = await publishedClient();
    const proxy = await startProxy(407);
    const options = await optionsFor({ registry: registry.url, env: { HTTP_PROXY: proxy.url } });
    const error = await failureOf(fetchPackument('client', options), 'REGISTRY_REFUSED');
    expect(error.message).toContain(`the proxy ${new URL(proxy.url).host} answered 407`);
    expect(error.hint).toContain('credentials of the proxy');
  });

  test('whose answer may be its own or the registry’s is named beside the registry', async () => {
    const { registry } = await publishedClient();
    const proxy = await startProxy(403);
    const options = await optionsFor({ registry: registry.url, env: { HTTP_PROXY: proxy.url } });
    const { message } = await failureOf(fetchPackument('client', options), 'REGISTRY_REFUSED');
    const [host, by] = [registry.url, proxy.url].map((url) => new URL(url).host);
    expect(message).toContain(`${host} (through the proxy ${by}) answered 403`);
  });
});
