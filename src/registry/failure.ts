/** The errors of this folder: each names the thing asked for, the registry's host and the way out. No secrets. */
import { BisectError, systemCode } from '../errors.js';

/** What was asked for and where, as messages name it. */
export interface Subject {
  /** For example `the versions of @scope/name` or `the tarball of name@1.0.0`. */
  readonly thing: string;
  readonly url: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has no address',
  EAI_AGAIN: 'could not be looked up',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ETIMEDOUT: 'did not answer in time',
  ECONNECTIONTIMEOUT: 'did not answer in time',
  EIDLETIMEOUT: 'did not answer in time',
  ECONNRESET: 'broke off the connection',
  EPIPE: 'broke off the connection',
};

/** The registry could not be talked to: `cause` is the network's error, or a status that says "not now". */
export function unreachable(subject: Subject, cause: unknown): BisectError {
  const reason = reasonOf(cause);
  return new BisectError(
    'REGISTRY_UNREACHABLE',
    `${hostOf(subject)} ${reason}: cannot get ${subject.thing}`,
    {
      hint: isUntrusted(cause)
        ? 'set `cafile` in your npmrc, or NODE_EXTRA_CA_CERTS, to the certificate of your proxy or registry'
        : 'check the network, the proxy in your npm settings, and --registry',
      facts: facts(subject, { reason }),
      ...(cause instanceof Error ? { cause: withoutSecrets(cause) } : {}),
    },
  );
}

/** `--offline`, and what is wanted is not here. */
export function offline(subject: Subject): BisectError {
  return new BisectError('REGISTRY_UNREACHABLE', `offline, and the cache does not have ${subject.thing}`, {
    hint: 'run once without --offline',
    facts: facts(subject, { reason: 'offline' }),
  });
}

/** The answer's status says no. Statuses that mean "not now" are {@link unreachable}, 404 is the caller's. */
export function refused(subject: Subject, status: number): BisectError {
  return new BisectError('REGISTRY_REFUSED', `${hostOf(subject)} answered ${status} for ${subject.thing}`, {
    hint:
      status === 407
        ? 'put the credentials of the proxy into `proxy` and `https-proxy` of your npmrc'
        : 'put credentials for this registry into your npmrc (`npm login`, or `//host/:_authToken=…`)',
    facts: facts(subject, { status }),
  });
}

/** An answer that is not what a registry answers. */
export function nonsense(subject: Subject, what: string): BisectError {
  return new BisectError('REGISTRY_NONSENSE', `${hostOf(subject)} answered ${what} for ${subject.thing}`, {
    hint: 'check that --registry is the address of an npm registry and that no proxy or sign-in page answers for it',
    facts: facts(subject, {}),
  });
}

/** The status of an answer that may be another one in a moment. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 420 || status === 429;
}

/** An answer of such a status, as a cause for {@link unreachable}. */
export class PassingStatus extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

/** For sentences: `<host> <reason>`. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof PassingStatus) return `answered ${cause.status}`;
  if (isUntrusted(cause)) return 'has a certificate that is not trusted';
  if (isTimeout(cause)) return 'did not answer in time';
  const code = systemCode(cause);
  return REASONS[code ?? ''] ?? `could not be read${code === undefined ? '' : ` (${code})`}`;
}

/** Host and port, never credentials. */
export function hostOf({ url }: Pick<Subject, 'url'>): string {
  return new URL(url).host;
}

/** minipass-fetch tells its own timeouts by `type`; an elapsed AbortSignal ends as an AbortError. */
function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const type = 'type' in error ? error.type : undefined;
  return type === 'request-timeout' || type === 'body-timeout' || /^(Abort|Timeout)Error$/.test(error.name);
}

function isUntrusted(error: unknown): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(systemCode(error) ?? '');
}

function facts(subject: Subject, more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { wanted: subject.thing, registry: hostOf(subject), ...more };
}

/** A copy with the code, and the message without `user:password@` of the addresses in it. */
function withoutSecrets(error: Error): Error {
  const copy = new Error(error.message.replaceAll(/\/\/[^/\s@]*@/g, '//'));
  const code = systemCode(error);
  return code === undefined ? copy : Object.assign(copy, { code });
}
