/** Journals in the field's shorthand, and observations around them, for tests of what is judged. */
import type { JournalEntry } from '../../src/fixture/journal.js';
import type { Observation } from '../../src/probe/observation.js';

const RPC: Record<string, string> = {
  D: 'server/discover',
  I: 'initialize',
  N: 'notifications/initialized',
  L: 'tools/list',
  C: 'tools/call',
};

/** Where requests go that are not for the gateway's endpoint. */
const PATHS: Record<string, string> = { META: '/.well-known/oauth-protected-resource', STDIO: 'stdio' };

/** What the tests' client is called in its requests. */
export const AGENT = 'claude-code/2.1.147 (sdk-cli)';

/**
 * A journal from shorthand, one word an event, in order.
 *
 * `I N L C D` and `GET` are whole exchanges; `L>` is the request alone, `L+` one whose answer the
 * plan keeps back, `L<` its answer, `L!` its abort by the client;
 * `L~` an answer whose hold has expired; `META:404` a GET of another path; `GET:404` gives a status; `C@2` is sent in the
 * second session; `C#2` goes to the second process of a stdio server; `GET|` is a stream that the server closed, `STDIO/` a
 * server that the client ended; `model` asks without tools, `model(a,b)` offers tools, `model(a)=text` carries a result,
 * `model(a)=text+text` two; `POST>` is a request whose body was lost.
 */
export function journalOf(shorthand: string, agent: string | null = AGENT): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const open = new Map<string, number>();
  let exchanges = 0;
  for (const word of shorthand.split(/\s+/).filter(Boolean)) {
    const parsed = /^(\w+)(?:\(([^)]*)\))?(?:=(\S+?))?(?:@(\d+))?(?:#(\d+))?(?::(\d+))?([>+<!~|/]?)$/.exec(
      word,
    );
    if (!parsed) throw new Error(`bad shorthand: ${word}`);
    const [, name = '', offered, result, session, process, status, mark = ''] = parsed;
    const begins = ['', '>', '+'].includes(mark);
    const key = `${name}#${process ?? ''}`;
    if (begins) open.set(key, (exchanges += 1));
    const base = {
      seq: entries.length,
      atMs: entries.length * 10,
      exchange: open.get(key) ?? 0,
      ...(name === 'model'
        ? { fixture: 'model' as const, method: 'POST', path: '/v1/messages' }
        : {
            fixture: 'gateway' as const,
            method: RPC[name] ? 'POST' : name.replace('META', 'GET'),
            path: PATHS[name] ?? '/mcp',
          }),
      ...(RPC[name] && { rpc: RPC[name] }),
      ...(session !== undefined && { session: `session-${session}` }),
      ...(process !== undefined && { process: Number(process) }),
    };
    if (begins)
      entries.push({
        ...base,
        kind: 'request',
        ...(mark === '+' && { keptBack: true as const }),
        ...(agent !== null && { userAgent: agent }),
        ...(name === 'C' && { tool: 'lookup_ticket' }),
        ...(name === 'model' && {
          offeredTools: offered?.split(',').filter(Boolean) ?? [],
          toolResults: result?.split('+').map((text) => text.replaceAll('_', ' ')) ?? [],
        }),
      });
    if (mark === '!') entries.push({ ...base, kind: 'aborted' });
    if (mark === '|' || mark === '/')
      entries.push({ ...base, kind: 'closed', by: mark === '|' ? 'server' : 'client' });
    if (mark === '' || mark === '<' || mark === '~')
      entries.push({
        ...base,
        seq: entries.length,
        kind: 'answer',
        status: Number(status ?? 200),
        ...(mark === '~' && { held: { ms: 1500, outcome: 'expired' as const } }),
      });
  }
  return entries;
}

const EMPTY = { text: '', bytes: 0, capped: false };

/** An observation that went well, but for what `changes` say. */
export function observationOf(arm: string, changes: Partial<Observation> = {}): Observation {
  return {
    schema: 1,
    client: 'claude-code',
    version: '2.1.147',
    scenario: 'get-stream-404',
    arm,
    mode: 'headless',
    isolation: 'bwrap',
    startedAt: '2026-11-22T00:00:00.000Z',
    durationMs: 500,
    command: ['claude'],
    exit: { kind: 'exited', code: 0 },
    stdout: EMPTY,
    stderr: EMPTY,
    debugLog: EMPTY,
    screen: null,
    journal: [],
    journalOmitted: 0,
    fault: null,
    ...changes,
  };
}
