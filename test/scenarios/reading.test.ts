import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/fixture/journal.js';
import { defineScenario } from '../../src/custom/define.js';
import { read } from '../../src/scenarios/reading.js';
import { fail, pass, unclear, type Arm } from '../../src/scenarios/scenario.js';
import { journalOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';

const { arms } = defineScenario({
  id: 'reading',
  title: 'any',
  gateway: { tools: [{ name: 'lookup_ticket', result: 'TICKET-4711 is open' }] },
  arms: [
    { id: 'control', control: true },
    { id: 'stateless', gateway: { protocolVersion: '2026-07-28' } },
    {
      id: 'twice',
      model: { turns: [{ call: 'lookup_ticket' }, { call: 'lookup_ticket' }, { say: 'Twice.' }] },
    },
  ],
  judge: () => unclear('not looked at'),
});

const recordOf = (journal: readonly JournalEntry[], arm = 0) => ({
  arm: arms[arm] as Arm,
  journal,
  modelToolName: TOOL,
  mode: 'headless' as const,
});
const reading = (shorthand: string, arm = 0) => read(recordOf(journalOf(shorthand), arm));

const WELL = `I N L model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;

describe('a reading', () => {
  it('gives requests, answers and aborts by what they were for', () => {
    const seen = reading('I N GET:404 L> L! model');
    expect(seen.requests({ fixture: 'gateway' })).toHaveLength(4);
    expect(seen.requests({ fixture: 'gateway', method: 'GET' })).toHaveLength(1);
    expect(seen.requests({ path: '/mcp', rpc: 'tools/list' })).toHaveLength(1);
    expect(seen.answers({ status: 404 }).map(({ method }) => method)).toEqual(['GET']);
    expect(seen.aborts({ rpc: 'tools/list' })).toHaveLength(1);
    expect(seen.aborts({ rpc: 'initialize' })).toEqual([]);
  });

  it('leaves a query of the path aside, and does not take a path for another', () => {
    const [entry] = journalOf('GET>') as [JournalEntry];
    const seen = read(recordOf([{ ...entry, path: '/mcp?x=1' }]));
    expect(seen.requests({ path: '/mcp' })).toHaveLength(1);
    expect(seen.requests({ path: '/mc' })).toEqual([]);
  });

  it('counts a batch for each method in it, and its answer too', () => {
    const [request, answer] = journalOf('META') as [JournalEntry, JournalEntry];
    const batch = ['initialize', 'tools/list'];
    const seen = read(recordOf([{ ...request, batch } as JournalEntry, answer]));
    expect(seen.requests({ rpc: 'tools/list' })).toHaveLength(1);
    expect(seen.answers({ rpc: 'tools/list' })).toHaveLength(1);
    expect(seen.initializes).toHaveLength(1);
  });

  it('can be had of what came after an event, and is empty if that never came', () => {
    const seen = reading('I N GET:404 I L');
    expect(seen.after(seen.streamRefusal).initializes).toHaveLength(1);
    expect(seen.after(undefined).entries).toEqual([]);
  });

  it('finds the answer to a request wherever it is', () => {
    const seen = reading('L> GET:404 L<');
    const [list] = seen.requests({ rpc: 'tools/list' });
    expect(list && seen.answerTo(list)?.status).toBe(200);
    const [open] = reading('L>').requests();
    expect(open && reading('L>').answerTo(open)).toBeUndefined();
  });

  it('looks up the answers to many questions without going through all of them for each', () => {
    let looks = 0;
    const count = (entry: JournalEntry) =>
      Object.defineProperty({ ...entry }, 'exchange', { get: () => ((looks += 1), entry.exchange) });
    const journal = journalOf(`model(Bash,${TOOL}) `.repeat(500)).map(count);
    expect(read(recordOf(journal)).scriptEnded).toBe(false);
    expect(looks).toBeLessThan(10 * journal.length);
  });

  it('knows the sessions that were issued', () => {
    const [request, answer] = journalOf('I') as [JournalEntry, JournalEntry];
    const seen = read(recordOf([request, { ...answer, issuedSession: 'a' } as JournalEntry]));
    expect(seen.sessions).toEqual(['a']);
  });

  it.each([
    ['never asked', 'I N'],
    ['pending', 'I N L>'],
    ['answered', 'I N L'],
    ['aborted', 'I N L> L! L'],
  ])('knows that tools/list was %s', (fate, shorthand) => {
    expect(reading(shorthand).toolsList).toBe(fate);
  });

  it('does not take a refusal of another path for one of the stream', () => {
    expect(reading('META:404').streamRefusal).toBeUndefined();
    expect(reading('META:404').streamRequests).toEqual([]);
    expect(reading('META:404 GET:405').streamRefusal?.status).toBe(405);
    expect(reading('GET:200').streamRefusal).toBeUndefined();
  });

  it('tells questions to the model from side calls without tools', () => {
    const seen = reading(`model model(Bash) model(Bash,${TOOL})`);
    expect(seen.questions).toHaveLength(2);
    expect(seen.offers).toHaveLength(1);
    expect(seen.questionsWithoutTool).toHaveLength(1);
  });

  it('counts calls, and those that were answered with 200', () => {
    const seen = reading('C:404 C C>');
    expect(seen.calls()).toHaveLength(3);
    expect(seen.calls('lookup_ticket')).toHaveLength(3);
    expect(seen.calls('other')).toEqual([]);
    expect(seen.callsAnswered()).toHaveLength(1);
  });

  it('knows a long result by its beginning, as the journal keeps no more', () => {
    const text = 'x'.repeat(5000);
    const [entry] = journalOf('model(a)=x') as [JournalEntry];
    const seen = read(recordOf([{ ...entry, toolResults: [text.slice(0, 2000)] } as JournalEntry]));
    expect(seen.resultReturned(text)).toBeDefined();
    expect(seen.resultReturned(`y${text}`)).toBeUndefined();
  });

  it.each([
    [false, `I N L model(Bash,${TOOL})`, 0],
    [false, `I N L model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`.replace(/=\S+$/, ''), 0],
    [true, WELL, 0],
    [true, 'I N L> L! model(Bash)', 0],
    [false, 'I N model', 0],
    [false, WELL, 2],
  ])('says whether the script has ended: %s for %s', (ended, shorthand, arm) => {
    expect(reading(shorthand, arm).scriptEnded).toBe(ended);
  });

  it('knows that a hold has expired', () => {
    expect(reading('L> L~').disordered).toBe(true);
    expect(reading('L> L<').disordered).toBe(false);
  });
});

describe('what is missing', () => {
  it.each([
    ['the gateway was never initialized', ''],
    ['tools/list was never asked for', 'I N'],
    ['the model was never asked (tools/list pending)', 'I N L>'],
    ['the model was not offered the tool (tools/list aborted)', 'I N L> L! model(Bash)'],
    ['the tool lookup_ticket was never called', `I N L model(${TOOL})`],
    ['no call of lookup_ticket was answered', `I N L model(${TOOL}) C:404`],
    ['the order of the answers could not be held', `I N L> L~ model(${TOOL}) C model(${TOOL})=${RESULT}`],
    ['the result of the call did not reach the model', `I N L model(${TOOL}) C model(${TOOL})=another`],
  ])('is said in the order in which it should have happened: %s', (missing, shorthand) => {
    expect(reading(shorthand).missing()).toBe(missing);
  });

  it('is nothing once the result is back at the model', () => {
    expect(reading(WELL).missing()).toBeUndefined();
  });

  it('is no initialize where the protocol has none', () => {
    expect(reading(WELL.replace('I N ', ''), 1).missing()).toBeUndefined();
  });

  it('is a call if the script has more of them', () => {
    expect(reading(WELL, 2).missing()).toBe('1 of 2 calls of lookup_ticket answered');
  });

  it('is a text that the author names', () => {
    expect(reading(WELL).missing(['nothing like it'])).toBe('the result of the call did not reach the model');
  });
});

describe('findings', () => {
  it('are made of few words', () => {
    expect(pass('well')).toEqual({ outcome: 'pass', evidence: 'well', symptoms: [] });
    expect(unclear('why')).toEqual({ outcome: 'unclear', evidence: 'why', symptoms: [] });
    expect(fail('lost 2×', 'tools-lost', 're-initialized')).toEqual({
      outcome: 'fail',
      evidence: 'lost 2×',
      symptoms: ['tools-lost', 're-initialized'],
    });
  });
});
