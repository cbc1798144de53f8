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
  piecesOf,
  registryOf,
  subjectOf,
} from './exchange.js';
import * as failure from './failure.js';
import type { ExecutableSource } from './releases.js';
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
  return { stream: new Transfer(asked, response), size: Number.isNaN(size) ? null : size };
}

/** Where a transfer goes on, and by what the server knows whether the tarball is still the same. */
interface Place {
  readonly offset: number;
  readonly validator: string | undefined;
}

async function openPatiently(asked: PackageRequest, place: Place | null): Promise<IncomingMessage> {
  const headers = place && {
    range: `bytes=${place.offset}-`,
    ...(place.validator !== undefined && { 'if-range': place.validator }),
  };
  const wanted = place ? [200, 206] : [200];
  try {
    return await patiently(asked, async () =>
      checked(await get(asked, { ...headers }), asked, wanted, () => missing(asked)),
    );
  } catch (error) {
    throw await itsOwnFault(error, asked);
  }
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
  const list = { ...asked, subject: { ...asked.subject, url } };
  try {
    const response = await get(list, { accept: 'application/json' });
    response.destroy();
    checked(response, list, [200], () => missing(list));
    return oneTarball('TARBALL_UNAVAILABLE', error);
  } catch {
    return error;
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

/**
 * The bytes of one tarball, over as many connections as it takes. Not `Readable.from`, whose `destroy` waits for a piece that a
 * silent server may never send.
 */
class Transfer extends Readable {
  readonly #asked: PackageRequest;
  readonly #validator: string | undefined;
  #response: IncomingMessage;
  #pieces: AsyncGenerator<Buffer>;
  #offset = 0;
  /** Bytes to be passed over, from a server that began anew. */
  #known = 0;
  #resumed = 0;

  constructor(asked: PackageRequest, response: IncomingMessage) {
    super();
    this.#asked = asked;
    this.#response = response;
    this.#pieces = piecesOf(response, asked.options);
    // By `If-Range` (RFC 9110, section 13.1.5) only a strong validator can be used.
    const { etag, 'last-modified': lastModified } = response.headers;
    this.#validator = etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;
  }

  override _read(): void {
    this.#next().then(
      (piece) => this.push(piece),
      (error: Error) => this.destroy(error),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#response.destroy();
    done(error);
  }

  /** The next piece, null at the end. */
  async #next(): Promise<Buffer | null> {
    for (;;) {
      try {
        const { value: piece } = await this.#pieces.next();
        if (piece === undefined) return null;
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
    if (this.destroyed || this.#resumed >= RESUMPTIONS)
      throw oneTarball('TARBALL_CUT_SHORT', failure.asFailure(this.#asked.subject, error));
    this.#resumed += 1;
    const place = { offset: this.#offset, validator: this.#validator };
    this.#response = await openPatiently(this.#asked, this.#offset > 0 ? place : null);
    this.#known = this.#response.statusCode === 206 ? 0 : this.#offset;
    this.#pieces = piecesOf(this.#response, this.#asked.options);
    if (this.destroyed) this.#response.destroy();
  }
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

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);

const withoutSlash = (path: string) => path.replace(/\/+$/, '');
