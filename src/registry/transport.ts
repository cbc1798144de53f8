/** What every request to a registry needs: its address, the connection's settings, and credentials. */
import { getAgent } from '@npmcli/agent';
import getAuth from 'npm-registry-fetch/lib/auth.js';
import type { NpmOptions } from './npm-config.js';

/** The registry that `name` comes from: its scope's, else that of npm's `scope`, else the default one. No trailing slash. */
export function registryOf(name: string, options: NpmOptions): string {
  const own = name.startsWith('@') ? name.slice(0, name.indexOf('/')) : '';
  const { scope } = options;
  const scopes = typeof scope === 'string' ? [own, scope.replace(/^@?/, '@')] : [own];
  const registries = scopes.map((each) => options[`${each}:registry`]);
  const registry = registries.find((each) => typeof each === 'string') ?? options.registry;
  return registry.replace(/\/+$/, '');
}

/** The address of the packument of `name`. */
export const packumentUrl = (name: string, options: NpmOptions): string =>
  `${registryOf(name, options)}/${name.replace('/', '%2f')}`;

/**
 * A keep-alive agent with npm's TLS and proxy settings; the same settings give the same agent. It has no idle timeout: a reader
 * that takes its time is no fault of the server.
 */
export function agentFor(url: string, name: string, options: NpmOptions) {
  const { cert, key } = credentials(url, name, options);
  return getAgent(url, {
    ca: options['ca'],
    cert: cert ?? options['cert'],
    key: key ?? options['key'],
    localAddress: options['localAddress'],
    maxSockets: options['maxSockets'],
    rejectUnauthorized: options['strictSSL'] !== false,
    proxy: new URL(url).protocol === 'https:' ? options.proxies.https : options.proxies.http,
    noProxy: options.noProxy,
    timeouts: { connection: options.patience.connectMs, idle: 0 },
  });
}

/** Headers that name us, and prove who we are to those addresses that the npmrc has credentials for. */
export function headersFor(url: string, name: string, options: NpmOptions): Record<string, string> {
  const { token, auth } = credentials(url, name, options);
  return {
    'user-agent': String(options['userAgent']),
    ...(token ? { authorization: `Bearer ${token}` } : auth ? { authorization: `Basic ${auth}` } : {}),
  };
}

function credentials(url: string, name: string, options: NpmOptions) {
  return getAuth(url, { ...options, spec: name });
}
