import { describe, expect, it } from 'vitest';
import { problemsOf, withArm, withRule } from './definitions.js';

const GET_ANSWERED = { fixture: 'gateway', event: 'answer', method: 'GET' };
const POST_ONLY = { fixture: 'gateway', event: 'answer', rpc: 'tools/list' };

describe('a rule that can do nothing is refused with the field that keeps it from it', () => {
  it.each<[string, unknown, string[]]>([
    [
      'an unknown key that is like no other',
      withRule({ on: { xyz: 1 }, delayMs: 1 }),
      ['arms[1].gateway.rules[0].on.xyz: unknown key (there are method, rpc, session, nth)'],
    ],
    [
      'a rule that does nothing',
      withRule({ on: { method: 'GET' } }),
      ['arms[1].gateway.rules[0]: does nothing: write an answer, a hold or a delayMs'],
    ],
    [
      'HTTP methods that nobody uses',
      withRule({ on: { method: 'GETT' }, answer: {}, hold: { until: { ...POST_ONLY, method: 'PSOT' } } }),
      [
        'arms[1].gateway.rules[0].on.method: is no HTTP method that clients use (did you mean "GET"?)',
        'arms[1].gateway.rules[0].hold.until.method: is no HTTP method that clients use (did you mean "POST"?)',
      ],
    ],
    [
      'an HTTP method that is like no other',
      withRule({ on: { method: 'SUBSCRIBE' }, answer: {} }),
      ['arms[1].gateway.rules[0].on.method: is no HTTP method that clients use'],
    ],
    [
      'a hold on a path that is misspelt',
      withRule({ on: {}, hold: { until: { ...GET_ANSWERED, path: '/mpc' } } }),
      ['arms[1].gateway.rules[0].hold.until.path: is no path that clients ask (did you mean "/mcp"?)'],
    ],
    [
      'a hold on a path of the model API that is misspelt',
      withRule({ on: {}, hold: { until: { fixture: 'model', event: 'request', path: '/v1/message' } } }),
      [
        'arms[1].gateway.rules[0].hold.until.path: is no path that clients ask (did you mean "/v1/messages"?)',
      ],
    ],
    [
      'a hold on stdio over HTTP',
      withRule({ on: {}, hold: { until: { ...GET_ANSWERED, method: 'STDIO', path: 'stdio' } } }),
      ['method', 'path'].map(
        (field) =>
          `arms[1].gateway.rules[0].hold.until.${field}: never happens: this gateway is transport "http"`,
      ),
    ],
    [
      'a hold on HTTP over stdio',
      withArm({
        gateway: {
          transport: 'stdio',
          rules: [{ on: {}, hold: { until: { ...GET_ANSWERED, path: '/mcp' } } }],
        },
      }),
      ['method', 'path'].map(
        (field) =>
          `arms[1].gateway.rules[0].hold.until.${field}: never happens: this gateway is transport "stdio"`,
      ),
    ],
    [
      'a hold on JSON-RPC over GET',
      withRule({ on: {}, hold: { until: { ...POST_ONLY, method: 'GET' } } }),
      ['arms[1].gateway.rules[0].hold.until.rpc: comes with POST, and this hold waits for GET'],
    ],
    [
      'an initialize in a session that it is to open',
      withRule({
        on: { rpc: 'initialize', session: 1 },
        hold: { until: { ...POST_ONLY, rpc: 'initialize', sameSession: true } },
      }),
      [
        'arms[1].gateway.rules[0].on.session: never matches: the session comes with the answer to initialize',
        'arms[1].gateway.rules[0].hold.until.sameSession: never happens: the session comes with the answer to initialize',
      ],
    ],
    [
      'an answer that never comes, and is kept back',
      withRule({ on: {}, answer: 'never', delayMs: 5, hold: { until: POST_ONLY } }),
      ['hold', 'delayMs'].map(
        (part) => `arms[1].gateway.rules[0].${part}: does nothing: the answer is "never"`,
      ),
    ],
    [
      'an answer over stdio that is a status alone',
      withArm({ gateway: { transport: 'stdio', rules: [{ on: {}, answer: { status: 404 } }] } }),
      [
        'arms[1].gateway.rules[0].answer: says nothing over stdio, where there is no status: write a body, or answer "never"',
      ],
    ],
    [
      'rules that earlier ones leave nothing to',
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
      [
        'arms[1].gateway.rules[1]: never applies: arms[1].gateway.rules[0] is for all of these requests, and comes first',
        'arms[1].gateway.rules[3]: never applies: arms[1].gateway.rules[2] is for all of these requests, and comes first',
      ],
    ],
    [
      'a JSON-RPC method that nobody asks',
      withRule({ on: { rpc: 'tool/list' }, delayMs: 1 }),
      ['arms[1].gateway.rules[0].on.rpc: no client asks "tool/list" (did you mean "tools/list"?)'],
    ],
    [
      'a JSON-RPC method of GET',
      withRule({ on: { method: 'GET', rpc: 'tools/list' }, delayMs: 1 }),
      ['arms[1].gateway.rules[0].on.rpc: comes with POST, and this rule is for GET'],
    ],
    [
      'statuses that HTTP has not',
      withRule({ on: {}, answer: { status: 600 } }),
      ['arms[1].gateway.rules[0].answer.status: is 600, and 599 is the most it can be'],
    ],
    [
      'statuses after which the answer is still to come',
      withRule({ on: {}, answer: { status: 100 } }),
      ['arms[1].gateway.rules[0].answer.status: is 100, and 200 is the least it can be'],
    ],
    [
      'an answer that is none',
      withRule({ on: {}, answer: 'nevr' }),
      ['arms[1].gateway.rules[0].answer: is "nevr", where "never" or an object should be'],
    ],
    [
      'a hold that waits for nothing that can happen',
      withRule({ on: {}, hold: { until: { ...POST_ONLY, fixture: 'model' } } }),
      ['arms[1].gateway.rules[0].hold.until.rpc: never happens: the model API does not speak JSON-RPC'],
    ],
    [
      'a hold on neither fixture',
      withRule({ on: {}, hold: { until: { ...POST_ONLY, fixture: 'gatway' } } }),
      ['arms[1].gateway.rules[0].hold.until.fixture: is "gatway", where "gateway" or "model" should be'],
    ],
    [
      'a hold that settles for longer than it lasts',
      withRule({ on: {}, hold: { until: POST_ONLY, settleMs: 200, atMostMs: 100 } }),
      ['arms[1].gateway.rules[0].hold.settleMs: is 200, and atMostMs bounds the whole wait at 100'],
    ],
    [
      'a hold that settles for longer than one lasts that names no bound',
      withRule({ on: {}, hold: { until: POST_ONLY, settleMs: 4000 } }),
      [
        'arms[1].gateway.rules[0].hold.settleMs: is 4000, and atMostMs, where it is left out, bounds the whole wait at 1500',
      ],
    ],
    [
      'times beyond every limit',
      withRule({ on: {}, delayMs: 4_000_000 }),
      ['arms[1].gateway.rules[0].delayMs: is 4000000, and 3600000 is the most it can be'],
    ],
  ])('%s', (_, definition, expected) => {
    expect(problemsOf(definition)).toEqual(expected);
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
