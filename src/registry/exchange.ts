/** One request to a registry, and the patience with it: what packuments and tarballs are asked for by. */
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { getAgent } from '@npmcli/agent';
import getAuth from 'npm-registry-fetch/lib/auth.js';
import type { BisectError } from '../errors.js';
import * as failure from './failure.js';
import type { Requested } from './failure.js';
import type { NpmOptions } from './npm-config.js';

/** What is asked for, of whom, and how. */
export interface PackageRequest {
  readonly subject: Requested;
  /** The package: its scope decides on registry and credentials. */
  readonly name: string;
  readonly options: NpmOptions;
  /** Ends the exchange, the pauses between two attempts, and what is still coming. */
  readonly signal: AbortSignal | undefined;
}

/** With the proxy that the settings of `name` and `options` send it through. */
export const subjectOf = (
  thing: string,
  url: string,
  { name, options }: Pick<PackageRequest, 'name' | 'options'>,
): Requested => ({ thing, url, proxy: agentFor(url, name, options).proxy.url?.host ?? null });

const REDIRECTS = 5;

const isHttps = (url: string) => new URL(url).protocol === 'https:';

/**
 * One attempt: follows redirects to the answer, of whatever status. Credentials are looked up for each address anew: those of
 * the registry are not for storage that it points to.
 * @throws BisectError `REGISTRY_NONSENSE` for redirects without end; errors of the network unchanged
 */
export async function get(
  asked: PackageRequest,
  headers: http.OutgoingHttpHeaders,
): Promise<IncomingMessage> {
  let { url } = asked.subject;
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const response = await request(url, asked, headers);
    const { location } = response.headers;
    const moved = [301, 302, 303, 307, 308].includes(response.statusCode ?? 0);
    if (!moved || location === undefined || !URL.canParse(location, url)) return response;
    response.destroy();
    url = new URL(location, url).href;
  }
  throw failure.nonsense(asked.subject, 'with redirects in a circle');
}

/** The agent keeps connections, with npm's TLS and proxy settings. It has no idle timeout: a reader that takes its time is no fault of the server. */
function request(
  url: string,
  { name, options, signal }: PackageRequest,
  headers: http.OutgoingHttpHeaders,
): Promise<IncomingMessage> {
  const { token, auth } = credentials(url, name, options);
  const authorization = token ? `Bearer ${token}` : auth ? `Basic ${auth}` : undefined;
  const own = { 'user-agent': String(options['userAgent']), ...(authorization && { authorization }) };
  return new Promise((resolve, reject) => {
    const sent = (isHttps(url) ? https : http).get(url, {
      agent: agentFor(url, name, options),
      headers: { ...own, ...headers },
      ...(signal && { signal }),
    });
    const timer = setTimeout(() => sent.destroy(failure.silence()), options.patience.idleMs);
    const settled = () => clearTimeout(timer);
    sent.once('response', resolve).once('response', settled).once('close', settled).on('error', reject);
  });
}

/**
 * The answer, if its status is one of `wanted` and it is no web page; else it is dropped, and what it means is thrown.
 * @param missing makes the error for 404 and 410
 */
export function checked(
  response: IncomingMessage,
  { subject }: PackageRequest,
  wanted: readonly number[],
  missing: () => BisectError,
): IncomingMessage {
  const { statusCode: status = 0, headers } = response;
  const isPage = status === 200 && /html/i.test(headers['content-type'] ?? '');
  if (wanted.includes(status) && !isPage) return response;
  response.destroy();
  // A tunnel that was not opened has no TLS: what came over it are the proxy's own words.
  const hasNoTls = () => isHttps(subject.url) && !('encrypted' in response.socket);
  const byProxy = subject.proxy !== null && (status === 407 || hasNoTls());
  if (wanted.includes(status)) throw failure.nonsense(subject, 'a web page');
  if ((status === 404 || status === 410) && !byProxy) throw missing();
  if (failure.isPassing(status))
    throw new failure.PassingStatus(status, byProxy, waitOf(headers['retry-after']));
  throw status >= 400
    ? failure.refused(subject, status, byProxy)
    : failure.nonsense(subject, `status ${status}`);
}

/** Milliseconds to wait by `Retry-After` (RFC 9110, section 10.2.3): seconds or a date; null where there is none. */
function waitOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/**
 * The pieces of an answer. Time counts only while the server is waited for, not the reader.
 * @throws the error of the network, also for a server that is silent for too long
 */
export async function* piecesOf(
  response: IncomingMessage,
  { patience }: NpmOptions,
): AsyncGenerator<Buffer, undefined> {
  const pieces: AsyncIterator<Buffer, undefined> = response[Symbol.asyncIterator]();
  for (;;) {
    const timer = setTimeout(() => response.destroy(failure.silence()), patience.idleMs);
    const next = await pieces.next().finally(() => clearTimeout(timer));
    if (next.done) return;
    yield next.value;
  }
}

/** How long a registry may have itself waited for, over all attempts: beyond that it is as good as away. */
const MOST_WAIT_MS = 60_000;

/**
 * Tries again where trying again may help: soon, and where the registry says when, then.
 * @throws BisectError what the last attempt came to; the reason of the signal
 */
export async function patiently<T>(asked: PackageRequest, attempt: () => Promise<T>): Promise<T> {
  const { subject, options, signal } = asked;
  const { retries, retryAfterMs, idleMs } = options.patience;
  let giveUpAt = Date.now() + idleMs / 2;
  let waitable = MOST_WAIT_MS;
  for (let tried = 0; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      const failed = failure.asFailure(subject, error);
      const waitMs = error instanceof failure.PassingStatus ? error.waitMs : null;
      const isOver = waitMs === null ? Date.now() >= giveUpAt : waitMs > waitable;
      const mayPass = failed.code === 'REGISTRY_UNREACHABLE' || error instanceof failure.HalfDocument;
      if (!mayPass || tried >= retries || isOver) throw failed;
      if (waitMs !== null && waitMs > 0) {
        options.onWait?.(`${failed.message}; waiting ${Math.ceil(waitMs / 1000)} s, as it asks`);
        waitable -= waitMs;
        giveUpAt += waitMs;
      }
      const ms = Math.max(waitMs ?? 0, retryAfterMs * 3 ** tried);
      await sleep(ms, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
    }
  }
}

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

/** The same settings give the same agent. */
function agentFor(url: string, name: string, options: NpmOptions) {
  const { cert, key } = credentials(url, name, options);
  return getAgent(url, {
    ca: options['ca'],
    cert: cert ?? options['cert'],
    key: key ?? options['key'],
    localAddress: options['localAddress'],
    maxSockets: options['maxSockets'],
    rejectUnauthorized: options['strictSSL'] !== false,
    proxy: isHttps(url) ? options.proxies.https : options.proxies.http,
    noProxy: options.noProxy,
    timeouts: { connection: options.patience.connectMs, idle: 0 },
  });
}

const credentials = (url: string, name: string, options: NpmOptions) =>
  getAuth(url, { ...options, spec: name });
