/**
 * GitHub's REST API for the issues of one repository, on loopback: its answers, headers and refusals, with faults to order.
 * Whatever was asked and made can be read from the object that {@link startGithub} returns.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeIssue {
  readonly number: number;
  readonly title: string;
  body: string;
  readonly labels: readonly string[];
  state: 'open' | 'closed';
  stateReason: string | null;
  locked: boolean;
  deleted: boolean;
  /** The path of another repository that it was transferred to: `/repositories/2/issues/9`. */
  movedTo: string | null;
  readonly comments: string[];
}

/** `before` and `after`: was the request carried out? In all of `after` it was, and who asked does not hear of it. */
export type Fault =
  | 'reset before'
  | 'reset after'
  | 'stall before'
  | 'stall after'
  | '502 before'
  | '502 after'
  | 'cut after'
  | 'empty after'
  | 'web page after'
  /** Limits: the request was not carried out. */
  | { readonly limit: 'primary'; readonly resetInS: number }
  | { readonly limit: 'secondary'; readonly retryAfterS: number | null }
  | { readonly status: number; readonly message: string };

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  status: number;
}

export interface FakeGithub {
  readonly url: string;
  readonly issues: FakeIssue[];
  readonly requests: readonly FakeRequest[];
  /** Of the repository `acme/radar` and of the token `tok-github`; to be changed by tests. */
  readonly rules: Rules;
  /** For the next requests of this method (`*`: of any), one each; null: none. */
  fault(method: string, ...faults: readonly (Fault | null)[]): void;
  /** Takes back the faults that have not come to pass. */
  clear(): void;
  /** Adds an issue that others made. */
  add(issue?: Partial<FakeIssue>): FakeIssue;
  arrival(): Promise<unknown>;
  close(): Promise<void>;
}

interface Rules {
  tokens: readonly string[];
  /** What the token may do: labels of those who may only report are dropped without a word. */
  access: 'none' | 'read' | 'report' | 'write';
  hasIssues: boolean;
  /** Another name that it has now: requests under the old one are redirected there. */
  renamedTo: string | null;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const DOCS = 'https://docs.github.com/rest';
const LIMIT_DOCS = `${DOCS}/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits`;
const refuse = (status: number, message: string, more: object = {}): Answer => ({
  status,
  body: { message, ...more, documentation_url: `${DOCS}/issues/issues`, status: String(status) },
});
const invalid = (resource: string, field: string, message: string): Answer =>
  refuse(422, 'Validation Failed', { errors: [{ resource, code: 'custom', field, message }] });

export async function startGithub(): Promise<FakeGithub> {
  const issues: FakeIssue[] = [];
  const requests: FakeRequest[] = [];
  const faults = new Map<string, (Fault | null)[]>();
  const rules: Rules = { tokens: ['tok-github'], access: 'write', hasIssues: true, renamedTo: null };
  const faultFor = (method: string) => (faults.get(method)?.shift() ?? faults.get('*')?.shift()) || null;
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const entry = await read(request);
    requests.push(entry);
    const fault = faultFor(entry.method);
    const answer = refusalBy(fault) ?? answerTo(entry, issues, rules);
    entry.status = answer.status;
    send(response, answer, fault);
    server.emit('received');
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const add = (given: Partial<FakeIssue> = {}) => addIssue(issues, given);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    issues,
    requests,
    rules,
    fault: (method, ...more) => void faults.set(method, [...(faults.get(method) ?? []), ...more]),
    clear: () => faults.clear(),
    add,
    arrival: () => once(server, 'received'),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function addIssue(issues: FakeIssue[], given: Partial<FakeIssue>): FakeIssue {
  const issue: FakeIssue = {
    number: issues.length + 1,
    title: 'An issue',
    body: '',
    labels: [],
    state: 'open',
    stateReason: null,
    locked: false,
    deleted: false,
    movedTo: null,
    comments: [],
    ...given,
  };
  issues.push(issue);
  return issue;
}

async function read(request: IncomingMessage): Promise<FakeRequest> {
  const { method = '', headers } = request;
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://github.test');
  let text = '';
  request.setEncoding('utf8');
  for await (const piece of request) text += piece as string;
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { method, path: pathname, query: searchParams, headers, body, status: 0 };
}

/** The answer to a request that a fault keeps from being carried out. */
function refusalBy(fault: Fault | null): Answer | null {
  if (fault === null) return null;
  if (typeof fault === 'string') return fault.endsWith('before') ? refuse(502, 'Server Error') : null;
  if ('status' in fault) return refuse(fault.status, fault.message);
  return fault.limit === 'primary' ? primaryLimit(fault.resetInS) : secondaryLimit(fault.retryAfterS);
}

function primaryLimit(resetInS: number): Answer {
  const reset = String(Math.floor(Date.now() / 1000) + resetInS);
  return {
    ...refuse(403, 'API rate limit exceeded for user ID 1.'),
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-used': '5000', 'x-ratelimit-reset': reset },
  };
}

function secondaryLimit(retryAfterS: number | null): Answer {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';
  return {
    status: 403,
    body: { message, documentation_url: LIMIT_DOCS, status: '403' },
    headers: retryAfterS === null ? {} : { 'retry-after': String(retryAfterS) },
  };
}

function answerTo(request: FakeRequest, issues: FakeIssue[], rules: Rules): Answer {
  const { method, path, headers } = request;
  const token = /^(?:token|bearer) (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  if (!rules.tokens.includes(token)) return refuse(401, 'Bad credentials');
  const [, place = '', rest = ''] = /^\/(repos\/[^/]+\/[^/]+|repositories\/\d+)(.*)$/.exec(path) ?? [];
  if (rules.access === 'none') return refuse(404, 'Not Found');
  if (rules.renamedTo !== null && place.startsWith('repos/'))
    return moved(request, `${rules.renamedTo}${rest}`);
  if (place !== 'repos/acme/radar' && place !== 'repositories/1' && place !== 'repositories/2')
    return refuse(404, 'Not Found');
  if (rest === '') return { status: 200, body: { full_name: 'acme/radar', has_issues: rules.hasIssues } };
  if (!rules.hasIssues) return refuse(410, 'Issues are disabled for this repo');
  if (method !== 'GET' && rules.access === 'read')
    return refuse(403, 'Resource not accessible by personal access token');
  return answerAbout(request, rest, issues, rules);
}

function answerAbout(request: FakeRequest, rest: string, issues: FakeIssue[], rules: Rules): Answer {
  const { method } = request;
  if (rest === '/issues') return method === 'POST' ? create(request, issues, rules) : list(request, issues);
  const [, number, comments] = /^\/issues\/(\d+)(\/comments)?$/.exec(rest) ?? [];
  const issue = issues.find((one) => one.number === Number(number));
  if (!issue) return refuse(404, 'Not Found');
  if (issue.deleted) return refuse(410, 'This issue was deleted');
  if (issue.movedTo !== null && request.path.startsWith('/repos/'))
    return moved(request, `${issue.movedTo}${comments ?? ''}`);
  if (method === 'PATCH') return update(request, issue, rules);
  if (comments === undefined) return { status: 200, body: shown(issue) };
  return method === 'POST' ? comment(request, issue, rules) : page(request, issue.comments.map(shownComment));
}

function moved({ method, headers, query }: FakeRequest, path: string): Answer {
  const status = method === 'GET' ? 301 : 307;
  const location = `http://${headers.host ?? ''}${path}?${query.toString()}`;
  return { status, body: { message: 'Moved Permanently', url: location }, headers: { location } };
}

function create({ body }: FakeRequest, issues: FakeIssue[], { access }: Rules): Answer {
  const { title, body: text = '', labels = [] } = body as { title: string; body?: string; labels?: string[] };
  if (title.length > 256) return invalid('Issue', 'title', 'title is too long (maximum is 256 characters)');
  if (text.length > 65_536) return invalid('Issue', 'body', 'body is too long (maximum is 65536 characters)');
  if (labels.some((label) => label.length > 50))
    return invalid('Label', 'name', 'name is too long (maximum is 50 characters)');
  const issue = addIssue(issues, { title, body: text, labels: access === 'write' ? labels : [] });
  return { status: 201, body: shown(issue) };
}

function comment({ body }: FakeRequest, issue: FakeIssue, { access }: Rules): Answer {
  const text = String(body['body']);
  if (issue.locked && access !== 'write')
    return refuse(403, 'Unable to create comment because issue is locked.');
  if (text.length > 65_536)
    return invalid('IssueComment', 'body', 'Body is too long (maximum is 65536 characters)');
  issue.comments.push(text);
  return { status: 201, body: shownComment(text) };
}

function update({ body }: FakeRequest, issue: FakeIssue, { access }: Rules): Answer {
  if (access !== 'write') return refuse(403, 'Must have admin rights to Repository.');
  issue.state = body['state'] === 'closed' ? 'closed' : 'open';
  issue.stateReason = String(body['state_reason']);
  return { status: 200, body: shown(issue) };
}

/** Issues that were deleted or transferred are not listed. */
function list(request: FakeRequest, issues: readonly FakeIssue[]): Answer {
  const { query } = request;
  const wanted = issues.filter(
    ({ deleted, movedTo, state }) =>
      !deleted && movedTo === null && [state, 'all'].includes(query.get('state') ?? 'open'),
  );
  return page(request, (query.get('direction') === 'asc' ? wanted : wanted.toReversed()).map(shown));
}

function page({ query, headers, path }: FakeRequest, all: readonly unknown[]): Answer {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const at = Number(query.get('page') ?? 1);
  const last = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number, rel: string) => {
    const params = new URLSearchParams({ ...Object.fromEntries(query), page: String(to) });
    return `<http://${headers.host ?? ''}${path}?${params.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(at > 1 ? [link(at - 1, 'prev')] : []),
    ...(at < last ? [link(at + 1, 'next'), link(last, 'last')] : []),
    ...(at > 1 ? [link(1, 'first')] : []),
  ];
  const body = all.slice((at - 1) * size, at * size);
  return { status: 200, body, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

function shown({ number, title, body, labels, state, stateReason, locked, comments }: FakeIssue) {
  const named = labels.map((name) => ({ name }));
  return {
    number,
    title,
    body,
    labels: named,
    state,
    state_reason: stateReason,
    locked,
    comments: comments.length,
  };
}

function shownComment(body: string) {
  return { id: 1, body, user: { login: 'radar-bot' } };
}

function send(response: ServerResponse, answer: Answer, fault: Fault | null): void {
  if (fault === 'reset before' || fault === 'reset after') response.destroy();
  else if (fault === 'web page after')
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>');
  else if (fault !== 'stall before' && fault !== 'stall after') write(response, answer, fault);
}

function write(response: ServerResponse, answer: Answer, fault: Fault | null): void {
  const { status, body, headers } = fault === '502 after' ? refuse(502, 'Server Error') : answer;
  const text = Buffer.from(fault === 'empty after' ? '' : JSON.stringify(body));
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': text.length,
    'x-github-request-id': '0000:0000:000000:000000:00000000',
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': 'core',
    ...headers,
  });
  // The bytes have to have left before the connection may go.
  if (fault === 'cut after') response.write(text.subarray(0, text.length / 2), () => response.destroy());
  else response.end(text);
}
