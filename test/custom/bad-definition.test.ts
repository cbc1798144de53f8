import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from 'vitest';
import { defineScenario } from '../../src/custom/define.js';
import {
  control,
  other,
  problemsOf,
  shortest,
  withArm,
  withFields,
  withRule,
  withTurns,
} from './definitions.js';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

describe('a definition that is wrong is refused with every field that is', () => {
  it.each<[string | string[], unknown]>([
    ['is 5, where a scenario { id, title, arms, judge … } should be', 5],
    [
      [
        'id: is missing: a text should be here',
        'title: is missing: a text should be here',
        'arms: is missing: a list should be here',
        'judge: is no function: write judge(record) { … }',
      ],
      {},
    ],
    [
      [
        'arms[0].contrl: unknown key (did you mean "control"?)',
        'arms: has no control: say "control: true" in the arm in which every working client passes',
      ],
      withFields({ arms: [{ id: 'a', contrl: true }] }),
    ],
    [
      'arms[1].gateway.rules[0].on.methd: unknown key (did you mean "method"?)',
      withRule({ on: { methd: 'GET' }, delayMs: 1 }),
    ],
    ['arms[1].control: arms[0] is the control already: there is exactly one', withArm({ control: true })],
    [
      'arms: has a control alone: write an arm in which the failure may show',
      withFields({ arms: [control] }),
    ],
    [
      `arms[2].id: "other" is another arm's id already`,
      withFields({ arms: [control, other, { ...other, model: { turns: [{ say: 'x' }] } }] }),
    ],
    ['arms[1].id: is no id: use lower case, digits and dashes, such as get-404', withArm({ id: '../x' })],
    [
      'arms[1].model.turns[0].call: the gateway has no tool "lookpu" (did you mean "lookup"?)',
      withTurns({ call: 'lookpu' }, { say: 'x' }),
    ],
    [
      `arms[1].model.turns[0].arguments: lacks "id", which the tool's inputSchema requires`,
      withArm({
        gateway: {
          tools: [{ name: 'lookup', result: '', inputSchema: { type: 'object', required: ['id'] } }],
        },
      }),
    ],
    [
      'arms[1].model.turns[0]: is the last turn, and has to say something: add { say: "…" } after it',
      withTurns({ call: 'lookup' }),
    ],
    [
      'arms[1].model.turns[0]: ends the conversation, so that no later turn is reached',
      withTurns({ say: 'x' }, { call: 'lookup' }, { say: 'y' }),
    ],
    [
      'arms[1].model.turns[0]: either calls a tool or says something: { call, arguments } or { say }',
      withTurns({ call: 'lookup', say: 'x' }),
    ],
    [
      'gateway.tools: is empty: a gateway without a tool shows nothing',
      withFields({ gateway: { tools: [] } }),
    ],
    [
      'gateway.expiry: ends sessions, and this gateway has "sessions: false"',
      withFields({
        gateway: { ...shortest.gateway, expiry: { afterRequests: 2 } },
        arms: [{ ...control, gateway: { sessions: false } }, { id: 'a' }],
      }),
    ],
    [
      ['sessions', 'listening', 'bearer'].map(
        (field) => `arms[1].gateway.${field}: is of HTTP, and this gateway is transport "stdio"`,
      ),
      withArm({ gateway: { transport: 'stdio', sessions: true, listening: {}, bearer: 'x' } }),
    ],
    [
      'arms[1].gateway.strayLines: is of transport "stdio", and this gateway is "http"',
      withArm({ gateway: { strayLines: ['hello'] } }),
    ],
    [
      'arms[1].gateway.sessions: does not exist in protocol version 2026-07-28',
      withArm({ gateway: { protocolVersion: '2026-07-28', sessions: true } }),
    ],
    [
      'arms[1]: is the control once more: write what is different in it',
      withFields({ arms: [control, { id: 'a', title: 'A', gateway: { sessions: true } }] }),
    ],
    [
      [
        'title: is 5, where a text should be',
        `arms[1].id: "a" is another arm's id already`,
        'arms: has no control: say "control: true" in the arm in which every working client passes',
      ],
      withFields({ title: 5, arms: [{ id: 'a' }, { id: 'a', control: false }] }),
    ],
    [
      [
        'arms[0]: is 5, where an object should be',
        'arms[1].id: is 5, where a text should be',
        'arms[1].control: is "yes", where true or false should be',
      ],
      withFields({ arms: [5, { id: 5, control: 'yes' }] }),
    ],
    [
      [
        'arms[1].gateway.rules[0].answer.body.f: is a function, which JSON cannot carry',
        'arms[1].gateway.rules[0].answer.body.n: is NaN, which JSON cannot carry',
        'arms[1].gateway.rules[0].answer.body.d: is a Date, which JSON cannot carry: write plain data',
        'arms[1].gateway.rules[0].answer.body.c.self: contains itself, which JSON cannot carry',
        'arms[1].gateway.rules[0].answer.body.u[0]: is undefined, which JSON cannot carry',
      ],
      withRule({
        on: {},
        answer: { body: { f: () => 1, n: Number.NaN, d: new Date(0), c: cyclic, u: [undefined] } },
      }),
    ],
    ['headers["a b"]: is no name of a header', withFields({ headers: { 'a b': 'c' } })],
    ...['→', 'a\r\nb', '\u007f'].map((value): [string[], unknown] => [
      ['headers["x-a"]', 'arms[1].gateway.rules[0].answer.headers["x-a"]'].map(
        (place) => `${place}: is no value of a header: one line, without characters beyond latin-1`,
      ),
      {
        ...withRule({ on: {}, answer: { headers: { 'x-a': value } } }),
        headers: { 'x-a': value },
      },
    ]),
    ['arms[1].gateway.bearer: is no token: it is one word of ASCII', withArm({ gateway: { bearer: ' x ' } })],
    [
      'prompt: is typed at a terminal: write one line, without control characters',
      withFields({ prompt: 'a\u0003b\nc' }),
    ],
    ['expected: is empty', withFields({ expected: ' ' })],
    ['issue: is no address: it begins with https://', withFields({ issue: '#1' })],
  ])('%s', (expected, definition) => {
    expect(problemsOf(definition)).toEqual([expected].flat());
  });

  it('takes the same values of headers as Node', () => {
    for (let code = 0; code < 0x180; code += 1) {
      const value = String.fromCharCode(code);
      const isRefused = (problemsOf(withFields({ headers: { 'x-a': value } })) as unknown[]).length > 0;
      const check = () => validateHeaderValue('x-a', value);
      if (isRefused) expect(check, `U+${code}`).toThrow(TypeError);
      else expect(check, `U+${code}`).not.toThrow();
    }
  });

  it('under the name of the scenario where there is no file', () => {
    expect(() => defineScenario(withFields({ titel: 'x' }))).toThrow(
      'scenario "get-404": titel: unknown key (did you mean "title"?)',
    );
  });
});
