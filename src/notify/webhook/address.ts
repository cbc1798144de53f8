/** Where a webhook is, and what goes with every message to it. Errors repeat neither: both may be secret. */
import { createHmac } from 'node:crypto';
import { BisectError } from '../../errors.js';
import type { Message } from '../message.js';

/** @throws BisectError `BAD_OPTION` unless it is one of http or https */
export function addressOf(url: string): URL {
  // No cause: the error of URL carries the whole text.
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new BisectError('BAD_OPTION', 'the address of the webhook is not an http(s) URL', {
      hint: 'give it whole: https://host/path',
    });
  return new URL(url);
}

/** fetch refuses addresses with a name and a password in them. */
export function bare(address: URL): string {
  const target = new URL(address);
  target.username = '';
  target.password = '';
  target.hash = '';
  return target.href;
}

/**
 * The headers of the user, and those that the address stands for.
 * @throws BisectError `BAD_OPTION` if HTTP has no such headers
 */
export function givenHeaders(
  headers: Readonly<Record<string, string>> | undefined,
  { username, password }: URL,
): Headers {
  try {
    const given = new Headers(headers);
    if ((username !== '' || password !== '') && !given.has('authorization'))
      given.set('authorization', basic(username, password));
    return given;
  } catch {
    // No cause: it repeats the value, which may be secret.
    throw new BisectError(
      'BAD_OPTION',
      'a header for the webhook has a name or a value that HTTP does not know',
      {
        hint: 'check them for line breaks and characters outside ASCII',
      },
    );
  }
}

function basic(username: string, password: string): string {
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(credentials).toString('base64')}`;
}

/** All headers of a message; those that tell what it is cannot be replaced by the user's. */
export function headersFor(
  { id, kind }: Message,
  body: string,
  given: Headers,
  secret: string | undefined,
): Headers {
  const headers = new Headers(given);
  if (!headers.has('user-agent')) headers.set('user-agent', 'mcp-bisect');
  headers.set('content-type', 'application/json');
  headers.set('idempotency-key', id);
  headers.set('x-mcp-bisect-event', kind);
  if (secret !== undefined)
    headers.set(
      'x-mcp-bisect-signature',
      `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    );
  return headers;
}
