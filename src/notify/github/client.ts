/** GitHub's REST API, for a tool that must neither print nor tell anything twice. */
import { oneLine } from '../not-delivered.js';
import { wait, within } from '../patience.js';
import { GithubFailure, refusalOf } from './failure.js';

export interface ClientSettings {
  readonly token: string;
  readonly apiUrl: string;
  readonly userAgent: string;
  readonly requestMs: number;
  readonly pauseMs: number;
  readonly attempts: number;
  readonly paced: boolean;
}

export interface GithubAnswer<Data> {
  readonly data: Data;
  readonly headers: Headers;
}

/**
 * Asks `path` for something, or writes it. A POST is made once: whether it was carried out has to be looked up before it may be
 * made again. What else gets no answer is asked again.
 * @throws GithubFailure; the reason of the signal
 */
export type Request = <Data>(
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body?: object,
) => Promise<GithubAnswer<Data>>;

const REDIRECTS = new Set([301, 302, 307, 308]);
const MAX_REDIRECTS = 3;

/** @param signal ends every request that is under way, and those that would follow */
export function connect(settings: ClientSettings, signal: AbortSignal): Request {
  return async <Data>(method: string, path: string, body?: object) => {
    const attempts = method === 'POST' ? 1 : settings.attempts;
    for (let failed = 1; ; failed += 1)
      try {
        if (settings.paced && method !== 'GET') await keepPace(method, signal);
        return (await askOnce(settings, signal, { method, path, body })) as GithubAnswer<Data>;
      } catch (error) {
        if (!(error instanceof GithubFailure) || error.kind !== 'unclear' || failed >= attempts) throw error;
        await wait(settings.pauseMs * failed ** 2, signal);
      }
  };
}

/** What GitHub asks of those that write: a second between writes, three after one of which people are notified. */
const PACE_MS: Readonly<Record<string, number>> = { PATCH: 1000, POST: 3000 };
/** When the next write may begin, in this process: the limit is the account's, whatever the repository. */
let nextWriteAt = 0;

async function keepPace(method: string, signal: AbortSignal): Promise<void> {
  await wait(Math.max(0, nextWriteAt - Date.now()), signal);
  nextWriteAt = Date.now() + (PACE_MS[method] ?? 0);
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

async function askOnce(
  { token, apiUrl, userAgent, requestMs }: ClientSettings,
  signal: AbortSignal,
  { method, path, body }: Asked,
): Promise<GithubAnswer<unknown>> {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'user-agent': userAgent,
    'x-github-api-version': '2022-11-28',
    ...(body && { 'content-type': 'application/json' }),
  };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  const url = apiUrl.replace(/\/+$/, '') + path;
  try {
    return await within(requestMs, signal, (limited) => answerOf(url, { ...init, signal: limited }, token));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GithubFailure) throw error;
    const { message, cause } = error as Error;
    throw new GithubFailure('unclear', 0, oneLine(cause instanceof Error ? cause.message : message, [token]));
  }
}

/** The body is read whole: one that was cut short, or is not JSON, is no answer, and never "nothing there". */
async function answerOf(url: string, init: RequestInit, token: string): Promise<GithubAnswer<unknown>> {
  const response = await fetchFollowing(url, init);
  const { ok, status, headers } = response;
  const data = documentIn(await response.text());
  if (!ok) throw refusalOf({ status, headers, data }, token);
  if (data === undefined) throw new Error('the answer is not one of GitHub');
  return { data, headers };
}

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
function documentIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
