/** What each field of a definition allows, and all of them together do not. */
import { isDeepStrictEqual } from 'node:util';
import type { GatewayPlan } from '../fixture/plan.js';
import { callsOf, type ScenarioData } from './completed.js';
import type { ScenarioDefinition } from './definition.js';
import { problemsOfRules } from './rule-contradictions.js';
import { onePerPlace, type PlaceOf, type Path, type Problem } from './problem.js';
import type { Arm } from '../scenarios/scenario.js';
import { suggestion } from './similar.js';

/** Where the fields of the arm with this index were written. */
export function locator(definition: ScenarioDefinition, index: number): PlaceOf {
  const own = definition.arms[index];
  return (part, field) => {
    const here = own?.[part] as Record<string, unknown> | undefined;
    const there = definition[part] as Record<string, unknown> | undefined;
    const isShared = here?.[field] === undefined && there?.[field] !== undefined;
    return isShared ? [part, field] : ['arms', index, part, field];
  };
}

/**
 * Finds the contradictions in a definition whose form is right.
 * @param scenario the same, completed
 */
export function contradictionsIn(definition: ScenarioDefinition, scenario: ScenarioData): readonly Problem[] {
  return onePerPlace([
    ...problemsOfControl(scenario.arms),
    ...problemsOfDifference(scenario.arms),
    ...scenario.arms.flatMap((arm, index) => problemsOfArm(arm, index, definition, scenario)),
  ]);
}

/** What the arms' ids and controls are, taken together. */
export function problemsOfControl(arms: readonly Pick<Arm, 'id' | 'control'>[]): Problem[] {
  const problems: Problem[] = arms.flatMap(({ id }, index) =>
    arms.findIndex((other) => other.id === id) < index
      ? [{ path: ['arms', index, 'id'], text: `"${id}" is another arm's id already` }]
      : [],
  );
  const controls = arms.flatMap(({ control }, index) => (control ? [index] : []));
  if (controls.length === 0)
    problems.push({
      path: ['arms'],
      text: 'has no control: say "control: true" in the arm in which every working client passes',
    });
  for (const index of controls.slice(1))
    problems.push({
      path: ['arms', index, 'control'],
      text: `arms[${controls[0]}] is the control already: there is exactly one`,
    });
  if (arms.length === 1 && controls.length === 1)
    problems.push({
      path: ['arms'],
      text: 'has a control alone: write an arm in which the failure may show',
    });
  return problems;
}

/** What an arm asks of a client. */
const asked = ({ gateway, model, headers }: Arm) => ({ gateway, model, headers });

/** An arm in which all is as in the control cannot show anything. */
function problemsOfDifference(arms: readonly Arm[]): Problem[] {
  const control = arms.find((arm) => arm.control);
  if (!control) return [];
  return arms.flatMap((arm, index) =>
    !arm.control && isDeepStrictEqual(asked(arm), asked(control))
      ? [{ path: ['arms', index], text: 'is the control once more: write what is different in it' }]
      : [],
  );
}

function problemsOfArm(
  arm: Arm,
  index: number,
  definition: ScenarioDefinition,
  scenario: ScenarioData,
): Problem[] {
  const locate = locator(definition, index);
  return [
    ...problemsOfTools(arm, scenario.tool, locate),
    ...problemsOfTransport(arm.gateway, locate),
    ...problemsOfRules(arm, locate),
    ...problemsOfScript(arm, locate),
  ];
}

function problemsOfTools({ gateway }: Arm, tool: string, locate: PlaceOf): Problem[] {
  const path = locate('gateway', 'tools');
  const names = gateway.tools.map(({ name }) => name);
  if (names.length === 0) return [{ path, text: 'is missing: write [{ name, result }], one tool at least' }];
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  if (twice >= 0)
    return [{ path: [...path, twice, 'name'], text: `there is a tool "${names[twice]}" already` }];
  if (names.includes(tool)) return [];
  return [{ path: ['tool'], text: `the gateway has no tool "${tool}"${suggestion(tool, names)}` }];
}

/** Fields that belong to HTTP, to sessions, or to stdio. */
function problemsOfTransport(gateway: GatewayPlan, locate: PlaceOf): Problem[] {
  const problems: Problem[] = [];
  const refuse = (fields: readonly (keyof GatewayPlan)[], reason: string) => {
    for (const field of fields)
      if (gateway[field] !== undefined && gateway[field] !== false)
        problems.push({ path: locate('gateway', field), text: reason });
  };
  if (gateway.transport === 'stdio')
    refuse(
      ['sessions', 'expiry', 'listening', 'bearer'],
      'is of HTTP, and this gateway is transport "stdio"',
    );
  else refuse(['strayLines'], 'is of transport "stdio", and this gateway is "http"');
  if (gateway.protocolVersion === '2026-07-28')
    refuse(['sessions', 'expiry', 'listening'], 'does not exist in protocol version 2026-07-28');
  else if (!gateway.sessions) refuse(['expiry'], 'ends sessions, and this gateway has "sessions: false"');
  return problems;
}

function problemsOfScript(arm: Arm, locate: PlaceOf): Problem[] {
  const path = locate('model', 'turns');
  const { turns } = arm.model;
  const problems = turns.flatMap((turn, index) =>
    'call' in turn ? problemsOfCall(turn.call, turn.arguments, arm, [...path, index]) : [],
  );
  const last = turns.at(-1);
  if (last && !('say' in last))
    problems.push({
      path: [...path, turns.length - 1],
      text: 'is the last turn, and has to say something: add { say: "…" } after it',
    });
  if (callsOf(arm.model).length === turns.length - 1 || problems.length > 0) return problems;
  const early = turns.findIndex((turn) => 'say' in turn);
  return [{ path: [...path, early], text: 'ends the conversation, so that no later turn is reached' }];
}

function problemsOfCall(
  name: string,
  given: Readonly<Record<string, unknown>>,
  { gateway }: Arm,
  path: Path,
): Problem[] {
  const tool = gateway.tools.find((known) => known.name === name);
  const names = gateway.tools.map((known) => known.name);
  if (!tool)
    return names.length === 0
      ? []
      : [{ path: [...path, 'call'], text: `the gateway has no tool "${name}"${suggestion(name, names)}` }];
  const { required } = tool.inputSchema;
  const lacking = Array.isArray(required) ? required.filter((key) => !(String(key) in given)) : [];
  if (lacking.length === 0) return [];
  const text = `lacks ${lacking.map((key) => `"${key}"`).join(', ')}, which the tool's inputSchema requires`;
  return [{ path: [...path, 'arguments'], text }];
}
