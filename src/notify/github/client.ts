/** GitHub's own client, made for a tool that must neither print nor tell anything twice. */
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { within } from '../patience.js';

export interface ClientSettings {
  readonly token: string;
  readonly apiUrl: string;
  readonly userAgent: string;
  readonly requestMs: number;
  readonly pauseMs: number;
  readonly attempts: number;
  readonly paced: boolean;
}

/** For requests that write something: whether it was written has to be looked up before they may be made again. */
export const NEVER_AGAIN = { retries: 0 };

const Client = Octokit.plugin(retry, throttling);
const silence = () => undefined;
const SILENT = { debug: silence, info: silence, warn: silence, error: silence };
/** Refusals, and limits: those are waited for by `repository.ts`, which can be interrupted and has a bound. */
const FINAL = [400, 401, 403, 404, 410, 422, 429, 451];
const REDIRECTS = new Set([301, 302, 307, 308]);
const MAX_REDIRECTS = 3;

/** @param signal ends every request that is under way, and those that would follow */
export function connect(settings: ClientSettings, signal: AbortSignal): Octokit {
  const { token, apiUrl, userAgent, requestMs, pauseMs, attempts, paced } = settings;
  return new Client({
    auth: token,
    baseUrl: apiUrl.replace(/\/+$/, ''),
    userAgent,
    log: SILENT,
    request: {
      log: SILENT,
      fetch: (url: string, init: RequestInit) =>
        within(requestMs, signal, (limited) => fetchWhole(url, { ...init, signal: limited })),
    },
    retry: { doNotRetry: FINAL, retries: attempts - 1, retryAfterBaseValue: pauseMs },
    // Only for its pace, which GitHub asks of those that write: a second between writes, three where people are notified.
    throttle: { enabled: paced, id: 'mcp-bisect', onRateLimit: silence, onSecondaryRateLimit: silence },
  });
}

/**
 * Octokit takes an answer that was cut short for an empty one, and an empty list for "not told yet". So bodies are read
 * here: what is not whole, or not JSON, is no answer.
 */
async function fetchWhole(url: string, init: RequestInit): Promise<Response> {
  const response = await fetchFollowing(url, init);
  const text = await response.text();
  if (response.ok && !isDocument(text)) throw new Error('the answer is not one of GitHub');
  const { status, headers } = response;
  return new Response(text, { status, headers });
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

function isDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
