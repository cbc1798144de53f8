/**
 * Tells changes to an address: the document as a POST. Tried again while that may help, so a receiver may get one more than
 * once, each time with the same `Idempotency-Key`. Errors repeat neither the address nor its headers: both may be secret.
 */
import { createHash, createHmac } from 'node:crypto';
import { BisectError } from '../errors.js';
import { notDelivered, type Channel, type Message } from './message.js';
import { Missed, patiently, retryAfterIn, spanOf, type PatienceSettings } from './patience.js';

export interface WebhookSettings extends PatienceSettings {
  /** http or https. A name and a password in it are sent as basic authentication. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Signs the body: `X-Mcp-Bisect-Signature: sha256=<HMAC of the body, hexadecimal>`. */
  readonly secret?: string | undefined;
}

/** @throws BisectError `BAD_OPTION` if the address or a header cannot be used */
export function webhookChannel(settings: WebhookSettings): Channel {
  const { url, secret } = settings;
  const address = addressOf(url);
  const given = givenHeaders(settings.headers, address);
  const target = bare(address);
  return {
    key: `webhook:${createHash('sha256').update(url).digest('hex').slice(0, 12)}`,
    name: address.origin,
    async deliver(message, _thread, signal) {
      const body = JSON.stringify(message.document);
      const request = { method: 'POST', headers: headersFor(message, body, given, secret), body };
      await patiently(
        settings,
        signal,
        (patience) =>
          patience.until(() => patience.ask((limited) => post(target, { ...request, signal: limited }))),
        (missed) => asNotDelivered(missed, address.origin),
      );
      return null;
    },
  };
}

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
function bare(address: URL): string {
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
export function givenHeaders(headers: WebhookSettings['headers'], { username, password }: URL): Headers {
  try {
    const given = new Headers(headers);
    if ((username !== '' || password !== '') && !given.has('authorization')) {
      const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      given.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    }
    return given;
  } catch {
    // No cause: it repeats the value, which may be secret.
    throw new BisectError(
      'BAD_OPTION',
      'a header for the webhook has a name or a value that HTTP does not know',
      { hint: 'check them for line breaks and characters outside ASCII' },
    );
  }
}

/** All headers of a message; those that tell what it is cannot be replaced by the user's. */
function headersFor(
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
  if (secret !== undefined) {
    const digest = createHmac('sha256', secret).update(body).digest('hex');
    headers.set('x-mcp-bisect-signature', `sha256=${digest}`);
  }
  return headers;
}

/** @throws Missed unless it was taken */
async function post(target: string, request: RequestInit): Promise<void> {
  const response = await fetch(target, { ...request, redirect: 'manual' });
  // Its status says all. The body may be endless.
  response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw refusalOf(response, target);
}

/** Beside 5xx: what passes by itself. */
const PASSING = new Set([408, 425, 429]);

function refusalOf({ status, headers }: Response, target: string): Missed {
  const said = `it answers ${status}`;
  if (status >= 500 || PASSING.has(status)) {
    const after = retryAfterIn(headers) ?? 0;
    return new Missed(after > 0 ? 'limited' : 'unclear', status, said, after);
  }
  // Not followed: what is signed and authorized is for this address, and a POST often arrives there as a GET.
  const location = headers.get('location') ?? '';
  const to = status < 400 && URL.canParse(location, target) ? `, to ${new URL(location, target).origin}` : '';
  return new Missed('refused', status, said + to);
}

/** The failure for the user. */
function asNotDelivered({ kind, status, message, retryAfterMs: after }: Missed, origin: string): BisectError {
  const refusal =
    status < 400
      ? 'give the address that it redirects to: redirections are not followed'
      : 'check its address, and the headers that it wants';
  const hints = {
    limited: `it asks for ${spanOf(after)} of patience: try again after that`,
    unclear: 'try again when it can be reached',
    refused: refusal,
  };
  return notDelivered(`the webhook at ${origin} did not take it: ${message}`, {
    hint: hints[kind],
    facts: { origin, status: status === 0 ? null : status, retryAfterMs: after },
  });
}
