/** Definitions of scenarios that differ from the shortest one in what a test is about. */
import { expect } from 'vitest';
import { scenarioFrom } from '../../src/custom/define.js';
import type { ScenarioDefinition } from '../../src/custom/definition.js';
import { unclear } from '../../src/scenarios/scenario.js';

export const control = { id: 'control', control: true };
/** Something that is not as in the control. */
export const other = { id: 'other', model: { turns: [{ say: 'No call.' }] } };
export const shortest: ScenarioDefinition = {
  id: 'get-404',
  title: 'GET answered with 404',
  gateway: { tools: [{ name: 'lookup', result: 'open' }] },
  arms: [control, { id: 'broken', gateway: { rules: [{ on: { method: 'GET' }, answer: { status: 404 } }] } }],
  judge: () => unclear('not looked at'),
};

/** The shortest definition with other fields: as JavaScript, where nothing is checked before it runs. */
export const withFields = (fields: object) => ({ ...shortest, ...fields }) as ScenarioDefinition;
/** The same with other fields in its second arm. */
export const withArm = (fields: object) => withFields({ arms: [control, { id: 'broken', ...fields }] });
export const withRule = (rule: object) => withArm({ gateway: { rules: [rule] } });
export const withTurns = (...turns: object[]) => withArm({ model: { turns } });

/** What a definition is refused for, under the name of its file. */
export function problemsOf(definition: unknown): unknown {
  try {
    scenarioFrom(definition, { name: '/my.mjs' });
  } catch (error) {
    const { code, facts, message } = error as {
      code: string;
      facts: { problems: string[] };
      message: string;
    };
    expect(code).toBe('BAD_SCENARIO');
    expect(message).toMatch(/^\/my\.mjs: /);
    return facts.problems;
  }
  return [];
}
