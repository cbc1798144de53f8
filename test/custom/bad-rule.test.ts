import { describe, expect, it } from 'vitest';
import { problemsOf, withArm, withRule } from './definitions.js';

const GET_ANSWERED = { fixture: 'gateway', event: 'answer', method: 'GET' };
const POST_ONLY = { fixture: 'gateway', event: 'answer', rpc: 'tools/list' };

describe('a rule that can do nothing is refused with the field that keeps it from it', () => {
  it.each<[string | string[], unknown]>([
    [
      'arms[1].gateway.rules[0].on.xyz: unknown key (there are method, rpc, session, nth)',
      withRule({ on: { xyz: 1 }, delayMs: 1 }),
    ],
    [
      'arms[1].gateway.rules[0]: does nothing: write an answer, a hold or a delayMs',
      withRule({ on: { method: 'GET' } }),
    ],
    [
      [
        'arms[1].gateway.rules[0].on.method: is no HTTP method that clients use (did you mean "GET"?)',
        'arms[1].gateway.rules[0].hold.until.method: is no HTTP method that clients use (did you mean "POST"?)',
      ],
      withRule({ on: { method: 'GETT' }, answer: {}, hold: { until: { ...POST_ONLY, method: 'PSOT' } } }),
    ],
    [
      'arms[1].gateway.rules[0].on.rpc: no client asks "TOOLS/LIST" (did you mean "tools/list"?)',
      withRule({ on: { rpc: 'TOOLS/LIST' }, answer: {} }),
    ],
    [
      'arms[1].gateway.rules[0].on.method: is no HTTP method that clients use',
      withRule({ on: { method: 'SUBSCRIBE' }, answer: {} }),
    ],
    [
      'arms[1].gateway.rules[0].hold.until.path: is no path that clients ask (did you mean "/mcp"?)',
      withRule({ on: {}, hold: { until: { ...GET_ANSWERED, path: '/mpc' } } }),
    ],
    [
      'arms[1].gateway.rules[0].hold.until.path: is no path that clients ask (did you mean "/v1/messages"?)',
      withRule({ on: {}, hold: { until: { fixture: 'model', event: 'request', path: '/v1/message' } } }),
    ],
    [
      ['method', 'path'].map(
        (field) =>
          `arms[1].gateway.rules[0].hold.until.${field}: never happens: this gateway is transport "http"`,
      ),
      withRule({ on: {}, hold: { until: { ...GET_ANSWERED, method: 'STDIO', path: 'stdio' } } }),
    ],
    [
      ['method', 'path'].map(
        (field) =>
          `arms[1].gateway.rules[0].hold.until.${field}: never happens: this gateway is transport "stdio"`,
      ),
      withArm({
        gateway: {
          transport: 'stdio',
          rules: [{ on: {}, hold: { until: { ...GET_ANSWERED, path: '/mcp' } } }],
        },
      }),
    ],
    [
      'arms[1].gateway.rules[0].hold.until.rpc: comes with POST, and this hold waits for GET',
      withRule({ on: {}, hold: { until: { ...POST_ONLY, method: 'GET' } } }),
    ],
    [
      [
        'arms[1].gateway.rules[0].on.session: never matches: the session comes with the answer to initialize',
        'arms[1].gateway.rules[0].hold.until.sameSession: never happens: the session comes with the answer to initialize',
      ],
      withRule({
        on: { rpc: 'initialize', session: 1 },
        hold: { until: { ...POST_ONLY, rpc: 'initialize', sameSession: true } },
      }),
    ],
    [
      ['hold', 'delayMs'].map(
        (part) => `arms[1].gateway.rules[0].${part}: does nothing: the answer is "never"`,
      ),
      withRule({ on: {}, answer: 'never', delayMs: 5, hold: { until: POST_ONLY } }),
    ],
    [
      'arms[1].gateway.rules[0].answer: says nothing over stdio, where there is no status: write a body, or answer "never"',
      withArm({ gateway: { transport: 'stdio', rules: [{ on: {}, answer: { status: 404 } }] } }),
    ],
    [
      [
        'arms[1].gateway.rules[1]: never applies: arms[1].gateway.rules[0] is for all of these requests, and comes first',
        'arms[1].gateway.rules[3]: never applies: arms[1].gateway.rules[2] is for all of these requests, and comes first',
      ],
      withArm({
        gateway: {
          rules: [
            { on: { method: 'POST' }, answer: {} },
            { on: { rpc: 'tools/list', nth: 2 }, answer: {} },
            { on: { method: 'GET', nth: 1 }, delayMs: 5 },
            { on: { method: 'GET', nth: 1 }, delayMs: 6 },
          ],
        },
      }),
    ],
    [
      'arms[1].gateway.rules[0].on.rpc: no client asks "tool/list" (did you mean "tools/list"?)',
      withRule({ on: { rpc: 'tool/list' }, delayMs: 1 }),
    ],
    [
      'arms[1].gateway.rules[0].on.rpc: comes with POST, and this rule is for GET',
      withRule({ on: { method: 'GET', rpc: 'tools/list' }, delayMs: 1 }),
    ],
    [
      'arms[1].gateway.rules[0].answer.status: is 600, and 599 is the most it can be',
      withRule({ on: {}, answer: { status: 600 } }),
    ],
    [
      'arms[1].gateway.rules[0].answer.status: is 100, and 200 is the least it can be',
      withRule({ on: {}, answer: { status: 100 } }),
    ],
    [
      'arms[1].gateway.rules[0].answer: is "nevr", where "never" or an object should be',
      withRule({ on: {}, answer: 'nevr' }),
    ],
    [
      'arms[1].gateway.rules[0].hold.until.rpc: never happens: the model API does not speak JSON-RPC',
      withRule({ on: {}, hold: { until: { ...POST_ONLY, fixture: 'model' } } }),
    ],
    [
      'arms[1].gateway.rules[0].hold.until.fixture: is "gatway", where "gateway" or "model" should be',
      withRule({ on: {}, hold: { until: { ...POST_ONLY, fixture: 'gatway' } } }),
    ],
    [
      'arms[1].gateway.rules[0].hold.settleMs: is 200, and atMostMs bounds the whole wait at 100',
      withRule({ on: {}, hold: { until: POST_ONLY, settleMs: 200, atMostMs: 100 } }),
    ],
    [
      'arms[1].gateway.rules[0].hold.settleMs: is 4000, and atMostMs, where it is left out, bounds the whole wait at 1500',
      withRule({ on: {}, hold: { until: POST_ONLY, settleMs: 4000 } }),
    ],
    [
      'arms[1].gateway.rules[0].delayMs: is 4000000, and 3600000 is the most it can be',
      withRule({ on: {}, delayMs: 4_000_000 }),
    ],
  ])('%s', (expected, definition) => {
    expect(problemsOf(definition)).toEqual([expected].flat());
  });

  it.each([
    ['a path for OAuth metadata', { on: {}, hold: { until: { ...GET_ANSWERED, path: '/.well-known/x' } } }],
    ['a header in latin-1', { on: {}, answer: { headers: { 'x-a': 'caf\u00e9\t!' } } }],
    ['a JSON-RPC method of tomorrow', { on: { rpc: 'things/do' }, answer: {} }],
  ])('but not %s', (_, rule) => {
    expect(problemsOf(withRule(rule))).toEqual([]);
  });

  it.each([
    [
      'a later part of them',
      [
        { on: {}, delayMs: 1 },
        { on: { method: 'GET' }, delayMs: 2, answer: {} },
      ],
    ],
    [
      'others before',
      [
        { on: { nth: 1 }, answer: {} },
        { on: { method: 'GET', nth: 1 }, answer: {} },
      ],
    ],
    [
      'those in another session',
      [
        { on: { session: 1 }, answer: {} },
        { on: {}, answer: {} },
      ],
    ],
    [
      'what is not JSON-RPC',
      [
        { on: { rpc: 'tools/list' }, answer: {} },
        { on: { method: 'POST' }, answer: {} },
      ],
    ],
  ])('but not rules to which earlier ones leave %s', (_, rules) => {
    expect(problemsOf(withArm({ gateway: { rules } }))).toEqual([]);
  });
});
