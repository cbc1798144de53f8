/**
 * Opens tarballs: bytes as they come, and nothing else. Not cached, not hashed (the store verifies while it unpacks)
 * and never held as a whole: this is node's own response, with back-pressure down to the socket. npm's fetch cannot
 * be used for that, it reads on into memory however slow its reader is.
 */
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { BisectError } from '../errors.js';
import {
  checked,
  get,
  type PackageRequest,
  packumentUrl,
  patiently,
  Pieces,
  registryOf,
  subjectOf,
} from './exchange.js';
import * as failure from './failure.js';
import type { ExecutableSource } from './manifest.js';
import type { NpmOptions } from './npm-config.js';

interface Tarball {
  /**
   * The bytes; errors with a BisectError `TARBALL_CUT_SHORT` when they stop coming and cannot be made to go on. Destroy
   * it to end the transfer early.
   */
  readonly stream: Readable;
  /** How many bytes the server announced; null where it did not. */
  readonly size: number | null;
}

/**
 * Starts the transfer of the tarball of `source`. Whether the bytes are the promised ones is not checked here.
 * @throws BisectError `TARBALL_MISSING`, `REGISTRY_REFUSED`; `TARBALL_UNAVAILABLE` where the registry answers, but not for this
 * one; `REGISTRY_UNREACHABLE`, `REGISTRY_NONSENSE` where it answers for nothing; and the reason of `signal`, which ends the stream too
 */
export async function openTarball(
  source: ExecutableSource,
  options: NpmOptions,
  signal?: AbortSignal,
): Promise<Tarball> {
  signal?.throwIfAborted();
  const name = source.package;
  const url = tarballUrl(source.tarball, registryOf(name, options), options.replaceRegistryHost);
  const subject = subjectOf(`the tarball of ${name}@${source.version}`, url, { name, options });
  if (options.offline) throw failure.offline(subject);
  const asked: PackageRequest = { subject, name, options, signal };
  const response = await openPatiently(asked, null);
  const size = Number(response.headers['content-length'] ?? Number.NaN);
  return { stream: asStream(new Transfer(asked, response)), size: Number.isNaN(size) ? null : size };
}

/** Where a transfer goes on, and by what the server knows whether the tarball is still the same. */
interface Place {
  readonly offset: number;
  readonly validator: string | undefined;
}

async function openPatiently(asked: PackageRequest, place: Place | null): Promise<IncomingMessage> {
  try {
    return await patiently(asked, () => openFrom(asked, place));
  } catch (error) {
    throw await itsOwnFault(error, asked);
  }
}

async function openFrom(asked: PackageRequest, place: Place | null): Promise<IncomingMessage> {
  const range = place && {
    range: `bytes=${place.offset}-`,
    ...(place.validator !== undefined && { 'if-range': place.validator }),
  };
  const response = await get(asked, { ...range });
  return checked(response, asked, place ? [200, 206] : [200], () => missing(asked));
}

/** By `If-Range` (RFC 9110, section 13.1.5) only a strong validator can be used. */
function validatorOf({ headers: { etag, 'last-modified': lastModified } }: IncomingMessage) {
  return etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;
}

function missing({ subject }: PackageRequest): BisectError {
  const registry = failure.hostOf(subject);
  return new BisectError('TARBALL_MISSING', `${registry} does not have ${subject.thing}`, {
    hint: 'it may have been unpublished, or the mirror may not have it yet: try another --registry',
    facts: { wanted: subject.thing, registry },
  });
}

/** The failure to get one tarball says nothing of the others where the registry still tells of the package. */
async function itsOwnFault(error: unknown, asked: PackageRequest): Promise<unknown> {
  asked.signal?.throwIfAborted();
  if (!(error instanceof BisectError) || !/^REGISTRY_(UNREACHABLE|NONSENSE)$/.test(error.code)) return error;
  const url = packumentUrl(asked.name, asked.options);
  return (await answers({ ...asked, subject: { ...asked.subject, url } }))
    ? oneTarball('TARBALL_UNAVAILABLE', error)
    : error;
}

async function answers(asked: PackageRequest): Promise<boolean> {
  try {
    const response = await get(asked, { accept: 'application/json' });
    response.destroy();
    return checked(response, asked, [200], () => missing(asked)) === response;
  } catch {
    return false;
  }
}

function oneTarball(
  code: 'TARBALL_UNAVAILABLE' | 'TARBALL_CUT_SHORT',
  { message, facts, cause }: BisectError,
): BisectError {
  return new BisectError(code, message, {
    hint: 'run it again; if it stays so, try another registry with --registry',
    facts,
    cause,
  });
}

/** How often a transfer that breaks off goes on where it was. */
const RESUMPTIONS = 3;

/** The bytes of one tarball, over as many connections as it takes. */
class Transfer {
  readonly #asked: PackageRequest;
  readonly #validator: string | undefined;
  #pieces: Pieces;
  #offset = 0;
  /** Bytes to be passed over, from a server that began anew. */
  #known = 0;
  #resumed = 0;
  #isOver = false;

  constructor(asked: PackageRequest, response: IncomingMessage) {
    this.#asked = asked;
    this.#pieces = new Pieces(response, asked.options);
    this.#validator = validatorOf(response);
  }

  /** The next piece, null at the end. */
  async next(): Promise<Buffer | null> {
    for (;;) {
      try {
        const piece = await this.#pieces.next();
        if (piece === null) return null;
        const fresh = piece.subarray(this.#known);
        this.#known -= piece.length - fresh.length;
        this.#offset += fresh.length;
        if (fresh.length > 0) return fresh;
      } catch (error) {
        await this.#resume(error);
      }
    }
  }

  /** @throws BisectError `TARBALL_CUT_SHORT` when that was done often enough; as {@link openTarball} */
  async #resume(error: unknown): Promise<void> {
    this.#asked.signal?.throwIfAborted();
    if (this.#isOver || this.#resumed >= RESUMPTIONS)
      throw oneTarball('TARBALL_CUT_SHORT', failure.asFailure(this.#asked.subject, error));
    this.#resumed += 1;
    const place = { offset: this.#offset, validator: this.#validator };
    const response = await openPatiently(this.#asked, this.#offset > 0 ? place : null);
    this.#known = response.statusCode === 206 ? 0 : this.#offset;
    this.#pieces = new Pieces(response, this.#asked.options);
    if (this.#isOver) response.destroy();
  }

  destroy(): void {
    this.#isOver = true;
    this.#pieces.destroy();
  }
}

/** By hand rather than `Readable.from`, whose `destroy` waits for a piece that a silent server may never send. */
function asStream(transfer: Transfer): Readable {
  return new Readable({
    read() {
      transfer.next().then(
        (piece) => this.push(piece),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      transfer.destroy();
      done(error);
    },
  });
}

/**
 * The address for the tarball that a packument puts at `tarball`, when `registry` is the one configured. Packuments
 * of a mirror often name the public registry still; npm's `replace-registry-host` says whose addresses are rewritten
 * to the mirror: `npmjs` (the public registry's), `always`, `never`, a host, or an address with a path.
 */
export function tarballUrl(tarball: string, registry: string, replaceRegistryHost: string): string {
  if (replaceRegistryHost === 'never') return tarball;
  const url = new URL(tarball);
  const prefix = prefixToReplace(
    url,
    replaceRegistryHost === 'npmjs' ? 'registry.npmjs.org' : replaceRegistryHost,
  );
  if (prefix === null) return tarball;
  const base = new URL(registry);
  const folder = withoutSlash(base.pathname);
  const rest = url.pathname.slice(prefix.length);
  // A mirror that lives below a folder may have put that folder into the address itself.
  const path = prefix === '' && isBelow(rest, folder) ? rest : folder + rest;
  return new URL(path + url.search, base.origin).href;
}

/** The part of the path that goes away with the host; null where this address is not to be replaced. */
function prefixToReplace(url: URL, replaced: string): string | null {
  if (replaced === 'always') return '';
  if (!URL.canParse(replaced)) return replaced === url.hostname || replaced === url.host ? '' : null;
  const from = new URL(replaced);
  const folder = withoutSlash(from.pathname);
  return from.hostname === url.hostname && isBelow(url.pathname, folder) ? folder : null;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
