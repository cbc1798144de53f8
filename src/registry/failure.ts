/** The errors of this folder: each names the thing asked for, the registry's host and the way out. No secrets. */
import { BisectError, systemCode } from '../errors.js';

/** What was asked for and where, as messages name it. */
export interface Requested {
  /** For example `the versions of @scope/name` or `the tarball of name@1.0.0`. */
  readonly thing: string;
  readonly url: string;
  /** Host and port of the proxy on the way; null where there is none. */
  readonly proxy: string | null;
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

/** Failures of making a connection: where there is a proxy, it is the proxy that was not reached. */
const CONNECTING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ECONNECTIONTIMEOUT',
]);

/** The registry could not be talked to: `cause` is the network's error, or a status that says "not now". */
export function unreachable(subject: Requested, cause: unknown): BisectError {
  const reason = reasonOf(cause);
  const byProxy = cause instanceof PassingStatus ? cause.byProxy : CONNECTING.has(systemCode(cause) ?? '');
  const who = whoOf(subject, byProxy);
  return new BisectError('REGISTRY_UNREACHABLE', `${who} ${reason}: cannot get ${subject.thing}`, {
    hint: isUntrusted(cause)
      ? 'set `cafile` in your npmrc, or NODE_EXTRA_CA_CERTS, to the certificate of your proxy or registry'
      : byProxy && subject.proxy !== null
        ? PROXY_HINT
        : 'check the network, the proxy in your npm settings, and --registry',
    facts: facts(subject, { reason: `${who} ${reason}` }),
    ...(cause instanceof Error ? { cause: withoutSecrets(cause) } : {}),
  });
}

const PROXY_HINT =
  'check `proxy`, `https-proxy` and `noproxy` of your npmrc, and the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY';

/** Who answered or was to answer. What comes through a proxy may be its own: both are named. */
function whoOf(subject: Requested, isProxyItself: boolean): string {
  const { proxy } = subject;
  if (proxy === null) return hostOf(subject);
  return isProxyItself ? `the proxy ${proxy}` : `${hostOf(subject)} (through the proxy ${proxy})`;
}

/** `--offline`, and what is wanted is not here. */
export function offline(subject: Requested): BisectError {
  return new BisectError('REGISTRY_UNREACHABLE', `offline, and the cache does not have ${subject.thing}`, {
    hint: 'run once without --offline',
    facts: facts(subject, { reason: 'offline' }),
  });
}

/** The answer's status says no. Statuses that mean "not now" are {@link unreachable}, 404 is the caller's. */
export function refused(subject: Requested, status: number, byProxy: boolean): BisectError {
  const who = whoOf(subject, byProxy);
  return new BisectError('REGISTRY_REFUSED', `${who} answered ${status} for ${subject.thing}`, {
    hint:
      status === 407
        ? 'put the credentials of the proxy into `proxy` and `https-proxy` of your npmrc'
        : byProxy
          ? PROXY_HINT
          : 'put credentials for this registry into your npmrc (`npm login`, or `//host/:_authToken=…`)',
    facts: facts(subject, { status }),
  });
}

/** An answer that is not what a registry answers. */
export function nonsense(subject: Requested, what: string): BisectError {
  return new BisectError(
    'REGISTRY_NONSENSE',
    `${whoOf(subject, false)} answered ${what} for ${subject.thing}`,
    {
      hint: 'check that --registry is the address of an npm registry and that no proxy or sign-in page answers for it',
      facts: facts(subject, {}),
    },
  );
}

/** The status of an answer that may be another one in a moment. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 420 || status === 429;
}

/** An answer of such a status, as a cause for {@link unreachable}. */
export class PassingStatus extends Error {
  readonly status: number;
  /** Whether it is the proxy's own. */
  readonly byProxy: boolean;
  /** How long it asks to wait, in milliseconds; null where it does not. */
  readonly waitMs: number | null;
  constructor(status: number, { byProxy, waitMs }: Pick<PassingStatus, 'byProxy' | 'waitMs'>) {
    super(`status ${status}`);
    this.status = status;
    this.byProxy = byProxy;
    this.waitMs = waitMs;
  }
}

/** A document that ends too early for what it is, although its transfer did not break off. */
export class HalfDocument extends Error {}

/** What an attempt threw, under the names that users are told. */
export function asFailure(subject: Requested, error: unknown): BisectError {
  if (error instanceof BisectError) return error;
  return error instanceof HalfDocument ? nonsense(subject, error.message) : unreachable(subject, error);
}

/** Whether another attempt may go better than the one that threw `error`, which is told as `failed`. */
export const mayPass = (error: unknown, failed: BisectError): boolean =>
  failed.code === 'REGISTRY_UNREACHABLE' || error instanceof HalfDocument;

/** For a server from which nothing has come for too long. */
export function silence(): Error {
  return Object.assign(new Error('the server went silent'), { code: 'ETIMEDOUT' });
}

/** For sentences: `<host> <reason>`. */
function reasonOf(cause: unknown): string {
  if (cause instanceof PassingStatus) {
    const { status, waitMs } = cause;
    return waitMs
      ? `answered ${status}, and asks to wait ${Math.ceil(waitMs / 1000)} s`
      : `answered ${status}`;
  }
  if (isUntrusted(cause)) return 'has a certificate that is not trusted';
  if (isTimeout(cause)) return 'did not answer in time';
  const code = systemCode(cause);
  return REASONS[code ?? ''] ?? `could not be read${code === undefined ? '' : ` (${code})`}`;
}

/** Host and port, never credentials. */
export function hostOf({ url }: Pick<Requested, 'url'>): string {
  return new URL(url).host;
}

/** An elapsed AbortSignal ends as an AbortError. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name);
}

function isUntrusted(error: unknown): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(systemCode(error) ?? '');
}

function facts(subject: Requested, more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { wanted: subject.thing, registry: hostOf(subject), ...more };
}

/** A copy with the code, and the message without `user:password@` of the addresses in it. */
function withoutSecrets(error: Error): Error {
  const copy = new Error(error.message.replaceAll(/\/\/[^/\s@]*@/g, '//'));
  const code = systemCode(error);
  return code === undefined ? copy : Object.assign(copy, { code });
}
