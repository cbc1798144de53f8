import { describe, expect, it } from 'vitest';
import type { RequestEntry } from '../../src/fixture/journal.js';
import { bearerStaticHeaders } from '../../src/scenarios/bearer-static-headers.js';
import { judging } from '../helpers/judging.js';
import { journalOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';
const { armOf, judge, isOver } = judging(bearerStaticHeaders, TOOL);

/** Only its first line and its `user-agent` are known of a request that was cut short. */
const isLost = ({ method, rpc }: RequestEntry) => method === 'POST' && rpc === undefined;

/** As the gateway notes it: a request that was answered with 401 had no token, or (`wrong`) another one. */
function seenBy(shorthand: string, wrong: RequestEntry['authorization'] = 'none') {
  const journal = journalOf(shorthand);
  const refused = new Set(
    journal
      .filter((entry) => entry.kind === 'answer' && entry.status === 401)
      .map(({ exchange }) => exchange),
  );
  return journal.map((entry) =>
    entry.kind === 'request' && entry.fixture === 'gateway' && entry.path === '/mcp' && !isLost(entry)
      ? { ...entry, authorization: refused.has(entry.exchange) ? wrong : ('accepted' as const) }
      : entry,
  );
}

const WELL = `model(Bash,${TOOL}) C@1 model(Bash,${TOOL})=${RESULT}`;
const EXPIRES = `I N@1 GET@1 L@1 model(Bash,${TOOL}) C@1:404`;
const RECOVERED = `${EXPIRES} I N@2 GET@2 C@2 model(Bash,${TOOL})=${RESULT} C@2 model(Bash,${TOOL})=${RESULT}+${RESULT}`;
const GAVE_UP = `${EXPIRES} model(Bash,${TOOL})=error C@1:404 model(Bash,${TOOL})=error+error`;

describe('bearer-static-headers', () => {
  it('demands no token in the control, and in the others the one that the client is configured with', () => {
    expect(bearerStaticHeaders.arms.map(({ id, control }) => [id, control])).toEqual([
      ['control', true],
      ['token', false],
      ['token-in-new-session', false],
    ]);
    expect([armOf('control').gateway.bearer, armOf('control').headers]).toEqual([undefined, undefined]);
    for (const id of ['token', 'token-in-new-session'])
      expect(armOf(id).headers).toEqual({ Authorization: `Bearer ${armOf(id).gateway.bearer}` });
  });
});

describe('a release passes when', () => {
  it.each([
    [
      'it works without a token in the control',
      'control',
      `I N@1 GET@1 L@1 ${WELL}`,
      'tool called, result returned',
    ],
    [
      'every request carries the token',
      'token',
      `I N@1 GET@1 L@1 ${WELL}`,
      'token with every request, result returned',
    ],
    [
      'requests to other paths do not',
      'token',
      `META:404 I N@1 GET@1 L@1 ${WELL}`,
      'token with every request, result returned',
    ],
    [
      'those that open and use a new session do as well',
      'token-in-new-session',
      RECOVERED,
      'token with every request, also in the new session',
    ],
    [
      'a request of it was cut short by its end, with which the token was lost',
      'token',
      `I N@1 GET@1 L@1 ${WELL} POST> POST!`,
      'token with every request, result returned',
    ],
    [
      'it opens no new session, which is the concern of another scenario',
      'token-in-new-session',
      GAVE_UP,
      'token with every request, no new session',
    ],
  ])('%s', (_, arm, shorthand, evidence) => {
    expect(judge(arm, seenBy(shorthand))).toEqual({ outcome: 'pass', evidence, symptoms: [] });
  });
});

describe('a release fails when the token is missing', () => {
  it.each([
    ['from the first request', 'token', 'I:401 META:404 model(Bash)', 'initialize'],
    ['from GET alone, though the call succeeds', 'token', `I N@1 GET@1:401 L@1 ${WELL}`, 'GET'],
    ['from the call', 'token', `I N@1 L@1 model(Bash,${TOOL}) C@1:401`, 'tools/call'],
    ['from DELETE at the end', 'token', `I N@1 L@1 ${WELL} DELETE@1:401`, 'DELETE'],
    [
      'from what opens a new session',
      'token-in-new-session',
      `${EXPIRES} I:401 I:401 GET:401 model(Bash,${TOOL})=error`,
      'initialize, GET',
    ],
  ])('%s', (_, arm, shorthand, what) => {
    const finding = { outcome: 'fail', evidence: `no token with ${what}`, symptoms: ['token-missing'] };
    expect(judge(arm, seenBy(shorthand))).toEqual(finding);
    expect(judge(arm, seenBy(shorthand, 'refused'))).toEqual(finding);
  });
});

describe('an innocent release is not blamed when', () => {
  it.each([
    ['nothing at all happened', 'token', '', 'the gateway was never initialized'],
    [
      'it does not wait for its tools',
      'token',
      'I N@1 L@1> model(Bash)',
      'the model was not offered the tool (tools/list pending)',
    ],
    [
      'its first request was cut short',
      'token',
      'POST> POST! model(Bash)',
      'the gateway was never initialized',
    ],
    [
      'the session does not expire',
      'token-in-new-session',
      `I N@1 L@1 ${WELL} C@1 model(Bash,${TOOL})=${RESULT}+${RESULT}`,
      'no call was answered with 404',
    ],
    [
      'it comes to its end before it has told the model of its calls',
      'token-in-new-session',
      EXPIRES,
      'no call of lookup_ticket was answered',
    ],
  ])('%s', (_, arm, shorthand, evidence) => {
    expect(judge(arm, seenBy(shorthand))).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it('the control shows the symptoms: a control never fails, it does not pass', () => {
    expect(judge('control', seenBy('I:401 model(Bash)')).outcome).toBe('unclear');
  });
});

describe('the client is watched on', () => {
  it.each([
    ['until the model has answered the result', 'token', `I N@1 L@1 ${WELL}>`, false],
    ['and no longer after that', 'token', `I N@1 L@1 ${WELL}`, true],
    ['for the second call as well', 'token-in-new-session', `${EXPIRES} model(Bash,${TOOL})=error`, false],
  ])('%s', (_, arm, shorthand, over) => {
    expect(isOver(arm, shorthand)).toBe(over);
  });
});
