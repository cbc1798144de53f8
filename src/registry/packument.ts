/**
 * Gets packuments: from the registry, or, when it cannot be asked, from its last answer.
 *
 * Not with `pacote.packument`: pacote keeps the response to itself, and with it whether the list is a stale one that
 * make-fetch-happen fell back on; and it holds whatever comes, where 9 MB of gzip can be gigabytes.
 */
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BisectError, systemCode } from '../errors.js';
import {
  checked,
  get,
  type PackageRequest,
  packumentUrl,
  patiently,
  piecesOf,
  subjectOf,
} from './exchange.js';
import * as failure from './failure.js';
import { type Packument, parsePackument } from './manifest.js';
import type { NpmOptions } from './npm-config.js';
import { readAnswer, renewAnswer, writeAnswer } from './packument-cache.js';

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
 * The packument of `name`. Where the registry cannot be reached and its last answer is kept, that, and the reason.
 * @throws BisectError `PACKAGE_NOT_FOUND`, `REGISTRY_UNREACHABLE`, `REGISTRY_REFUSED`, `REGISTRY_NONSENSE`,
 * `CACHE_NOT_WRITABLE`, `DISK_FULL`; and the reason of `signal`
 */
export async function fetchPackument(
  name: string,
  options: NpmOptions,
  signal?: AbortSignal,
): Promise<FetchedPackument> {
  signal?.throwIfAborted();
  const asked = askedFor(name, options, signal);
  const kept = await keptAnswer(asked);
  if (options.offline) return fromCache(kept, 'offline', failure.offline(asked.subject));
  if (kept && options['preferOffline'] === true) return fromCache(kept, 'npm is set to prefer-offline');
  if (kept && options['preferOnline'] !== true && Date.now() < kept.freshUntil)
    return { ...kept.answer, fromCache: null };
  try {
    // With what is written down: the cache may be emptied by another process just then, and the next attempt goes well.
    const now = await patiently(asked, async () => {
      const answer = await ask(asked, kept?.answer.validators);
      if (answer) return keep(answer, asked);
      await renewAnswer(options.cache, asked.subject.url);
      return kept?.answer;
    });
    return { ...(now as Answer), fromCache: null };
  } catch (error) {
    if (!(error instanceof BisectError) || error.code !== 'REGISTRY_UNREACHABLE') throw error;
    return fromCache(kept, String(error.facts['reason']), error);
  }
}

/**
 * Whether the packument of `name` is still the one that came with `validators`: one conditional request, past what is kept, which
 * is left as it is. A registry that gave nothing to ask by sends it whole.
 * @throws BisectError as {@link fetchPackument}; and the reason of `signal`
 */
export async function isUnchanged(
  name: string,
  validators: Validators,
  options: NpmOptions,
  signal?: AbortSignal,
): Promise<boolean> {
  signal?.throwIfAborted();
  const asked = askedFor(name, options, signal);
  const answer = await patiently(asked, () => ask(asked, validators));
  return answer === null || digestOf(answer.packument) === validators.digest;
}

function askedFor(name: string, options: NpmOptions, signal: AbortSignal | undefined): PackageRequest {
  const subject = subjectOf(`the versions of ${name}`, packumentUrl(name, options), { name, options });
  return { subject, name, options, signal };
}

type Answer = Omit<FetchedPackument, 'fromCache'>;

interface Kept {
  readonly answer: Answer;
  /** When the registry vouched for it last, and until when that holds. */
  readonly asOf: Date;
  readonly freshUntil: number;
}

async function keptAnswer({ name, subject, options }: PackageRequest): Promise<Kept | null> {
  const found = await readAnswer(options.cache, subject.url);
  const packument = found && parsePackument(name, jsonIn(found.body));
  if (!packument) return null;
  const { asOf, freshMs, etag, lastModified } = found;
  const validators = { etag, lastModified, digest: digestOf(packument) };
  return { answer: { packument, validators }, asOf, freshUntil: asOf.getTime() + freshMs };
}

/** @param otherwise thrown when nothing usable is kept */
function fromCache(kept: Kept | null, why: string, otherwise?: BisectError): FetchedPackument {
  if (!kept) throw otherwise;
  const asOf = kept.asOf.toISOString().slice(0, 16).replace('T', ' ');
  return { ...kept.answer, fromCache: { reason: `${why}; list of ${asOf} UTC` } };
}

interface FreshAnswer {
  readonly packument: Packument;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

/** One attempt, bounded whatever comes of it; null where the answer is the one that `known` came with. */
async function ask(asked: PackageRequest, known: Validators | undefined): Promise<FreshAnswer | null> {
  const { name, subject, options, signal } = asked;
  const signals = [AbortSignal.timeout(options.patience.totalMs), ...(signal ? [signal] : [])];
  const bounded = { ...asked, signal: AbortSignal.any(signals) };
  const { etag, lastModified } = known ?? {};
  const headers = {
    accept: 'application/json',
    'accept-encoding': 'gzip',
    ...(etag ? { 'if-none-match': etag } : lastModified && { 'if-modified-since': lastModified }),
  };
  const wanted = known ? [200, 304] : [200];
  const response = checked(await get(bounded, headers), bounded, wanted, () => notFound(asked));
  if (response.statusCode === 304) {
    response.resume();
    return null;
  }
  const body = await bodyOf(response, bounded);
  if (body.length === 0) throw new failure.HalfDocument('an empty document');
  const document = jsonIn(body);
  if (document === undefined) throw new failure.HalfDocument('something that is not JSON');
  const packument = parsePackument(name, document);
  if (!packument) throw failure.nonsense(subject, 'something that is not a packument');
  return { packument, body, headers: response.headers };
}

/** Writes it down, as far as the registry allows that. */
async function keep(
  { packument, body, headers }: FreshAnswer,
  { subject, options }: PackageRequest,
): Promise<Answer> {
  if (Object.keys(packument.versions).length === 0)
    throw failure.nonsense(subject, 'a packument without a version');
  const { etag = null, 'last-modified': lastModified = null, 'cache-control': control = '' } = headers;
  const freshMs = freshMsOf(control, headers.age);
  if (!/no-store/i.test(control))
    await writeAnswer(options.cache, subject.url, { body, etag, lastModified, freshMs });
  return { packument, validators: { etag, lastModified, digest: digestOf(packument) } };
}

/** RFC 9111, section 4.2: only what the registry says itself counts. */
function freshMsOf(cacheControl: string, age = '0'): number {
  const maxAge = /(?:^|[\s,])max-age=(\d+)/i.exec(cacheControl)?.[1];
  if (maxAge === undefined || /no-cache/i.test(cacheControl)) return 0;
  return Math.max(0, Number(maxAge) - (Number(age) || 0)) * 1000;
}

/** Most bytes of a packument, unpacked: twenty times that of a client with 500 releases. Parsing, which nothing interrupts, grows with it. */
const MAX_BYTES = 16 * 2 ** 20;

/** The whole body, unpacked piece by piece: what is packed small may be large. */
async function bodyOf(
  response: IncomingMessage,
  { subject, options, signal }: PackageRequest & { readonly signal: AbortSignal },
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  const collect = async (plain: AsyncIterable<Buffer>) => {
    for await (const piece of plain) {
      size += piece.length;
      if (size > MAX_BYTES) throw failure.nonsense(subject, `more than ${MAX_BYTES / 2 ** 20} MiB`);
      pieces.push(piece);
    }
  };
  const isPacked = /gzip/i.test(response.headers['content-encoding'] ?? '');
  const unpacker = isPacked ? createGunzip() : new PassThrough();
  try {
    await pipeline(piecesOf(response, options), unpacker, collect, { signal });
    return Buffer.concat(pieces);
  } catch (error) {
    // What is wrong with a packed body is most often its end.
    if (systemCode(error)?.startsWith('Z_')) throw new failure.HalfDocument('something that is not gzip');
    throw error;
  }
}

function jsonIn(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

const digestOf = (packument: Packument) =>
  createHash('sha256').update(JSON.stringify(packument)).digest('hex');

function notFound({ name, subject }: PackageRequest): BisectError {
  const registry = failure.hostOf(subject);
  return new BisectError('PACKAGE_NOT_FOUND', `${registry} has no package ${name}`, {
    hint: 'check --registry, and credentials in your npmrc if the package is private',
    facts: { package: name, registry },
  });
}
