/** GitHub's REST API, for a tool that must neither print nor tell anything twice. */
import { Missed, oneLine, retryAfterIn, type PatientDelivery } from '../patience.js';

export interface ClientSettings {
  readonly token: string;
  readonly apiUrl: string;
  readonly userAgent: string;
  /** Keep the pace that GitHub asks for: a second between writes, three where people are notified. */
  readonly paced: boolean;
}

interface GithubAnswer<Data> {
  readonly data: Data;
  readonly headers: Headers;
}

/** Asks `path` for something, or writes it, once. @throws Missed; the reason of the signal */
export type Request = <Data>(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: object,
) => Promise<GithubAnswer<Data>>;

export function connect(
  { token, apiUrl, userAgent, paced }: ClientSettings,
  patience: PatientDelivery,
): Request {
  return async <Data>(method: string, path: string, body?: object) => {
    const headers = {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': userAgent,
      'x-github-api-version': '2022-11-28',
      ...(body && { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const url = apiUrl.replace(/\/+$/, '') + path;
    if (paced && method !== 'GET') await keepPace(method, patience);
    const answer = await patience.ask((signal) => answerOf(url, { ...init, signal }, token));
    return answer as GithubAnswer<Data>;
  };
}

/** What GitHub asks of those that write: a second between writes, three after one of which people are notified. */
const PACE_MS: Readonly<Record<string, number>> = { PATCH: 1000, POST: 3000 };
/** When the next write may begin, in this process: the limit is the account's, whatever the repository. */
let nextWriteAt = 0;

async function keepPace(method: string, patience: PatientDelivery): Promise<void> {
  const pause = nextWriteAt - Date.now();
  if (pause > 0) await patience.wait(pause, patience.signal);
  nextWriteAt = Date.now() + (PACE_MS[method] ?? 0);
}

/** The body is read whole: one that was cut short, or is not JSON, is no answer, and never "nothing there". */
async function answerOf(url: string, init: RequestInit, token: string): Promise<GithubAnswer<unknown>> {
  const response = await fetchFollowing(url, init);
  const { ok, headers } = response;
  const data = documentIn(await response.text());
  if (!ok) throw refusalOf(response, data ?? {}, token);
  if (data === undefined) throw new Error('the answer is not one of GitHub');
  return { data, headers };
}

const REDIRECTS = new Set([301, 302, 307, 308]);
const MAX_REDIRECTS = 3;

/**
 * Follows to where a repository or an issue was moved. fetch would make a GET of a POST, and then answer with the list of
 * issues in place of the new one. Never to another host: the token is for this one.
 */
async function fetchFollowing(url: string, init: RequestInit, left = MAX_REDIRECTS): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  if (!REDIRECTS.has(response.status)) return response;
  await response.body?.cancel();
  const target = new URL(response.headers.get('location') ?? '', url);
  if (left === 0 || target.origin !== new URL(url).origin)
    throw new Error(`redirected ${left === 0 ? 'too often' : `to another host, ${target.origin}`}`);
  return fetchFollowing(target.href, init, left - 1);
}

/** Undefined unless it is an object or a list. */
function documentIn(text: string): Said | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What GitHub says of a refusal. */
interface Said {
  readonly message?: unknown;
  readonly errors?: unknown;
  readonly documentation_url?: unknown;
}

/** GitHub's own words: `Validation Failed: [{"resource":"Label",…}]`. A server may repeat what it was sent. */
function refusalOf({ status, headers }: Response, said: Said, token: string): Missed {
  const { message = `HTTP ${status}`, errors } = said;
  const details = errors === undefined ? '' : `: ${JSON.stringify(errors)}`;
  const text = oneLine(`${String(message)}${details}`.replaceAll(token, '***'));
  const pause = limitOf(status, headers, said);
  if (pause !== undefined) return new Missed('limited', status, text, pause);
  const isRefusal = status >= 400 && status < 500 && status !== 408;
  return new Missed(isRefusal ? 'refused' : 'unclear', status, text);
}

/** GitHub asks for a minute where a secondary limit names no time (its *Best practices for using the REST API*). */
const UNNAMED_LIMIT_MS = 60_000;

/** After how many milliseconds a request that met a limit may be made again; undefined if it met none. */
function limitOf(status: number, headers: Headers, { documentation_url: page }: Said): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = retryAfterIn(headers);
  if (after !== undefined) return after;
  const reset = Number(headers.get('x-ratelimit-reset'));
  // A second more: its clock and ours need not agree.
  if (headers.get('x-ratelimit-remaining') === '0' && reset > 0) return (reset + 1) * 1000 - Date.now();
  // A secondary limit may come without any header; the page that it refers to names it.
  const isNamed = typeof page === 'string' && page.includes('rate-limits');
  return status === 429 || isNamed ? UNNAMED_LIMIT_MS : undefined;
}
