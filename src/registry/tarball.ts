/**
 * Opens tarballs: bytes as they come, and nothing else. Not cached, not hashed (the store verifies while it unpacks)
 * and never held as a whole: this is node's own response, with back-pressure down to the socket. npm's fetch cannot
 * be used for that, it reads on into memory however slow its reader is.
 */
import type { IncomingMessage } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BisectError } from '../errors.js';
import * as failure from './failure.js';
import type { Subject } from './failure.js';
import type { ExecutableSource } from './manifest.js';
import type { NpmOptions } from './npm-config.js';
import { tarballUrl } from './tarball-url.js';
import { agentFor, headersFor, registryOf } from './transport.js';

export interface Tarball {
  /**
   * The bytes; errors with a BisectError `TARBALL_CUT_SHORT` when they stop coming. Destroy it to end the
   * transfer early.
   */
  readonly stream: Readable;
  /** How many bytes the server announced; null where it did not. */
  readonly size: number | null;
}

/**
 * Starts the transfer of the tarball of `source`. Whether the bytes are the promised ones is not checked here.
 * @throws BisectError `TARBALL_MISSING`, `REGISTRY_UNREACHABLE`, `REGISTRY_REFUSED`, `REGISTRY_NONSENSE`; and the
 * reason of `signal`, which ends the stream too
 */
export async function openTarball(
  source: ExecutableSource,
  options: NpmOptions,
  signal?: AbortSignal,
): Promise<Tarball> {
  signal?.throwIfAborted();
  const url = tarballUrl(source.tarball, registryOf(source.package, options), options.replaceRegistryHost);
  const subject = { thing: `the tarball of ${source.package}@${source.version}`, url };
  if (options.offline) throw failure.offline(subject);
  const transfer: Transfer = { subject, name: source.package, options, signal };
  const response = await openPatiently(transfer);
  const size = Number(response.headers['content-length'] ?? Number.NaN);
  return { stream: asStream(response, transfer), size: Number.isNaN(size) ? null : size };
}

interface Transfer {
  readonly subject: Subject;
  readonly name: string;
  readonly options: NpmOptions;
  readonly signal: AbortSignal | undefined;
}

/** Tries again where trying again may help, and only until the first byte: after that nothing is repeated. */
async function openPatiently(transfer: Transfer): Promise<IncomingMessage> {
  const { retries, retryAfterMs, idleMs } = transfer.options.patience;
  const giveUpAt = Date.now() + idleMs / 2;
  for (let attempt = 0; ; attempt++) {
    try {
      return await open(transfer);
    } catch (error) {
      transfer.signal?.throwIfAborted();
      const failed = asFailure(transfer.subject, error);
      const final = failed.code !== 'REGISTRY_UNREACHABLE' || attempt >= retries || Date.now() >= giveUpAt;
      if (final) throw failed;
      await sleep(retryAfterMs * 3 ** attempt, undefined, transfer.signal ? { signal: transfer.signal } : {});
    }
  }
}

const REDIRECTS = 5;

/** One attempt: follows redirects to the answer that has the bytes, or throws what that answer means. */
async function open({ subject, name, options, signal }: Transfer): Promise<IncomingMessage> {
  let url = subject.url;
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const response = await get(url, name, options, signal);
    const target = redirectOf(response, url);
    if (target === null) return checked(response, subject);
    response.destroy();
    url = target;
  }
  throw failure.nonsense(subject, 'with redirects in a circle');
}

/** Credentials are looked up for each address anew: those of the registry are not for storage that it points to. */
function get(
  url: string,
  name: string,
  options: NpmOptions,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  const { idleMs } = options.patience;
  const protocol = new URL(url).protocol === 'https:' ? https : http;
  // No idle timeout at the socket: a reader that takes its time is no fault of the server. See `nextPiece`.
  const agent = agentFor(url, name, options, 0);
  return new Promise((resolve, reject) => {
    const request = protocol.get(url, {
      agent,
      headers: headersFor(url, name, options),
      ...(signal ? { signal } : {}),
    });
    const timer = setTimeout(() => request.destroy(silence()), idleMs);
    request.once('response', resolve);
    request.on('error', reject);
    const settled = () => clearTimeout(timer);
    request.once('response', settled).once('close', settled);
  });
}

function redirectOf({ statusCode = 0, headers: { location } }: IncomingMessage, url: string): string | null {
  const moved = [301, 302, 303, 307, 308].includes(statusCode) && location !== undefined;
  return moved && URL.canParse(location, url) ? new URL(location, url).href : null;
}

function checked(response: IncomingMessage, subject: Subject): IncomingMessage {
  const { statusCode: status = 0, headers } = response;
  if (status === 200 && !/html/i.test(headers['content-type'] ?? '')) return response;
  response.destroy();
  if (status === 200) throw failure.nonsense(subject, 'a web page');
  if (status === 404 || status === 410) throw missing(subject);
  if (failure.isPassing(status)) throw new failure.PassingStatus(status);
  throw status >= 400 ? failure.refused(subject, status) : failure.nonsense(subject, `status ${status}`);
}

function missing(subject: Subject): BisectError {
  const registry = failure.hostOf(subject);
  return new BisectError('TARBALL_MISSING', `${registry} does not have ${subject.thing}`, {
    hint: 'it may have been unpublished, or the mirror may not have it yet: try another --registry',
    facts: { wanted: subject.thing, registry },
  });
}

/** By hand rather than `Readable.from`, whose `destroy` waits for a piece that a silent server may never send. */
function asStream(response: IncomingMessage, transfer: Transfer): Readable {
  const pieces: AsyncIterator<Buffer> = response[Symbol.asyncIterator]();
  return new Readable({
    read() {
      nextPiece(response, pieces, transfer).then(
        (piece) => this.push(piece),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, done) {
      response.destroy();
      done(error);
    },
  });
}

/** The next piece, null at the end. Time counts only while the server is waited for, not the reader. */
async function nextPiece(
  response: IncomingMessage,
  pieces: AsyncIterator<Buffer>,
  { subject, options, signal }: Transfer,
): Promise<Buffer | null> {
  const timer = setTimeout(() => response.destroy(silence()), options.patience.idleMs);
  try {
    const next = await pieces.next();
    return next.done ? null : next.value;
  } catch (error) {
    signal?.throwIfAborted();
    throw cutShort(failure.unreachable(subject, error));
  } finally {
    clearTimeout(timer);
  }
}

/** The registry did answer: one tarball that breaks off says nothing of the others, unlike a registry out of reach. */
function cutShort({ message, facts, cause }: BisectError): BisectError {
  return new BisectError('TARBALL_CUT_SHORT', message, {
    hint: 'run it again; if it stays so, try another registry with --registry',
    facts,
    cause,
  });
}

function silence(): Error {
  return Object.assign(new Error('the server went silent'), { code: 'ETIMEDOUT' });
}

function asFailure(subject: Subject, error: unknown): BisectError {
  return error instanceof BisectError ? error : failure.unreachable(subject, error);
}
