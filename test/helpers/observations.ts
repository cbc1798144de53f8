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

/** What the tests' client is called in its requests. */
export const AGENT = 'claude-code/2.1.147 (sdk-cli)';

/**
 * A journal from shorthand, one word an event, in order.
 *
 * `I N L C D` and `GET` are whole exchanges; `L>` is the request alone, `L<` its answer, `L!` its abort by the client;
 * `L~` an answer whose hold has expired; `META:404` a GET of another path; `GET:404` gives a status; `model` asks without tools, `model(a,b)` offers tools, `model(a)=text` carries a result.
 */
export function journalOf(shorthand: string, agent: string | null = AGENT): JournalEntry[] {
  const entries: JournalEntry[] = [];
  const open = new Map<string, number>();
  let exchanges = 0;
  for (const word of shorthand.split(/\s+/).filter(Boolean)) {
    const parsed = /^(\w+)(?:\(([^)]*)\))?(?:=(\S+?))?(?::(\d+))?([><!~]?)$/.exec(word);
    if (!parsed) throw new Error(`bad shorthand: ${word}`);
    const [, name = '', offered, result, status, mark = ''] = parsed;
    const begins = mark === '' || mark === '>';
    if (begins) open.set(name, (exchanges += 1));
    const base = {
      seq: entries.length,
      atMs: entries.length * 10,
      exchange: open.get(name) ?? 0,
      ...(name === 'model'
        ? { fixture: 'model' as const, method: 'POST', path: '/v1/messages' }
        : {
            fixture: 'gateway' as const,
            method: RPC[name] ? 'POST' : name.replace('META', 'GET'),
            path: name === 'META' ? '/.well-known/oauth-protected-resource' : '/mcp',
          }),
      ...(RPC[name] && { rpc: RPC[name] }),
    };
    if (begins)
      entries.push({
        ...base,
        kind: 'request',
        ...(agent !== null && { userAgent: agent }),
        ...(name === 'C' && { tool: 'lookup_ticket' }),
        ...(name === 'model' && {
          offeredTools: offered?.split(',').filter(Boolean) ?? [],
          toolResults: result === undefined ? [] : [result.replaceAll('_', ' ')],
        }),
      });
    if (mark === '!') entries.push({ ...base, kind: 'aborted' });
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
    journal: [],
    journalOmitted: 0,
    fault: null,
    ...changes,
  };
}
