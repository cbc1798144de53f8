/** The errors of this folder: each names the thing asked for, the registry's host and the way out. No secrets. */
import { BisectError, type ErrorCode, systemCode } from '../errors.js';

/** What was asked for and where, as messages name it. */
export interface Requested {
  /** For example `the versions of @scope/name` or `the tarball of name@1.0.0`. */
  readonly thing: string;
  readonly url: string;
  /** Host and port of the proxy on the way; null where there is none. */
  readonly proxy: string | null;
}

const UNTRUSTED = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)/;

/** What the network's errors come to, by name and code; the first that fits. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [UNTRUSTED, 'has a certificate that is not trusted'],
  // An elapsed AbortSignal ends as an AbortError.
  [/^AbortError|^TimeoutError|E(?:CONNECTION|IDLE)?TIMED?OUT/, 'did not answer in time'],
  [/ECONNREFUSED/, 'refused the connection'],
  [/ENOTFOUND/, 'has no address'],
  [/EAI_AGAIN/, 'could not be looked up'],
  [/EHOSTUNREACH|ENETUNREACH/, 'cannot be reached'],
  [/ECONNRESET|EPIPE/, 'broke off the connection'],
];

/** Failures of making a connection: where there is a proxy, it is the proxy that was not reached. */
const CONNECTING = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ECONNECTIONTIMEOUT/;

const HINTS = {
  network: 'check the network, the proxy in your npm settings, and --registry',
  proxy:
    'check `proxy`, `https-proxy` and `noproxy` of your npmrc, and the variables HTTPS_PROXY, HTTP_PROXY and NO_PROXY',
  certificate:
    'set `cafile` in your npmrc, or NODE_EXTRA_CA_CERTS, to the certificate of your proxy or registry',
  proxyCredentials: 'put the credentials of the proxy into `proxy` and `https-proxy` of your npmrc',
  credentials: 'put credentials for this registry into your npmrc (`npm login`, or `//host/:_authToken=…`)',
  nonsense:
    'check that --registry is the address of an npm registry and that no proxy or sign-in page answers for it',
  offline: 'run once without --offline',
};

function failure(
  code: ErrorCode,
  subject: Requested,
  message: string,
  hint: keyof typeof HINTS,
  facts: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): BisectError {
  return new BisectError(code, message, {
    hint: HINTS[hint],
    facts: { wanted: subject.thing, registry: hostOf(subject), ...facts },
    ...(cause instanceof Error && { cause: withoutSecrets(cause) }),
  });
}

/** The registry could not be talked to: `cause` is the network's error, or a status that says "not now". */
export function unreachable(subject: Requested, cause: unknown): BisectError {
  const what = `${cause instanceof Error ? cause.name : ''} ${systemCode(cause) ?? ''}`;
  const byProxy = cause instanceof PassingStatus ? cause.byProxy : CONNECTING.test(what);
  const who = whoOf(subject, byProxy);
  const reason = `${who} ${cause instanceof PassingStatus ? cause.message : reasonOf(what)}`;
  const hint = UNTRUSTED.test(what) ? 'certificate' : byProxy && subject.proxy !== null ? 'proxy' : 'network';
  const message = `${reason}: cannot get ${subject.thing}`;
  return failure('REGISTRY_UNREACHABLE', subject, message, hint, { reason }, cause);
}

function reasonOf(what: string): string {
  const [, reason] = REASONS.find(([pattern]) => pattern.test(what)) ?? [];
  const [, code] = what.split(' ');
  return reason ?? `could not be read${code ? ` (${code})` : ''}`;
}

/** Who answered or was to answer. What comes through a proxy may be its own: both are named. */
function whoOf(subject: Requested, isProxyItself = false): string {
  const { proxy } = subject;
  if (proxy === null) return hostOf(subject);
  return isProxyItself ? `the proxy ${proxy}` : `${hostOf(subject)} (through the proxy ${proxy})`;
}

/** `--offline`, and what is wanted is not here. */
export function offline(subject: Requested): BisectError {
  const message = `offline, and the cache does not have ${subject.thing}`;
  return failure('REGISTRY_UNREACHABLE', subject, message, 'offline', { reason: 'offline' });
}

/** The answer's status says no. Statuses that mean "not now" are {@link unreachable}, 404 is the caller's. */
export function refused(subject: Requested, status: number, byProxy: boolean): BisectError {
  const message = `${whoOf(subject, byProxy)} answered ${status} for ${subject.thing}`;
  const hint = status === 407 ? 'proxyCredentials' : byProxy ? 'proxy' : 'credentials';
  return failure('REGISTRY_REFUSED', subject, message, hint, { status });
}

/** An answer that is not what a registry answers. */
export function nonsense(subject: Requested, what: string): BisectError {
  const message = `${whoOf(subject)} answered ${what} for ${subject.thing}`;
  return failure('REGISTRY_NONSENSE', subject, message, 'nonsense');
}

/** The status of an answer that may be another one in a moment. */
export const isPassing = (status: number): boolean => status >= 500 || [408, 420, 429].includes(status);

/** An answer of such a status, as a cause for {@link unreachable}. */
export class PassingStatus extends Error {
  /** Whether it is the proxy's own. */
  readonly byProxy: boolean;
  /** How long it asks to wait, in milliseconds; null where it does not. */
  readonly waitMs: number | null;

  constructor(status: number, byProxy: boolean, waitMs: number | null) {
    super(`answered ${status}${waitMs ? `, and asks to wait ${Math.ceil(waitMs / 1000)} s` : ''}`);
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

/** For a server from which nothing has come for too long. */
export const silence = (): Error => Object.assign(new Error('the server went silent'), { code: 'ETIMEDOUT' });

/** Host and port, never credentials. */
export const hostOf = ({ url }: Pick<Requested, 'url'>): string => new URL(url).host;

/** A copy with the code, and the message without `user:password@` of the addresses in it. */
function withoutSecrets(error: Error): Error {
  const copy = new Error(error.message.replaceAll(/\/\/[^/\s@]*@/g, '//'));
  const code = systemCode(error);
  return code === undefined ? copy : Object.assign(copy, { code });
}
