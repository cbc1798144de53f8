import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/fixture/journal.js';
import { offeredTools, stepsOf } from '../../src/report/steps.js';
import { journalOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const said = (journal: readonly JournalEntry[]) =>
  stepsOf(journal).map(({ from, to, text, detail }) => [`${from} → ${to}`, text, detail].join(' | ').trim());

/** The journal with these fields in the entry at `index`. */
function changed(shorthand: string, index: number, fields: object): JournalEntry[] {
  return journalOf(shorthand).map((entry, at) => (at === index ? { ...entry, ...fields } : entry));
}

describe('the steps of a journal', () => {
  it('are arrows between client, gateway and model, in order', () => {
    expect(said(journalOf(`I L> GET:404 L! model(Bash)`))).toEqual([
      'client → gateway | POST initialize |',
      'gateway → client | 200 | to POST initialize',
      'client → gateway | POST tools/list |',
      'client → gateway | GET /mcp |',
      'gateway → client | 404 | to GET /mcp',
      'client → gateway | closed by the client | POST tools/list',
      'client → model | POST /v1/messages | 1 tool, none of the gateway',
      'model → client | 200 | to POST /v1/messages',
    ]);
  });

  it('say what was refused, and what ended before its time', () => {
    const tones = stepsOf(journalOf('GET:404 L> L! C')).map(({ tone }) => tone);
    expect(tones).toEqual(['plain', 'refused', 'plain', 'broken', 'plain', 'plain']);
  });

  it('do not blame the client for what was still open when the run ended', () => {
    const [, last] = stepsOf(journalOf('GET> GET!'));
    expect(last).toMatchObject({ kind: 'aborted', text: 'open at the end', tone: 'plain' });
    const [, closed] = stepsOf(journalOf('GET> GET!'), undefined, undefined, 5000);
    expect(closed).toMatchObject({ text: 'closed by the client', tone: 'broken' });
  });

  it('number sessions as they appear, issued or sent, and never show their ids', () => {
    const journal = [
      ...changed('I', 1, { issuedSession: 'secret-a' }),
      ...changed('L', 0, { session: 'secret-a' }),
      ...changed('I', 1, { session: 'secret-a', issuedSession: 'secret-b' }),
      ...changed('C', 0, { session: 'secret-b' }),
    ];
    const steps = stepsOf(journal);
    expect(steps.map(({ session }) => session)).toEqual([null, null, 1, null, null, 1, 2, null]);
    expect(steps[1]?.detail).toBe('to POST initialize; issues session 1');
    expect(steps[5]?.detail).toBe('to POST initialize; issues session 2');
    expect(JSON.stringify(steps)).not.toContain('secret');
  });

  it('number sessions by the whole journal, however few of its steps are wanted', () => {
    const journal = [...changed('L', 0, { session: 'a' }), ...changed('C', 0, { session: 'b' })];
    expect(stepsOf(journal, 3).map(({ session }) => session)).toEqual([1, null, 2]);
  });

  it('tell how long an answer was held, and whether that was in vain', () => {
    const held = (ms: number, outcome: string) =>
      stepsOf(changed('L', 1, { held: { ms, outcome } }))[1]?.detail;
    expect(held(41.4, 'released')).toBe('to POST tools/list; held 41 ms');
    expect(held(0.02, 'released')).toBe('to POST tools/list');
    expect(held(1500, 'expired')).toBe('to POST tools/list; held 1500 ms, in vain');
  });

  it('name the tools of the server that the model was offered, and count the rest', () => {
    const [asked] = stepsOf(journalOf(`model(Bash,Read,${TOOL})=text`));
    expect(asked?.detail).toBe(`3 tools, ${TOOL}; 1 tool result`);
  });

  it('leave out the query of a path, in which a key may be', () => {
    const [asked] = stepsOf(changed('model', 0, { path: '/v1/messages?key=abc' }));
    expect(asked?.text).toBe('POST /v1/messages');
  });

  it('tell what else a request said: its tool, its page, its token, its batch', () => {
    expect(stepsOf(journalOf('C'))[0]?.detail).toBe('lookup_ticket');
    expect(stepsOf(changed('L', 0, { cursor: '2' }))[0]?.detail).toBe('page 2');
    expect(stepsOf(changed('L', 0, { authorization: 'none' }))[0]?.detail).toBe('no token');
    expect(stepsOf(changed('L', 0, { authorization: 'refused' }))[0]?.detail).toBe('another token');
    const batch = { rpc: undefined, batch: ['ping', 'tools/list'] };
    expect(stepsOf(changed('L', 0, batch))[0]?.text).toBe('POST [ping, tools/list]');
  });

  it('tell of errors and of faults of the fixture', () => {
    expect(stepsOf(changed('D', 1, { rpcError: -32601 }))[1]?.detail).toBe(
      'to POST server/discover; error -32601',
    );
    expect(stepsOf(changed('L', 1, { fault: 'broke' }))[1]).toMatchObject({
      detail: 'to POST tools/list; the fixture failed: broke',
      tone: 'broken',
    });
  });

  it('show streams: what was sent on them, and who closed them', () => {
    const [, , closed] = stepsOf(journalOf('GET GET|'));
    expect(closed).toMatchObject({ from: 'gateway', kind: 'closed', text: 'stream closed by the server' });
    const message = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    const [sent] = stepsOf(changed('GET', 0, { kind: 'event', sent: 'ping', message }));
    expect(sent).toMatchObject({
      from: 'gateway',
      to: 'client',
      text: 'sent ping',
      detail: 'on GET /mcp; ping',
    });
  });

  it('have no status of HTTP over stdio', () => {
    const stdio = { method: 'STDIO' };
    expect(stepsOf(changed('L', 1, stdio))[1]?.text).toBe('answer');
    expect(stepsOf(changed('N:202', 1, stdio))[1]?.text).toBe('no answer');
  });

  it('show a stdio server: which process, and how it ended', () => {
    const [ended] = stepsOf(changed('STDIO> STDIO/', 1, { process: 2 }).slice(1));
    expect(ended).toMatchObject({ from: 'client', text: 'server ended by the client', detail: 'process 2' });
    const lost = (shorthand: string) => stepsOf(changed(shorthand, 1, { unexplained: true }))[1];
    expect(lost('STDIO> STDIO/ C')).toMatchObject({ tone: 'broken', detail: 'nobody had told it to' });
    expect(lost('STDIO> STDIO/')).toMatchObject({ tone: 'plain', text: 'the server ended with the run' });
  });
});

describe('the tools that the model was offered', () => {
  it('are those of each request that offered any, with the server’s own named', () => {
    const journal = journalOf(`model model(Bash,${TOOL}) C model(Bash)`);
    const isServerTool = (name: string) => name.startsWith('mcp__gateway__');
    expect(offeredTools(journal, isServerTool).map(({ names, fromServer }) => [names, fromServer])).toEqual([
      [['Bash', TOOL], [TOOL]],
      [['Bash'], []],
    ]);
  });
});
