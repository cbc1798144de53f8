import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/fixture/journal.js';
import { exchangesOf } from '../../src/report/comparison.js';
import { journalOf } from '../helpers/observations.js';

const runOf = (journal: readonly JournalEntry[], durationMs = 0) => ({ journal, durationMs });
const rows = (good: string, bad: string) =>
  exchangesOf(runOf(journalOf(good)), runOf(journalOf(bad))).map(
    ({ request, answer, good: well, bad: badly, differs }) =>
      `${request} | ${answer} | ${well} | ${badly}${differs ? ' | differs' : ''}`,
  );

describe('the table of requests and answers', () => {
  it('has one row for each kind, in the order of the good run, and then what only the bad one asked', () => {
    expect(rows('I N L GET:404 model C', 'I META:404 N GET:404 L I')).toEqual([
      'POST initialize | 200 | 1× | 2× | differs',
      'POST notifications/initialized | 200 | 1× | 1×',
      'POST tools/list | 200 | 1× | 1×',
      'GET (listening stream) | 404 | 1× | 1×',
      'POST tools/call | 200 | 1× | never | differs',
      'GET /.well-known/oauth-protected-resource | 404 | never | 1× | differs',
    ]);
  });

  it('shows what was answered, once for each answer that says something else', () => {
    const [asked, answered] = journalOf('L') as [JournalEntry, JournalEntry];
    const [stream, head] = journalOf('C') as [JournalEntry, JournalEntry];
    const page = (id: number, result: unknown) => ({
      ...answered,
      body: JSON.stringify({ jsonrpc: '2.0', id, result }),
    });
    const progress = { method: 'notifications/progress', params: { progressToken: 7, message: 'half' } };
    const journal = [
      asked,
      page(1, { tools: [], nextCursor: '2' }),
      asked,
      page(2, { tools: [] }),
      asked,
      page(3, { tools: [] }),
      stream,
      head,
      { ...head, kind: 'event', sent: 'notifications/progress', message: JSON.stringify(progress) },
      { ...head, kind: 'event', sent: 'other', message: `{"x":"${'y'.repeat(500)}` },
    ].map((entry, seq) => ({ ...entry, seq, exchange: Math.floor(seq / 2) })) as JournalEntry[];
    const messages = journal.map((entry) => (entry.kind === 'event' ? { ...entry, exchange: 3 } : entry));
    expect(exchangesOf(runOf(messages), runOf([])).map(({ bodies }) => bodies)).toEqual([
      ['{"tools":[],"nextCursor":"2"}', '{"tools":[]}'],
      [
        'notifications/progress {"progressToken":7,"message":"half"}',
        expect.stringMatching(/^\{"x":"y{394} … 106 more characters$/),
      ],
    ]);
  });

  it('tells a request with a session from one without', () => {
    expect(rows('GET@1:404', 'GET:404')).toEqual([
      'GET (listening stream) with session | 404 | 1× | never | differs',
      'GET (listening stream) | 404 | never | 1× | differs',
    ]);
  });

  it('says what became of requests that were not answered', () => {
    expect(rows('L', 'L> L! model')).toEqual([
      'POST tools/list | 200 | 1× | 1×, 1 closed by the client | differs',
    ]);
    expect(rows('L', 'L>')).toEqual(['POST tools/list | 200 | 1× | 1×, 1 open at the end | differs']);
    expect(rows('L>', 'L>')).toEqual([
      'POST tools/list | no answer | 1×, 1 open at the end | 1×, 1 open at the end',
    ]);
  });

  it('does not blame the client for what was closed because the run was over', () => {
    expect(rows('GET', 'GET> GET!')[0]).toContain('1×, 1 open at the end');
    // Long before the end it was closed for a reason of its own.
    const closed = runOf(journalOf('GET> GET!'), 5000);
    expect(exchangesOf(runOf(journalOf('GET')), closed)[0]?.bad).toBe('1×, 1 closed by the client');
  });

  it('names each answer where they differ', () => {
    expect(rows('C', 'C:404 C:404 C')).toEqual([
      'POST tools/call | 200 or 404 | 1×: 1 with 200 | 3×: 1 with 200, 2 with 404 | differs',
    ]);
  });

  it('counts an answer that issues a session, and an error, as answers of their own', () => {
    const [asked, answered] = journalOf('I') as [JournalEntry, JournalEntry];
    const answers = (fields: object) =>
      exchangesOf(runOf([asked, { ...answered, ...fields }]), runOf([]))[0]?.answer;
    expect(answers({ issuedSession: 'a' })).toBe('200, issues a session');
    expect(answers({ status: 400, rpcError: -32022 })).toBe('400, error -32022');
  });

  it('is about the gateway alone', () => {
    expect(rows('model(Bash) L', 'model(Bash) L')).toEqual(['POST tools/list | 200 | 1× | 1×']);
  });

  it('counts thousands of rounds of a client that goes in circles', () => {
    const circles = Array.from({ length: 2_000 }, (_, index) => `I@${index} GET@${index}:404`).join(' ');
    expect(rows('I@1', circles)[0]).toBe('POST initialize with session | 200 | 1× | 2000× | differs');
  });
});
