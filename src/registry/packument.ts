/**
 * Gets packuments: from the registry, through an HTTP cache of our own that also serves when there is no network.
 *
 * This is what `pacote.packument` does with `fullMetadata` (publication times are only in the full document), one
 * layer below it: pacote keeps the response to itself, and with it whether the list is a stale one that
 * make-fetch-happen fell back on, and it reads a sign-in page into the cache before it can be recognized as one.
 */
import registryFetch from 'npm-registry-fetch';
import { BisectError, systemCode } from '../errors.js';
import * as failure from './failure.js';
import type { Subject } from './failure.js';
import type { Packument } from './manifest.js';
import type { NpmOptions } from './npm-config.js';
import { parsePackument } from './packument-shape.js';
import { agentFor, registryOf } from './transport.js';

export interface FetchedPackument {
  readonly packument: Packument;
  /** Null when the registry vouched for it (now, or for as long as it said); else why an older copy was used. */
  readonly fromCache: { readonly reason: string } | null;
}

/**
 * The packument of `name`. Where the registry cannot be reached and a copy is cached, the copy, and the reason.
 * @throws BisectError `PACKAGE_NOT_FOUND`, `REGISTRY_UNREACHABLE`, `REGISTRY_REFUSED`, `REGISTRY_NONSENSE`,
 * `CACHE_NOT_WRITABLE`, `DISK_FULL`; and the reason of `signal`
 */
export async function fetchPackument(
  name: string,
  options: NpmOptions,
  signal?: AbortSignal,
): Promise<FetchedPackument> {
  signal?.throwIfAborted();
  const url = `${registryOf(name, options)}/${name.replace('/', '%2f')}`;
  const query: Query = { name, subject: { thing: `the versions of ${name}`, url }, options, signal };
  return options.offline ? fromCache(query, 'offline', failure.offline(query.subject)) : fromNetwork(query);
}

interface Query {
  readonly name: string;
  readonly subject: Subject;
  readonly options: NpmOptions;
  readonly signal: AbortSignal | undefined;
}

async function fromNetwork(query: Query): Promise<FetchedPackument> {
  try {
    return await request(query, false);
  } catch (error) {
    query.signal?.throwIfAborted();
    // A damaged entry has been dropped by the cache when it was read: the next attempt goes to the network.
    if (isDamage(error)) return request(query, false).catch(failWith(query));
    const failed = asFailure(query, error);
    const { reason } = failed.facts;
    if (failed.code !== 'REGISTRY_UNREACHABLE') throw failed;
    return fromCache(query, `${failure.hostOf(query.subject)} ${String(reason)}`, failed);
  }
}

/** @param otherwise thrown when nothing usable is cached */
async function fromCache(query: Query, why: string, otherwise: BisectError): Promise<FetchedPackument> {
  const cached = await request(query, true).catch(() => null);
  if (!cached) throw otherwise;
  const asOf = cached.fromCache?.reason ?? '';
  return { packument: cached.packument, fromCache: { reason: `${why}; ${asOf}` } };
}

/** One exchange, retries included. A copy that nobody vouched for comes with its age as the reason. */
async function request(query: Query, onlyCache: boolean): Promise<FetchedPackument> {
  const { name, subject, options } = query;
  const { patience } = options;
  const signals = [AbortSignal.timeout(patience.totalMs), ...(query.signal ? [query.signal] : [])];
  const response = await registryFetch(subject.url, {
    ...options,
    offline: onlyCache,
    spec: name,
    headers: { accept: 'application/json' },
    agent: agentFor(subject.url, name, options, patience.idleMs),
    signal: AbortSignal.any(signals),
    // Until the answer begins, and for silence in it; the signal bounds the whole.
    timeout: patience.idleMs,
    retry: retryOf(options),
  });
  query.signal?.throwIfAborted();
  if (/html/i.test(response.headers.get('content-type') ?? '')) {
    // Before its body is read: what is read goes into the cache, in place of the good list that may be there.
    throw failure.nonsense(subject, 'a web page');
  }
  const packument = parsePackument(name, await response.json());
  if (!packument) throw failure.nonsense(subject, 'something that is not a packument');
  return { packument, fromCache: staleness(subject, options, onlyCache, response.headers) };
}

function retryOf({ patience }: NpmOptions) {
  const { retries, retryAfterMs, idleMs } = patience;
  return {
    retries,
    factor: 3,
    minTimeout: retryAfterMs,
    maxTimeout: retryAfterMs * 30,
    maxRetryTime: idleMs / 2,
  };
}

function staleness(
  subject: Subject,
  options: NpmOptions,
  onlyCache: boolean,
  headers: { get(name: string): string | null },
): FetchedPackument['fromCache'] {
  const stale = headers.get('x-local-cache-status') === 'stale';
  if (!stale && !onlyCache) return null;
  const asOf = `list of ${minute(headers.get('x-local-cache-time'))}`;
  if (onlyCache) return { reason: asOf };
  const why =
    options['preferOffline'] === true
      ? 'npm is set to prefer-offline'
      : `${failure.hostOf(subject)} did not answer`;
  return { reason: `${why}; ${asOf}` };
}

function minute(time: string | null): string {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime())
    ? 'an unknown time'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function failWith(query: Query): (error: unknown) => never {
  return (error) => {
    query.signal?.throwIfAborted();
    throw asFailure(query, error);
  };
}

function isDamage(error: unknown): boolean {
  return systemCode(error) === 'EINTEGRITY' || systemCode(error) === 'ENOENT';
}

function asFailure({ name, subject, options }: Query, error: unknown): BisectError {
  if (error instanceof BisectError) return error;
  const status = statusOf(error);
  if (status === 404 || status === 410) return notFound(name, subject);
  if (status !== null) {
    return failure.isPassing(status)
      ? failure.unreachable(subject, new failure.PassingStatus(status))
      : failure.refused(subject, status);
  }
  if (isInvalidJson(error)) return failure.nonsense(subject, 'something that is not JSON');
  return diskFailure(options.cache, error) ?? failure.unreachable(subject, error);
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}

function isInvalidJson(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'invalid-json';
}

function notFound(name: string, subject: Subject): BisectError {
  const registry = failure.hostOf(subject);
  return new BisectError('PACKAGE_NOT_FOUND', `${registry} has no package ${name}`, {
    hint: 'check --registry, and credentials in your npmrc if the package is private',
    facts: { package: name, registry },
  });
}

/** Writing the HTTP cache failed, which is no fault of the registry. */
function diskFailure(cache: string, error: unknown): BisectError | null {
  const code = systemCode(error) ?? '';
  const details = { facts: { path: cache }, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BisectError('DISK_FULL', `no space left for the cache in ${cache}`, {
      ...details,
      hint: 'make room, or choose another place with --cache-dir',
    });
  }
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return null;
  return new BisectError('CACHE_NOT_WRITABLE', `cannot write the cache in ${cache} (${code})`, {
    ...details,
    hint: 'choose another place with --cache-dir',
  });
}
