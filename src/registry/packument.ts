/**
 * Gets packuments: from the registry, through an HTTP cache of our own that also serves when there is no network.
 *
 * This is what `pacote.packument` does with `fullMetadata` (publication times are only in the full document), one
 * layer below it: pacote keeps the response to itself, and with it whether the list is a stale one that
 * make-fetch-happen fell back on, and it reads a sign-in page into the cache before it can be recognized as one.
 */
import { createHash } from 'node:crypto';
import registryFetch from 'npm-registry-fetch';
import { systemCode, type BisectError } from '../errors.js';
import * as failure from './failure.js';
import type { Subject } from './failure.js';
import type { Packument } from './manifest.js';
import type { NpmOptions } from './npm-config.js';
import { asFailure, type Asked } from './packument-failure.js';
import { parsePackument } from './packument-shape.js';
import { agentFor, registryOf } from './transport.js';

/** What the registry gave with an answer, to ask by whether it still holds (RFC 9110, section 13.1). */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** sha256 of what is read of it: not every mirror gives the others. */
  readonly digest: string;
}

export interface FetchedPackument {
  readonly packument: Packument;
  readonly validators: Validators;
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
  const query = queryFor(name, options, signal);
  return options.offline ? fromCache(query, 'offline', failure.offline(query.subject)) : fromNetwork(query);
}

function queryFor(name: string, options: NpmOptions, signal: AbortSignal | undefined): Query {
  const url = `${registryOf(name, options)}/${name.replace('/', '%2f')}`;
  return { name, subject: { thing: `the versions of ${name}`, url }, options, signal };
}

interface Query extends Asked {
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
  return { ...cached, fromCache: { reason: `${why}; ${asOf}` } };
}

/** One exchange, retries included. A copy that nobody vouched for comes with its age as the reason. */
async function request(query: Query, onlyCache: boolean): Promise<FetchedPackument> {
  const { name, subject, options } = query;
  const response = await registryFetch(subject.url, {
    ...requestOptions(query),
    offline: onlyCache,
    headers: { accept: 'application/json' },
  });
  query.signal?.throwIfAborted();
  const packument = await packumentIn(response, subject, name);
  const { headers } = response;
  const validators = {
    etag: headers.get('etag'),
    lastModified: headers.get('last-modified'),
    digest: digestOf(packument),
  };
  return { packument, validators, fromCache: staleness(subject, options, onlyCache, headers) };
}

type Response = Awaited<ReturnType<typeof registryFetch>>;

async function packumentIn(response: Response, subject: Subject, name: string): Promise<Packument> {
  if (/html/i.test(response.headers.get('content-type') ?? '')) {
    // Before its body is read: what is read goes into the cache, in place of the good list that may be there.
    throw failure.nonsense(subject, 'a web page');
  }
  const packument = parsePackument(name, await response.json());
  if (packument) return packument;
  throw failure.nonsense(subject, 'something that is not a packument');
}

const digestOf = (packument: Packument): string =>
  createHash('sha256').update(JSON.stringify(packument)).digest('hex');

/**
 * Whether the packument of `name` is still the one that came with `validators`: one conditional request, past the cache, which is
 * left as it is. A registry that gave nothing to ask by sends it whole.
 * @throws BisectError as {@link fetchPackument}; and the reason of `signal`
 */
export async function isUnchanged(
  name: string,
  validators: Validators,
  options: NpmOptions,
  signal?: AbortSignal,
): Promise<boolean> {
  signal?.throwIfAborted();
  const { etag, lastModified, digest } = validators;
  const query = queryFor(name, options, signal);
  const { subject } = query;
  try {
    const response = await registryFetch(subject.url, {
      ...requestOptions(query),
      cache: undefined,
      headers: {
        accept: 'application/json',
        ...(etag !== null
          ? { 'if-none-match': etag }
          : lastModified !== null
            ? { 'if-modified-since': lastModified }
            : {}),
      },
    });
    if (response.status === 304) return true;
    const packument = await packumentIn(response, subject, name);
    return digestOf(packument) === digest;
  } catch (error) {
    return failWith(query)(error);
  }
}

function requestOptions({ name, subject, options, signal }: Query) {
  const { patience } = options;
  const signals = [AbortSignal.timeout(patience.totalMs), ...(signal ? [signal] : [])];
  return {
    ...options,
    spec: name,
    agent: agentFor(subject.url, name, options, patience.idleMs),
    signal: AbortSignal.any(signals),
    // Until the answer begins, and for silence in it; the signal bounds the whole.
    timeout: patience.idleMs,
    retry: retryOf(options),
  };
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
