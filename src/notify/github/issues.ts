/** What is asked of a repository's issues, and what is written there. All functions throw Missed, or the reason of the signal. */
import type { Message } from '../message.js';
import { Missed, withoutHalf, type PatientDelivery } from '../patience.js';
import type { Request } from './client.js';

const PAGE = 100;
/** The newest 300 are looked through: a message that is tried again is of last night. */
const PAGES = 3;

export interface Issue {
  readonly number: number;
  readonly open: boolean;
  readonly locked: boolean;
}

/** An issue or a comment, as far as it is read. */
interface Written {
  readonly number: number;
  readonly body?: string | null;
}

const pageOf = (page: number) => `per_page=${PAGE}&page=${page}`;

export type Issues = ReturnType<typeof issuesOf>;

/** @param repository `owner/name` */
export function issuesOf(repository: string, request: Request, patience: PatientDelivery) {
  const base = `/repos/${repository}`;
  /** What may be done twice is repeated here. Whether a POST was carried out has to be looked up first. */
  const get = <Data>(path: string) => patience.until(() => request<Data>('GET', base + path));

  /** The same answers (404, 410) stand for a deleted issue and for a repository without issues, or out of sight. */
  const assertTakesIssues = async () => {
    const { data } = await get<{ has_issues: boolean }>('');
    if (!data.has_issues) throw new Missed('refused', 410, 'issues are disabled');
  };

  const comments = async (number: number, page: number, message: Message) => {
    const { data, headers } = await get<readonly Written[]>(`/issues/${number}/comments?${pageOf(page)}`);
    const last = /[?&]page=(\d+)[^>]*>; rel="last"/.exec(headers.get('link') ?? '')?.[1];
    return { isThere: data.some(({ body }) => tells(body, message)), last: Number(last ?? page) };
  };

  return {
    /** Null if there is none of this number any more. */
    async issue(number: number): Promise<Issue | null> {
      try {
        const { data } = await get<{ state: string; locked: boolean }>(`/issues/${number}`);
        return { number, open: data.state === 'open', locked: data.locked };
      } catch (error) {
        if (!(error instanceof Missed) || (error.status !== 404 && error.status !== 410)) throw error;
        await assertTakesIssues();
        return null;
      }
    },
    /** The number of the issue that was made for `message`. GitHub's search would know it only later. */
    async find(message: Message): Promise<number | null> {
      for (let page = 1; page <= PAGES; page += 1) {
        const order = 'state=all&sort=created&direction=desc';
        const { data } = await get<readonly Written[]>(`/issues?${order}&${pageOf(page)}`);
        const found = data.find(({ body }) => tells(body, message));
        if (found) return found.number;
        if (data.length < PAGE) break;
      }
      return null;
    },
    /** Has `message` been told as a comment of this issue? GitHub lists the oldest first: the last pages are looked through. */
    async hasComment(number: number, message: Message): Promise<boolean> {
      const { isThere, last } = await comments(number, 1, message);
      if (isThere) return true;
      for (let page = last; page > Math.max(1, last - PAGES); page -= 1)
        if ((await comments(number, page, message)).isThere) return true;
      return false;
    },
    /** @returns the number of the new issue */
    async create(message: Message, labels: readonly string[]): Promise<number> {
      const issue = { title: titleOf(message), body: bodyOf(message), labels };
      const { data } = await request<{ number?: unknown }>('POST', `${base}/issues`, issue);
      if (typeof data.number !== 'number') throw new Missed('unclear', 0, 'the answer names no issue');
      return data.number;
    },
    async comment(number: number, message: Message): Promise<void> {
      await request('POST', `${base}/issues/${number}/comments`, { body: bodyOf(message) });
    },
    /** Done twice it is the same as once. */
    async close(number: number): Promise<void> {
      const closed = { state: 'closed', state_reason: 'completed' };
      await patience.until(() => request('PATCH', `${base}/issues/${number}`, closed));
    },
  };
}

/** GitHub's limits, in characters. It counts some outside the basic plane as one where we count two: we cut too early, never too late. */
const BODY_LIMIT = 65_536;
const TITLE_LIMIT = 256;
const CUT_NOTE = '\n\n*Cut short: GitHub takes no more.*';

/** Invisible on GitHub; a line of its own, so that a quotation of it (`> <!--`) is none. */
const markerOf = ({ id }: Message) => `<!-- mcp-bisect:${id} -->`;

/** The text of the message with its marker, as long as GitHub takes it. */
function bodyOf(message: Message): string {
  const end = `\n\n${markerOf(message)}\n`;
  if (message.text.length + end.length <= BODY_LIMIT) return message.text + end;
  const room = message.text.slice(0, BODY_LIMIT - end.length - CUT_NOTE.length);
  const lineEnd = room.lastIndexOf('\n');
  return (lineEnd > 0 ? room.slice(0, lineEnd) : withoutHalf(room)) + CUT_NOTE + end;
}

const titleOf = ({ title }: Message): string =>
  title.length > TITLE_LIMIT ? `${withoutHalf(title.slice(0, TITLE_LIMIT - 1))}…` : title;

/** Is this body one that told `message`? People may have edited it: the marker need not be its last line. */
function tells(body: string | null | undefined, message: Message): boolean {
  const marker = markerOf(message);
  return (body ?? '').split('\n').some((line) => line.trim() === marker);
}
