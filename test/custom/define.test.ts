import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/ledger/ledger.js';
import { defineScenario, scenarioFrom } from '../../src/custom/define.js';
import { dryRun, pathText, timesBeyond } from '../../src/custom/problem.js';
import { scenarios } from '../../src/scenarios/index.js';
import { pass, type Arm } from '../../src/scenarios/scenario.js';
import type { Mode } from '../../src/settings.js';
import { journalOf } from '../helpers/observations.js';
import { control, problemsOf, shortest, withArm, withFields } from './definitions.js';

describe('the shortest definition', () => {
  it('becomes a whole scenario, with a healthy gateway and one call', () => {
    const scenario = defineScenario(shortest);
    expect(scenario).toMatchObject({
      issue: '',
      spec: '',
      revision: 1,
      server: 'gateway',
      tool: 'lookup',
      prompt: 'Call the tool lookup, and tell me what it says.',
    });
    expect(scenario.arms[0]).toEqual({
      id: 'control',
      title: 'control',
      control: true,
      gateway: {
        protocolVersion: '2025-03-26',
        sessions: true,
        serverInfo: { name: 'get-404', version: '1.0.0' },
        tools: [
          {
            name: 'lookup',
            description: 'The tool lookup.',
            inputSchema: { type: 'object' },
            result: 'open',
          },
        ],
        rules: [],
      },
      model: { turns: [{ call: 'lookup', arguments: {} }, { say: 'Thank you, that is all.' }] },
    });
  });

  it('is settled some time after the last word of the model', () => {
    const scenario = defineScenario(shortest);
    const [arm] = scenario.arms as [Arm];
    const at = (shorthand: string, mode: Mode = 'headless') =>
      scenario.settled({ arm, journal: journalOf(shorthand), modelToolName: 'lookup', mode });
    expect(at('I N L model(lookup)')).toBeUndefined();
    expect(at('I N L model(lookup) C model(lookup)=open')).toBe(1500);
    expect(at('I N L model(lookup) C model(lookup)=open', 'interactive')).toBe(1500);
  });

  it('is not settled by a question without the tool, which may be another than the user’s', () => {
    const scenario = defineScenario(shortest);
    const [arm] = scenario.arms as [Arm];
    const record = { arm, journal: journalOf('I N L model(title)'), modelToolName: 'lookup' };
    expect(scenario.settled({ ...record, mode: 'headless' })).toBeUndefined();
    expect(scenario.settled({ ...record, mode: 'interactive' })).toBe(4000);
  });

  it('has no word on what should happen, unless its author says one', () => {
    expect(defineScenario(shortest)).not.toHaveProperty('expected');
    expect(defineScenario(withFields({ expected: 'It goes on.' })).expected).toBe('It goes on.');
  });

  it('cannot be changed afterwards, since the ledger has its digest', () => {
    const rules = [{ on: { method: 'GET' }, answer: { status: 404 } }];
    const scenario = defineScenario(withArm({ gateway: { rules } }));
    rules.push({ on: { method: 'POST' }, answer: { status: 500 } });
    expect(scenario.arms[1]?.gateway.rules).toHaveLength(1);
    expect(() => Object.assign(scenario.arms[1] as object, { title: 'other' })).toThrow(TypeError);
  });
});

describe('what an arm leaves out', () => {
  it('is as the scenario says for all, field by field', () => {
    const headers = { 'x-all': 'a' };
    const scenario = defineScenario(
      withFields({
        headers,
        gateway: { tools: [{ name: 'lookup', result: 'open' }], protocolVersion: '2025-06-18' },
        arms: [
          control,
          { id: 'other', headers: { 'x-own': 'b' }, gateway: { protocolVersion: '2025-11-25' } },
          { id: 'undefined', gateway: { protocolVersion: undefined, sessions: false } },
        ],
      }),
    );
    expect(scenario.arms.map(({ gateway }) => gateway.protocolVersion)).toEqual([
      '2025-06-18',
      '2025-11-25',
      '2025-06-18',
    ]);
    expect(scenario.arms.map((arm) => arm.headers)).toEqual([headers, { 'x-own': 'b' }, headers]);
    expect(scenario.arms[1]?.gateway.tools[0]?.name).toBe('lookup');
  });

  it('has no sessions over stdio, and none in 2026-07-28', () => {
    for (const gateway of [{ transport: 'stdio' }, { protocolVersion: '2026-07-28' }])
      expect(defineScenario(withArm({ gateway })).arms[1]?.gateway.sessions).toBe(false);
  });
});

describe('times in a plan', () => {
  it('are compared with the limit of the run', () => {
    const until = { fixture: 'gateway', event: 'answer', rpc: 'tools/list' };
    const hold = { until, atMostMs: 5000 };
    const stream = { events: [{ message: 1, afterMs: 6000 }], closeAfterMs: 7000 };
    const definition = withArm({
      gateway: { rules: [{ on: {}, delayMs: 4000, hold, answer: { stream } }], listening: stream },
      model: { answerHold: hold, turns: [{ call: 'x', arguments: { delayMs: 9000 } }] },
    });
    expect(timesBeyond(definition, 8000)).toEqual([]);
    expect(timesBeyond(definition, 4000).map(({ path }) => pathText(path))).toEqual([
      'arms[1].gateway.rules[0].delayMs',
      'arms[1].gateway.rules[0].hold.atMostMs',
      'arms[1].gateway.rules[0].answer.stream.events[0].afterMs',
      'arms[1].gateway.rules[0].answer.stream.closeAfterMs',
      'arms[1].gateway.listening.events[0].afterMs',
      'arms[1].gateway.listening.closeAfterMs',
      'arms[1].model.answerHold.atMostMs',
    ]);
  });
});

describe('the digest of a scenario', () => {
  it('is another when the text of its file is, and only then', () => {
    const digest = (source?: string) =>
      digestOf(scenarioFrom(shortest, source === undefined ? {} : { source }));
    expect(digest('a')).toBe(digest('a'));
    expect(new Set([digest('a'), digest('b'), digest()]).size).toBe(3);
  });

  it('is the same whatever a report says of what should happen', () => {
    const [expecting, silent] = [withFields({ expected: 'It goes on.' }), shortest].map((definition) =>
      digestOf(defineScenario(definition)),
    );
    expect(expecting).toBe(silent);
  });

  it('is another when one of its functions is, where there is no file', () => {
    const digest = (functions: object) => digestOf(defineScenario(withFields(functions)));
    expect(digest({})).toBe(digest({}));
    const different = [{}, { settled: () => 1 }, { settled: () => 5000 }, { judge: () => pass('x') }];
    expect(new Set(different.map(digest)).size).toBe(different.length);
  });
});

describe('every built-in scenario', () => {
  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    '%s is held to the same rules',
    (_, scenario) => {
      expect(problemsOf(scenario)).toEqual([]);
      expect(dryRun(scenario)).toEqual([]);
      expect(scenarioFrom(scenario, {}).arms).toEqual(scenario.arms);
    },
  );

  it.each(scenarios.map((scenario) => [scenario.id, scenario.expected] as const))(
    '%s says what a client should do, in a few sentences',
    (_, expected = '') => {
      expect(expected).toMatch(/^[A-Z].*\.$/);
      expect(expected.split(/(?<=\.) /).length).toBeLessThanOrEqual(3);
      expect(expected).not.toMatch(/violat|must/i);
    },
  );
});
