/** What is asked of a repository's issues: single questions and deeds, each waiting for rate limits, each with its own failure. */
import type { Octokit } from '@octokit/rest';
import type { Message } from '../message.js';
import type { Wait } from '../patience.js';
import { bodyOf, tells, titleOf } from './body.js';
import { NEVER_AGAIN } from './client.js';
import { failureOf, GithubFailure } from './failure.js';

const PAGE = 100;
/** The newest 300 are looked through: a message that is tried again is of last night. */
const PAGES = 3;

export interface Issue {
  readonly number: number;
  readonly open: boolean;
  readonly locked: boolean;
}

export interface Access {
  readonly octokit: Octokit;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  readonly pauseMs: number;
  /** How long all waiting for limits may take. */
  readonly limitMs: number;
  readonly wait: Wait;
  readonly signal: AbortSignal;
}

/** All methods throw GithubFailure, or the reason of the signal. */
export class Repository {
  readonly #access: Access;
  readonly #place: { readonly owner: string; readonly repo: string };
  #waited = 0;

  constructor(access: Access) {
    const [owner = '', repo = ''] = access.repository.split('/');
    this.#access = access;
    this.#place = { owner, repo };
  }

  /** Null if there is none of this number any more. */
  async issue(number: number): Promise<Issue | null> {
    try {
      const { data } = await this.#ask(({ issues }) => issues.get({ ...this.#place, issue_number: number }));
      return { number, open: data.state === 'open', locked: data.locked };
    } catch (error) {
      if (!isGone(error)) throw error;
      await this.#assertTakesIssues();
      return null;
    }
  }

  /** The same answers (404, 410) stand for a deleted issue and for a repository without issues, or out of sight. */
  async #assertTakesIssues(): Promise<void> {
    const { data } = await this.#ask(({ repos }) => repos.get(this.#place));
    if (!data.has_issues) throw new GithubFailure('refused', 410, 'issues are disabled');
  }

  /** The number of the issue that was made for `message`. GitHub's search would know it only later. */
  async findIssue(message: Message): Promise<number | null> {
    for (let page = 1; page <= PAGES; page += 1) {
      const { data } = await this.#ask(({ issues }) =>
        issues.listForRepo({
          ...this.#place,
          state: 'all',
          sort: 'created',
          direction: 'desc',
          per_page: PAGE,
          page,
        }),
      );
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
    const { data, headers } = await this.#ask(({ issues }) =>
      issues.listComments({ ...this.#place, issue_number: number, per_page: PAGE, page }),
    );
    const last = /[?&]page=(\d+)[^>]*>; rel="last"/.exec(headers.link ?? '')?.[1];
    return { bodies: data.map(({ body }) => body), last: Number(last ?? page) };
  }

  /** @returns the number of the new issue */
  async create(message: Message, labels: readonly string[]): Promise<number> {
    const issue = { title: titleOf(message), body: bodyOf(message), labels: [...labels] };
    const { data } = await this.#ask(({ issues }) =>
      issues.create({ ...this.#place, ...issue, request: NEVER_AGAIN }),
    );
    if (typeof data.number !== 'number') throw new GithubFailure('unclear', 0, 'the answer names no issue');
    return data.number;
  }

  async comment(number: number, message: Message): Promise<void> {
    const comment = { issue_number: number, body: bodyOf(message) };
    await this.#ask(({ issues }) =>
      issues.createComment({ ...this.#place, ...comment, request: NEVER_AGAIN }),
    );
  }

  /** Done twice it is the same as once. */
  async close(number: number): Promise<void> {
    const change = { issue_number: number, state: 'closed', state_reason: 'completed' } as const;
    await this.#ask(({ issues }) => issues.update({ ...this.#place, ...change }));
  }

  /** What meets a limit was not done (GitHub says so): it is asked again, as soon as it may. */
  async #ask<T>(request: (rest: Octokit['rest']) => Promise<T>): Promise<T> {
    const { octokit, token, signal, wait } = this.#access;
    for (;;)
      try {
        return await request(octokit.rest);
      } catch (error) {
        signal.throwIfAborted();
        await wait(this.#pauseFor(failureOf(error, token)), signal);
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
