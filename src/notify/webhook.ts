/**
 * Tells changes to an address: the document as a POST. Tried again while that may help, so a receiver may get one more than
 * once, each time with the same `Idempotency-Key`.
 */
import pRetry from 'p-retry';
import { webhookKey } from './keys.js';
import type { Channel } from './message.js';
import { wait, within, type Wait } from './patience.js';
import { addressOf, bare, givenHeaders, headersFor } from './webhook/address.js';
import { asNotDelivered, Missed, refusalOf, unanswered } from './webhook/missed.js';

export interface WebhookPatience {
  /** For one request, until the head of its answer. */
  readonly requestMs: number;
  readonly attempts: number;
  /** Before the second attempt; twice as long before each further one. */
  readonly pauseMs: number;
  /** For all waiting that the receiver asks for (Retry-After). */
  readonly limitMs: number;
}

const PATIENCE: WebhookPatience = { requestMs: 15_000, attempts: 4, pauseMs: 1000, limitMs: 60_000 };

export interface WebhookSettings {
  /** http or https. A name and a password in it are sent as basic authentication. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Signs the body: `X-Mcp-Bisect-Signature: sha256=<HMAC of the body, hexadecimal>`. */
  readonly secret?: string | undefined;
  readonly patience?: Partial<WebhookPatience> | undefined;
  readonly wait?: Wait | undefined;
}

/** @throws BisectError `BAD_OPTION` if the address or a header cannot be used */
export function webhookChannel(settings: WebhookSettings): Channel {
  const address = addressOf(settings.url);
  const given = givenHeaders(settings.headers, address);
  const target = bare(address);
  return {
    key: webhookKey(settings.url),
    name: address.origin,
    async deliver(message, _thread, signal) {
      signal.throwIfAborted();
      const body = JSON.stringify(message.document);
      const headers = headersFor(message, body, given, settings.secret);
      try {
        await untilTaken(settings, signal, () => post(target, { headers, body }, signal, settings));
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof Missed ? asNotDelivered(error, address.origin) : error;
      }
      return null;
    },
  };
}

async function untilTaken(settings: WebhookSettings, signal: AbortSignal, attempt: () => Promise<void>) {
  const { attempts, pauseMs, limitMs } = { ...PATIENCE, ...settings.patience };
  const rest = settings.wait ?? wait;
  let waited = 0;
  await pRetry(attempt, {
    retries: attempts - 1,
    minTimeout: pauseMs,
    signal,
    shouldRetry: ({ error }) => error instanceof Missed && error.isPassing,
    async onFailedAttempt({ error, retriesLeft }) {
      if (!(error instanceof Missed) || error.retryAfter === 0 || retriesLeft === 0) return;
      waited += error.retryAfter;
      if (waited > limitMs) throw error;
      await rest(error.retryAfter, signal);
    },
  });
}

/** @throws Missed unless it was taken; the reason of the signal */
async function post(
  target: string,
  content: { readonly headers: Headers; readonly body: string },
  signal: AbortSignal,
  settings: WebhookSettings,
): Promise<void> {
  const { requestMs } = { ...PATIENCE, ...settings.patience };
  const request = { method: 'POST', redirect: 'manual', ...content } as const;
  const response = await within(requestMs, signal, (limited) =>
    fetch(target, { ...request, signal: limited }),
  ).catch((error: unknown) => {
    signal.throwIfAborted();
    throw unanswered(error);
  });
  // Its status says all. The body may be endless.
  response.body?.cancel().catch(() => undefined);
  if (!response.ok) throw refusalOf(response, target);
}
