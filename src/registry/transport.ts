/** What every request to a registry needs: its address, the connection's settings, and credentials. */
import type { Agent } from 'node:http';
import { getAgent } from '@npmcli/agent';
import registryFetch from 'npm-registry-fetch';
import type { NpmOptions } from './npm-config.js';

/** The registry that `name` comes from: its scope's, or the default one. No trailing slash. */
export function registryOf(name: string, options: NpmOptions): string {
  return registryFetch.pickRegistry(name, options).replace(/\/+$/, '');
}

/**
 * A keep-alive agent with npm's TLS and proxy settings; the same settings give the same agent.
 * @param idleMs after which a silent connection is dropped; 0: never, the caller watches it
 */
export function agentFor(url: string, name: string, options: NpmOptions, idleMs: number): Agent {
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
    timeouts: { connection: options.patience.connectMs, idle: idleMs },
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
  return registryFetch.getAuth(url, { ...options, spec: name });
}
