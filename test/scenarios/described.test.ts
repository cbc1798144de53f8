import { expect, it } from 'vitest';
import { defineScenario } from '../../src/custom/define.js';
import { describeArm } from '../../src/scenarios/described.js';
import type { Arm } from '../../src/scenarios/scenario.js';
import { withArm } from '../custom/definitions.js';

const described = (fields: object) => describeArm(defineScenario(withArm(fields)).arms[1] as Arm);

it('says in words what a healthy gateway and its script do', () => {
  const serverInfo = { name: 'other', version: '1.0.0' };
  expect(described({ gateway: { serverInfo } })).toEqual([
    'gateway: http, 2025-03-26, sessions, tools: lookup ("open")',
    'model: calls lookup {}, says "Thank you, that is all."',
  ]);
});

it('says in words every departure from it', () => {
  const until = { fixture: 'gateway', event: 'answer', method: 'GET', path: '/mcp', sameSession: true };
  const stream = { events: [{ message: 1 }], closeAfterMs: 50 };
  expect(
    described({
      headers: { authorization: 'Bearer x' },
      gateway: {
        expiry: { afterRequests: 3 },
        toolsPerPage: 1,
        discover: 'never',
        listening: {},
        bearer: 'x',
        rules: [
          { on: { rpc: 'tools/list', nth: 2, session: 1 }, answer: 'never' },
          { on: { method: 'GET' }, answer: { status: 404 }, hold: { until, settleMs: 5, atMostMs: 100 } },
          { on: { rpc: 'ping' }, answer: { body: 'text' }, delayMs: 10 },
          { on: {}, answer: { stream } },
        ],
      },
      model: { answerHold: { until: { fixture: 'model', event: 'request' } } },
    }),
  ).toEqual([
    'gateway: http, 2025-03-26, sessions, of which 1 ended after 3 requests, tools: lookup ("open"), 1 on a page, server/discover: never, listening stream: no event, left open, bearer token',
    'request 2 tools/list in session 1: never answered',
    'GET: 404, held until 5 ms after GET /mcp was answered, in the same session, at most 100 ms',
    'ping: 200 with "text", 10 ms later',
    'every request: 200 with 1, closed 50 ms later',
    'model: calls lookup {}, says "Thank you, that is all."; first answer held until the model was asked',
    'client sends the headers authorization',
  ]);
});

it('says in words what is of stdio', () => {
  const rules = [{ on: { rpc: 'ping' }, answer: { body: { jsonrpc: '2.0', result: {} } } }];
  expect(described({ gateway: { transport: 'stdio', strayLines: ['hello'], rules } }).slice(0, 2)).toEqual([
    'gateway: stdio, 2025-03-26, tools: lookup ("open"), 1 stray lines',
    'ping: {"jsonrpc":"2.0","result":{}}',
  ]);
});
