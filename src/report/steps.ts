/** A journal as arrows between the client and the two servers. Values in, values out; texts are as the client wrote them. */
import type { JournalEntry, RequestEntry } from '../fixture/journal.js';
import type { OfferedTools, Party, Arrow } from './report.js';
import { spokenText } from './spoken.js';
import { counted } from './words.js';

/** Tells the tools of MCP servers from the client's own. */
export type IsServerTool = (name: string) => boolean;

/** As in evidence.ts: most clients mark the tools of their MCP servers so. */
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
  const sessions = sessionNumbers(journal);
  const end = endOfRun(journal, durationMs);
  return journal.slice(0, limit).map((entry): Arrow => {
    const { text, details, tone = 'plain' } = wordsFor(entry, { sessions, end, isServerTool });
    return {
      atMs: Math.round(entry.atMs),
      ...directionOf(entry),
      kind: entry.kind,
      text,
      detail: details.filter(Boolean).join('; '),
      // That an answer issues one is among its details.
      session: sessions.get(entry.session ?? '') ?? null,
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

/** `POST tools/list`, `GET /mcp`, `POST [ping, tools/list]`: the query of a path is noise, and may hold a secret. */
function requestText(entry: JournalEntry): string {
  const batch = entry.kind === 'request' && entry.batch ? `[${entry.batch.join(', ')}]` : undefined;
  return `${entry.method} ${entry.rpc ?? batch ?? entry.path.split('?')[0]}`;
}

/** Characters of a message on a stream. */
const MAX_MESSAGE = 200;

interface Context {
  readonly sessions: ReadonlyMap<string, number>;
  readonly end: number;
  readonly isServerTool: IsServerTool;
}

interface Words {
  readonly text: string;
  readonly details: readonly (string | false | undefined)[];
  readonly tone?: Arrow['tone'];
}

function sessionNumbers(journal: readonly JournalEntry[]): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const add = (id: string | undefined) => {
    if (id !== undefined && !numbers.has(id)) numbers.set(id, numbers.size + 1);
  };
  for (const entry of journal) {
    add(entry.session);
    if (entry.kind === 'answer') add(entry.issuedSession);
  }
  return numbers;
}

function directionOf(entry: JournalEntry): { readonly from: Party; readonly to: Party } {
  const server: Party = entry.fixture;
  const fromClient =
    entry.kind === 'request' ||
    entry.kind === 'aborted' ||
    (entry.kind === 'closed' && entry.by === 'client');
  return fromClient ? { from: 'client', to: server } : { from: server, to: 'client' };
}

function wordsFor(entry: JournalEntry, context: Context): Words {
  const { text, details, tone } = eventWords(entry, context);
  const process = entry.process === undefined ? undefined : `process ${entry.process}`;
  return { text, details: [...details, process], ...(tone && { tone }) };
}

function eventWords(entry: JournalEntry, context: Context): Words {
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

function requestDetails(entry: RequestEntry, { isServerTool }: Context): Words['details'] {
  const { tool, cursor, authorization, toolResults = [] } = entry;
  return [
    tool,
    cursor !== undefined && `page ${cursor}`,
    authorization === 'none' && 'no token',
    authorization === 'refused' && 'another token',
    offerText(entry.offeredTools, isServerTool),
    toolResults.length > 0 && counted(toolResults.length, 'tool result'),
  ];
}

/** Only the tools of MCP servers are named: the client's own are many, and the same in every arm. */
function offerText(tools: readonly string[] | undefined, isServerTool: IsServerTool): string | undefined {
  if (tools === undefined) return undefined;
  const named = tools.filter(isServerTool);
  return `${counted(tools.length, 'tool')}, ${named.length > 0 ? named.join(', ') : 'none of the gateway'}`;
}

function answerWords(
  entry: Extract<JournalEntry, { kind: 'answer' }>,
  request: string,
  { sessions }: Context,
): Words {
  const { status, rpcError, issuedSession, held, fault } = entry;
  return {
    text: statusText(entry),
    details: [
      `to ${request}`,
      rpcError !== undefined && `error ${rpcError}`,
      issuedSession !== undefined && `issues session ${sessions.get(issuedSession)}`,
      held && heldText(held),
      fault !== undefined && `the fixture failed: ${fault}`,
    ],
    tone: fault === undefined ? (status >= 400 ? 'refused' : 'plain') : 'broken',
  };
}

/** `404`; over stdio, where an answer has no status, whether there was one. */
export function statusText({ method, status }: Extract<JournalEntry, { kind: 'answer' }>): string {
  if (method !== 'STDIO') return String(status);
  return status === 202 ? 'no answer' : 'answer';
}

/** Of a hold that had nothing to wait for there is nothing to say. */
function heldText({ ms, outcome }: { readonly ms: number; readonly outcome: string }): string | undefined {
  const rounded = Math.round(ms);
  if (outcome === 'expired') return `held ${rounded} ms, in vain`;
  return rounded > 0 ? `held ${rounded} ms` : undefined;
}

function closedWords(
  entry: Extract<JournalEntry, { kind: 'closed' }>,
  request: string,
  { end }: Context,
): Words {
  // Whatever ended the run has ended the server with it.
  if (entry.unexplained && entry.seq > end) return { text: 'the server ended with the run', details: [] };
  if (entry.unexplained)
    return { text: 'the server’s process ended', details: ['nobody had told it to'], tone: 'broken' };
  if (entry.method === 'STDIO' && entry.rpc === undefined)
    return {
      text: entry.by === 'client' ? 'server ended by the client' : 'server closed its stdout',
      details: [],
    };
  return { text: `stream closed by the ${entry.by}`, details: [request] };
}
