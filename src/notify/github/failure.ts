/** Why GitHub did not do what it was asked, told apart by what follows from it. */
import type { BisectError } from '../../errors.js';
import { notDelivered, oneLine } from '../not-delivered.js';
import { retryAfterMs } from '../retry-after.js';

/** GitHub asks for a minute where a secondary limit names no time (its *Best practices for using the REST API*). */
const UNNAMED_LIMIT_MS = 60_000;

/**
 * `refused`: not done, and asking again would not change it. `limited`: not done, may be asked again at `retryAt`.
 * `unclear`: maybe done, maybe not: no answer, or one that is not GitHub's.
 */
export type FailureKind = 'refused' | 'limited' | 'unclear';

/** Carries nothing of the request: that has the token in it. */
export class GithubFailure extends Error {
  override readonly name = 'GithubFailure';
  readonly kind: FailureKind;
  /** 0 where there was no answer. */
  readonly status: number;
  /** Milliseconds since the epoch; 0 unless `limited`. */
  readonly retryAt: number;

  constructor(kind: FailureKind, status: number, text: string, retryAt = 0) {
    super(text);
    this.kind = kind;
    this.status = status;
    this.retryAt = retryAt;
  }
}

/** An answer that is none of success. */
interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where it is no JSON. */
  readonly data: object | undefined;
}

export function refusalOf(refusal: Refusal, token: string): GithubFailure {
  const { status } = refusal;
  const text = oneLine(wordsOf(refusal), [token]);
  const retryAt = limitOf(refusal);
  if (retryAt !== undefined) return new GithubFailure('limited', status, text, retryAt);
  const isRefusal = status >= 400 && status < 500 && status !== 408;
  return new GithubFailure(isRefusal ? 'refused' : 'unclear', status, text);
}

/** GitHub's own: `Validation Failed: {"resource":"Label",…}`. */
function wordsOf({ status, data }: Refusal): string {
  const { message, errors } = (data ?? {}) as { message?: unknown; errors?: unknown };
  const said = typeof message === 'string' ? message : `HTTP ${status}`;
  return Array.isArray(errors) ? `${said}: ${errors.map((error) => JSON.stringify(error)).join(', ')}` : said;
}

/** When a request that met a limit may be made again; undefined if it met none. */
function limitOf({ status, headers, data }: Refusal): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = retryAfterMs(headers.get('retry-after'));
  if (after !== undefined) return Date.now() + after;
  const reset = Number(headers.get('x-ratelimit-reset'));
  // A second more: its clock and ours need not agree.
  if (headers.get('x-ratelimit-remaining') === '0' && reset > 0) return (reset + 1) * 1000;
  return status === 429 || isAboutLimits(data) ? Date.now() + UNNAMED_LIMIT_MS : undefined;
}

/** A secondary limit may come without any header; the page that it refers to names it. */
function isAboutLimits(data: object | undefined): boolean {
  const { documentation_url: page } = (data ?? {}) as { documentation_url?: unknown };
  return typeof page === 'string' && page.includes('rate-limits');
}

/** The failure for the user: what it was about, and the way out. */
export function asNotDelivered(failure: GithubFailure, repository: string): BisectError {
  const { kind, status, message, retryAt } = failure;
  const facts = {
    repository,
    status,
    ...(kind === 'limited' ? { retryAt: new Date(retryAt).toISOString() } : {}),
  };
  const [said, hint] = wordsFor(failure, repository);
  return notDelivered(said, { hint, facts, cause: new Error(message) });
}

function wordsFor(failure: GithubFailure, repository: string): [said: string, hint: string] {
  const { kind, message, retryAt } = failure;
  if (kind === 'refused') return wordsForRefusal(failure, repository);
  if (kind === 'limited')
    return [
      `GitHub's rate limit is used up: ${repository} was not told`,
      `try again after ${new Date(retryAt).toISOString()}`,
    ];
  return [
    `GitHub did not confirm that it was told to ${repository}: ${message}`,
    'try again: what arrived nevertheless is looked for first, and not told twice',
  ];
}

function wordsForRefusal({ status, message }: GithubFailure, repository: string): [string, string] {
  switch (status) {
    case 401:
      return [
        `GitHub does not know the token for ${repository}`,
        'give one that is valid and has not expired',
      ];
    case 403:
      return [
        `GitHub does not let the token write to ${repository}: ${message}`,
        'the token needs the permission `issues: write` for this repository',
      ];
    case 404:
      return [
        `GitHub shows the token no repository ${repository}`,
        'check its name; the token needs the permission `issues: write` for it',
      ];
    case 410:
      return [`${repository} takes no issues`, 'enable issues in its settings, or name another repository'];
    default:
      return [
        `GitHub refuses what was to be told to ${repository} (${status}): ${message}`,
        'check the settings of the repository, the labels, and what the token is allowed to do',
      ];
  }
}
