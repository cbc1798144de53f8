/** A journal as arrows between the client and the two servers. Values in, values out; texts are as the client wrote them. */
import type { AnswerEntry, ClosedEntry, JournalEntry, RequestEntry } from '../fixture/journal.js';
import { cut } from './text.js';
import { counted } from './words.js';

export type Party = 'client' | 'gateway' | 'model';

/** One event of a journal, as an arrow between two parties. */
export interface Arrow {
  readonly atMs: number;
  readonly from: Party;
  readonly to: Party;
  readonly kind: JournalEntry['kind'];
  /** `POST tools/list`, `200`, `closed by the client`: with `detail` all there is to say. */
  readonly text: string;
  /** What it answers, what was offered, how long it was held: `to POST tools/list; held 41 ms`; may be empty. */
  readonly detail: string;
  /** Sessions numbered in the order in which they appear, from 1. */
  readonly session: number | null;
  /** `refused`: an answer with a status of 400 or more; `broken`: something ended before its time. */
  readonly tone: 'plain' | 'refused' | 'broken';
}

export interface OfferedTools {
  readonly atMs: number;
  readonly names: readonly string[];
  /** Those of the MCP server in question. */
  readonly fromServer: readonly string[];
}

/** Tells the tools of MCP servers from the client's own. */
export type IsServerTool = (name: string) => boolean;

/** Most clients mark the tools of their MCP servers so. */
const isMcpTool: IsServerTool = (name) => name.startsWith('mcp__');

/**
 * The events of a journal in order. Sessions are numbered in the order in which they appear in the whole of it, whether the
 * gateway issued them first or the client sent them.
 * @param limit how many steps at most; the rest is the caller's to count
 * @param durationMs of the run; 0 where it is not known
 */
export function stepsOf(
  journal: readonly JournalEntry[],
  limit = Number.POSITIVE_INFINITY,
  isServerTool: IsServerTool = isMcpTool,
  durationMs = 0,
): Arrow[] {
  const context = { sessions: sessionNumbers(journal), end: endOfRun(journal, durationMs), isServerTool };
  return journal.slice(0, limit).map((entry): Arrow => {
    const { text, details = [], tone = 'plain' } = wordsFor(entry, context);
    const process = entry.process === undefined ? undefined : `process ${entry.process}`;
    return {
      atMs: Math.round(entry.atMs),
      ...directionOf(entry),
      kind: entry.kind,
      text,
      detail: [...details, process].filter(Boolean).join('; '),
      // That an answer issues one is among its details.
      session: context.sessions.get(entry.session ?? '') ?? null,
      tone,
    };
  });
}

/** The tools that each request offered to the model, request by request. Requests without tools are side calls. */
export function offeredTools(journal: readonly JournalEntry[], isServerTool: IsServerTool): OfferedTools[] {
  return journal
    .filter((entry) => entry.kind === 'request')
    .flatMap(({ atMs, offeredTools: names }) =>
      names?.length ? [{ atMs: Math.round(atMs), names, fromServer: names.filter(isServerTool) }] : [],
    );
}

/** How long before its end a run may have begun to end, in milliseconds. */
const ENDING_MS = 1000;

/**
 * The number of the last entry in which client and servers still had to do with each other: one that closes nothing, or is long
 * before the end. What is closed after it was closed because the run came to its end, whoever ended it.
 */
export function endOfRun(journal: readonly JournalEntry[], durationMs: number): number {
  const isBefore = ({ kind, atMs }: JournalEntry) =>
    (kind !== 'aborted' && kind !== 'closed') || atMs < durationMs - ENDING_MS;
  return journal.findLast(isBefore)?.seq ?? -1;
}

/** `404`; over stdio, where an answer has no status, whether there was one. */
export function statusText({ method, status }: AnswerEntry): string {
  if (method !== 'STDIO') return String(status);
  return status === 202 ? 'no answer' : 'answer';
}

/**
 * A message of a server as a reader needs it: `{"tools":[…],"nextCursor":"2"}`, `notifications/progress {"progressToken":1,…}`:
 * the result or the error, or the method with its parameters. What is no message of JSON-RPC, or was cut when it was recorded,
 * is as it is.
 * @param max characters; what is cut is counted
 */
export function spokenText(message: string, max: number): string {
  return cut(partThatSays(message), max);
}

function partThatSays(message: string): string {
  try {
    const { method, params, result, error } = Object(JSON.parse(message));
    const said: unknown = method === undefined ? (result ?? error) : params;
    const words = [method, said === undefined ? undefined : JSON.stringify(said)];
    return words.filter((word) => typeof word === 'string').join(' ') || message;
  } catch {
    return message;
  }
}

function sessionNumbers(journal: readonly JournalEntry[]): ReadonlyMap<string, number> {
  const ids = journal.flatMap((entry) => [entry.session, entry.kind === 'answer' && entry.issuedSession]);
  const known = new Set(ids.filter((id) => typeof id === 'string'));
  return new Map([...known].map((id, index) => [id, index + 1]));
}

function directionOf(entry: JournalEntry): { readonly from: Party; readonly to: Party } {
  const fromClient =
    entry.kind === 'request' ||
    entry.kind === 'aborted' ||
    (entry.kind === 'closed' && entry.by === 'client');
  return fromClient ? { from: 'client', to: entry.fixture } : { from: entry.fixture, to: 'client' };
}

interface Context {
  readonly sessions: ReadonlyMap<string, number>;
  readonly end: number;
  readonly isServerTool: IsServerTool;
}

interface Words {
  readonly text: string;
  readonly details?: readonly (string | false | undefined)[] | undefined;
  readonly tone?: Arrow['tone'];
}

/** Characters of a message on a stream. */
const MAX_MESSAGE = 200;

function wordsFor(entry: JournalEntry, context: Context): Words {
  const request = requestText(entry);
  switch (entry.kind) {
    case 'request':
      return { text: request, details: requestDetails(entry, context) };
    case 'answer':
      return answerWords(entry, request, context);
    case 'aborted':
      return entry.seq > context.end
        ? { text: 'open at the end', details: [request] }
        : { text: 'closed by the client', details: [request], tone: 'broken' };
    case 'event':
      return {
        text: `sent ${entry.sent}`,
        details: [`on ${request}`, entry.message && spokenText(entry.message, MAX_MESSAGE)],
      };
    case 'closed':
      return closedWords(entry, request, context);
  }
}

/** `POST tools/list`, `GET /mcp`, `POST [ping, tools/list]`: the query of a path is noise, and may hold a secret. */
function requestText(entry: JournalEntry): string {
  const batch = entry.kind === 'request' && entry.batch ? `[${entry.batch.join(', ')}]` : undefined;
  return `${entry.method} ${entry.rpc ?? batch ?? entry.path.split('?')[0]}`;
}

/** Only the tools of MCP servers are named: the client's own are many, and the same in every arm. */
function requestDetails(entry: RequestEntry, { isServerTool }: Context): Words['details'] {
  const { tool, cursor, authorization, offeredTools: tools, toolResults = [] } = entry;
  const named = tools?.filter(isServerTool).join(', ') || 'none of the gateway';
  return [
    tool,
    cursor !== undefined && `page ${cursor}`,
    authorization === 'none' && 'no token',
    authorization === 'refused' && 'another token',
    tools && `${counted(tools.length, 'tool')}, ${named}`,
    toolResults.length > 0 && counted(toolResults.length, 'tool result'),
  ];
}

function answerWords(entry: AnswerEntry, request: string, { sessions }: Context): Words {
  const { status, rpcError, issuedSession, held, fault } = entry;
  // Of a hold that had nothing to wait for there is nothing to say.
  const isHeld = held && (held.outcome === 'expired' || Math.round(held.ms) > 0);
  return {
    text: statusText(entry),
    details: [
      `to ${request}`,
      rpcError !== undefined && `error ${rpcError}`,
      issuedSession !== undefined && `issues session ${sessions.get(issuedSession)}`,
      isHeld && `held ${Math.round(held.ms)} ms${held.outcome === 'expired' ? ', in vain' : ''}`,
      fault !== undefined && `the fixture failed: ${fault}`,
    ],
    tone: fault !== undefined ? 'broken' : status >= 400 ? 'refused' : 'plain',
  };
}

function closedWords(
  { by, method, rpc, seq, unexplained }: ClosedEntry,
  request: string,
  { end }: Context,
): Words {
  // Whatever ended the run has ended the server with it.
  if (unexplained && seq > end) return { text: 'the server ended with the run' };
  if (unexplained)
    return { text: 'the server’s process ended', details: ['nobody had told it to'], tone: 'broken' };
  if (method === 'STDIO' && rpc === undefined)
    return { text: by === 'client' ? 'server ended by the client' : 'server closed its stdout' };
  return { text: `stream closed by the ${by}`, details: [request] };
}
