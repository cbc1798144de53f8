/** How the test registry (registry.ts) answers: truthfully, or with the fault that a test ordered. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong at one path. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** 200 with a web page, as captive portals and misconfigured proxies answer. */
  | { readonly kind: 'html' }
  /** 200 with this body in place of the true one. */
  | {
      readonly kind: 'body';
      readonly body: string | Buffer;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Never answers, or stops after that many bytes of the body and keeps the connection open. */
  | { readonly kind: 'stall'; readonly afterBytes?: number }
  /** Announces the full length and closes after that many bytes. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** Announces no length and ends properly after that many bytes: only the integrity can tell. */
  | { readonly kind: 'shorten'; readonly afterBytes: number }
  /** Flips all bits of the byte at this offset. */
  | { readonly kind: 'corrupt'; readonly at: number }
  /** Answers properly, but only after that time. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Answers properly, but not before this has come to pass. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** Sends the body in pieces of `bytes`, one each `everyMs`: the true one, or `body` as it would be for `body` above. */
  | {
      readonly kind: 'drip';
      readonly bytes: number;
      readonly everyMs: number;
      readonly body?: Buffer;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Drops the connection without an answer. */
  | { readonly kind: 'reset' };

const answering = (code: number, headers?: Readonly<Record<string, string>>): Fault => ({
  kind: 'status',
  status: code,
  ...(headers && { headers }),
});

/** Tarballs that are not given, by their rows in docs/faults.md. */
export const WITHHELD: Readonly<Record<string, Fault>> = {
  'answers 429': answering(429),
  'answers 500': answering(500),
  'answers 503': answering(503),
  'answers 204': answering(204),
  'answers a web page': { kind: 'html' },
  'redirects in a circle': answering(302, { location: '#' }),
  'drops the connection': { kind: 'reset' },
  'never answers': { kind: 'stall' },
  'answers 401': answering(401),
  'answers 403': answering(403),
  'answers 404': answering(404),
  'answers 410': answering(410),
};

/** What the registry would say without a fault. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** What {@link send} tells of itself while it goes. */
export interface Progress {
  status: number;
  bytesSent: number;
  readonly closed: Promise<void>;
}

/** An answer of this status with a JSON body. */
export function json(status: number, value: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** Sends `answer` as it is, or bent by `fault`. */
export async function send(
  response: ServerResponse,
  entry: Progress,
  fault: Fault | null,
  answer: Answer,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
    case 'delay':
    case 'hold':
      return sendBody(response, entry, answer);
    case 'reset':
      response.destroy();
      return;
    case 'status':
      return sendBody(response, entry, { ...json(fault.status, { error: 'ordered' }), ...headersOf(fault) });
    case 'html':
      return sendBody(
        response,
        entry,
        page('<!doctype html><title>Sign in</title><p>Sign in to the network</p>'),
      );
    case 'body':
      return sendBody(response, entry, {
        ...page(fault.body, 'application/json'),
        ...headersOf(fault),
      });
    case 'corrupt':
      return sendBody(response, entry, { ...answer, body: flipped(answer.body, fault.at) });
    case 'stall':
      if (fault.afterBytes === undefined) return;
      return sendPart(response, entry, answer, fault.afterBytes);
    case 'truncate':
      await sendPart(response, entry, answer, fault.afterBytes);
      response.destroy();
      return;
    case 'shorten':
      return sendBody(response, entry, { ...answer, body: answer.body.subarray(0, fault.afterBytes) }, false);
    case 'drip':
      return drip(response, entry, fault.body ? { ...page(fault.body), ...headersOf(fault) } : answer, fault);
  }
}

function headersOf(fault: { readonly headers?: Readonly<Record<string, string>> }) {
  return fault.headers ? { headers: { 'content-type': 'application/json', ...fault.headers } } : {};
}

function page(body: string | Buffer, type = 'text/html'): Answer {
  return { status: 200, headers: { 'content-type': type }, body: Buffer.from(body) };
}

function flipped(body: Buffer, at: number): Buffer {
  const copy = Buffer.from(body);
  copy[at] = 0xff & ~(copy[at] ?? 0);
  return copy;
}

function writeHead(response: ServerResponse, entry: Progress, answer: Answer, announceLength = true): void {
  entry.status = answer.status;
  const length = announceLength ? { 'content-length': String(answer.body.length) } : {};
  response.writeHead(answer.status, { ...answer.headers, ...length });
}

/** Writes with back-pressure, so that `bytesSent` shows how far the reader has come. */
async function sendBody(response: ServerResponse, entry: Progress, answer: Answer, announceLength = true) {
  writeHead(response, entry, answer, announceLength);
  await write(response, entry, answer.body);
  response.end();
}

async function sendPart(response: ServerResponse, entry: Progress, answer: Answer, bytes: number) {
  writeHead(response, entry, answer);
  await write(response, entry, answer.body.subarray(0, bytes));
  // The bytes have to have left before the connection may go.
  await new Promise<void>((resolve) => {
    response.write('', () => resolve());
  });
}

async function drip(
  response: ServerResponse,
  entry: Progress,
  answer: Answer,
  { bytes, everyMs }: { readonly bytes: number; readonly everyMs: number },
) {
  writeHead(response, entry, answer);
  for (let at = 0; at < answer.body.length && !response.destroyed; at += bytes) {
    await write(response, entry, answer.body.subarray(at, at + bytes));
    await sleep(everyMs);
  }
  response.end();
}

const PIECE = 64 * 1024;

async function write(response: ServerResponse, entry: Progress, body: Buffer): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += PIECE) {
    const piece = body.subarray(at, at + PIECE);
    const flowing = response.write(piece);
    entry.bytesSent += piece.length;
    if (!flowing) await Promise.race([once(response, 'drain'), entry.closed]);
  }
}
