/** What is asked of a repository's issues: single questions and deeds, each waiting for rate limits, each with its own failure. */
import type { Message } from '../message.js';
import type { Wait } from '../patience.js';
import { bodyOf, tells, titleOf } from './body.js';
import type { GithubAnswer, Request } from './client.js';
import { GithubFailure } from './failure.js';

const PAGE = 100;
/** The newest 300 are looked through: a message that is tried again is of last night. */
const PAGES = 3;

export interface Issue {
  readonly number: number;
  readonly open: boolean;
  readonly locked: boolean;
}

export interface Access {
  readonly request: Request;
  /** `owner/name`. */
  readonly repository: string;
  readonly pauseMs: number;
  /** How long all waiting for limits may take. */
  readonly limitMs: number;
  readonly wait: Wait;
  readonly signal: AbortSignal;
}

/** All methods throw GithubFailure, or the reason of the signal. */
export class Repository {
  readonly #access: Access;
  #waited = 0;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Null if there is none of this number any more. */
  async issue(number: number): Promise<Issue | null> {
    try {
      const { data } = await this.#ask<{ state: string; locked: boolean }>('GET', `/issues/${number}`);
      return { number, open: data.state === 'open', locked: data.locked };
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.#assertTakesIssues();
      return null;
    }
  }

  /** The same answers (404, 410) stand for a deleted issue and for a repository without issues, or out of sight. */
  async #assertTakesIssues(): Promise<void> {
    const { data } = await this.#ask<{ has_issues: boolean }>('GET', '');
    if (!data.has_issues) throw new GithubFailure('refused', 410, 'issues are disabled');
  }

  /** The number of the issue that was made for `message`. GitHub's search would know it only later. */
  async findIssue(message: Message): Promise<number | null> {
    for (let page = 1; page <= PAGES; page += 1) {
      const order = 'state=all&sort=created&direction=desc';
      const { data } = await this.#ask<readonly Written[]>('GET', `/issues?${order}&${pageOf(page)}`);
      const found = data.find(({ body }) => tells(body, message));
      if (found) return found.number;
      if (data.length < PAGE) break;
    }
    return null;
  }

  /** Has `message` been told as a comment of this issue? GitHub lists the oldest first: the last pages are looked through. */
  async hasComment(number: number, message: Message): Promise<boolean> {
    const first = await this.#comments(number, 1);
    if (first.bodies.some((body) => tells(body, message))) return true;
    for (let page = first.last; page > Math.max(1, first.last - PAGES); page -= 1) {
      const { bodies } = await this.#comments(number, page);
      if (bodies.some((body) => tells(body, message))) return true;
    }
    return false;
  }

  async #comments(number: number, page: number) {
    const path = `/issues/${number}/comments?${pageOf(page)}`;
    const { data, headers } = await this.#ask<readonly Written[]>('GET', path);
    const last = /[?&]page=(\d+)[^>]*>; rel="last"/.exec(headers.get('link') ?? '')?.[1];
    return { bodies: data.map(({ body }) => body), last: Number(last ?? page) };
  }

  /** @returns the number of the new issue */
  async create(message: Message, labels: readonly string[]): Promise<number> {
    const issue = { title: titleOf(message), body: bodyOf(message), labels };
    const { data } = await this.#ask<{ number?: unknown }>('POST', '/issues', issue);
    if (typeof data.number !== 'number') throw new GithubFailure('unclear', 0, 'the answer names no issue');
    return data.number;
  }

  async comment(number: number, message: Message): Promise<void> {
    await this.#ask('POST', `/issues/${number}/comments`, { body: bodyOf(message) });
  }

  /** Done twice it is the same as once. */
  async close(number: number): Promise<void> {
    await this.#ask('PATCH', `/issues/${number}`, { state: 'closed', state_reason: 'completed' });
  }

  /** What meets a limit was not done (GitHub says so): it is asked again, as soon as it may. */
  async #ask<Data>(
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: object,
  ): Promise<GithubAnswer<Data>> {
    const { request, repository, signal, wait } = this.#access;
    for (;;)
      try {
        return await request<Data>(method, `/repos/${repository}${path}`, body);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof GithubFailure)) throw error;
        await wait(this.#pauseFor(error), signal);
      }
  }

  /** @throws the failure, if it is no limit, or one for longer than is left for waiting */
  #pauseFor(failure: GithubFailure): number {
    const { pauseMs, limitMs } = this.#access;
    const pause = Math.max(failure.retryAt - Date.now(), pauseMs);
    if (failure.kind !== 'limited' || this.#waited + pause > limitMs) throw failure;
    this.#waited += pause;
    return pause;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof GithubFailure && (error.status === 404 || error.status === 410);
}

/** An issue or a comment, as far as it is read. */
interface Written {
  readonly number: number;
  readonly body?: string | null;
}

const pageOf = (page: number) => `per_page=${PAGE}&page=${page}`;
