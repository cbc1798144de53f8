/** Attempts to reach a webhook that failed, told apart by what follows from it. */
import { systemCode, type BisectError } from '../../errors.js';
import { notDelivered, oneLine } from '../not-delivered.js';
import { spanOf, TimeLimit } from '../patience.js';
import { retryAfterMs } from '../retry-after.js';

/** Beside 5xx: what passes by itself. */
const PASSING = new Set([408, 425, 429]);

/** One attempt that failed. Its text has nothing of the address but its origin: the rest may be secret. */
export class Missed extends Error {
  readonly status: number | undefined;
  /** Another attempt may succeed. */
  readonly isPassing: boolean;
  readonly retryAfter: number;

  constructor(
    said: string,
    details: { status?: number; isPassing: boolean; retryAfter?: number; cause?: unknown },
  ) {
    super(said, { cause: details.cause });
    this.status = details.status;
    this.isPassing = details.isPassing;
    this.retryAfter = details.retryAfter ?? 0;
  }
}

/** @param error what fetch threw */
export function unanswered(error: unknown): Missed {
  if (error instanceof TimeLimit) return new Missed(error.message, { isPassing: true });
  const cause = error instanceof Error ? error.cause : undefined;
  const why = systemCode(cause) ?? (cause instanceof Error ? oneLine(cause.message) : 'the request failed');
  return new Missed(why, { isPassing: true, cause });
}

/** @param target the address that was asked */
export function refusalOf({ status, headers }: Response, target: string): Missed {
  const isPassing = status >= 500 || PASSING.has(status);
  const retryAfter = isPassing ? (retryAfterMs(headers.get('retry-after')) ?? 0) : 0;
  const location = headers.get('location') ?? '';
  // Not followed: what is signed and authorized is for this address, and a POST often arrives there as a GET.
  const to = status < 400 && URL.canParse(location, target) ? `, to ${new URL(location, target).origin}` : '';
  return new Missed(`it answers ${status}${to}`, { status, isPassing, retryAfter });
}

/** The failure for the user. */
export function asNotDelivered(missed: Missed, origin: string): BisectError {
  const { status, message, isPassing, retryAfter, cause } = missed;
  const facts = { origin, status: status ?? null, retryAfterMs: retryAfter };
  return notDelivered(`the webhook at ${origin} did not take it: ${message}`, {
    hint: hintFor(status, isPassing, retryAfter),
    facts,
    ...(cause === undefined ? {} : { cause }),
  });
}

function hintFor(status: number | undefined, isPassing: boolean, retryAfter: number): string {
  if (retryAfter > 0) return `it asks for ${spanOf(retryAfter)} of patience: try again after that`;
  if (isPassing) return 'try again when it can be reached';
  if ((status ?? 0) < 400) return 'give the address that it redirects to: redirections are not followed';
  return 'check its address, and the headers that it wants';
}
