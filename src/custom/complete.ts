/** A definition with everything that it leaves out filled in: a scenario but for its two functions. */
import type { GatewayPlan, ModelPlan, ModelTurn } from '../fixture/plan.js';
import type { ArmDefinition, GatewayDefinition, ScenarioDefinition, TurnDefinition } from './definition.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';

export type ScenarioData = Omit<Scenario, 'judge' | 'settled' | 'source'>;

/** The oldest revision with this transport: every release with HTTP servers knows it. */
const PROTOCOL_VERSION = '2025-03-26';

/** Fills in the defaults that definition.ts names. The definition's form has been checked. */
export function complete(definition: ScenarioDefinition): ScenarioData {
  const { id, title, issue, spec, expected, terms, revision, server, tool, prompt, aboutWaiting } =
    definition;
  const arms = definition.arms.map((arm) => completeArm(definition, arm));
  const control = arms.find((arm) => arm.control) ?? arms[0];
  const calls = callsOf(control?.model);
  return {
    id,
    title,
    issue: issue ?? '',
    spec: spec ?? '',
    revision: revision ?? 1,
    server: server ?? 'gateway',
    tool: tool ?? calls[0]?.call ?? control?.gateway.tools[0]?.name ?? '',
    prompt: prompt ?? promptFor(calls),
    ...(expected !== undefined && { expected }),
    ...(terms && { terms }),
    ...(aboutWaiting !== undefined && { aboutWaiting }),
    arms,
  };
}

function completeArm(shared: ScenarioDefinition, arm: ArmDefinition): Arm {
  const { id, title = id, control = false } = arm;
  const gateway = completeGateway(shared.id, { ...shared.gateway, ...written(arm.gateway) });
  const { turns, ...model } = { ...shared.model, ...written(arm.model) };
  const headers = arm.headers ?? shared.headers;
  return {
    id,
    title,
    control,
    gateway,
    model: { ...model, turns: turns?.map(completeTurn) ?? defaultTurns(gateway) },
    ...(headers && { headers }),
  };
}

/** The fields that are written: a field that is undefined takes no other field's place. */
function written<Fields extends object>(fields: Fields = {} as Fields): Fields {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Fields;
}

function completeGateway(name: string, gateway: GatewayDefinition): GatewayPlan {
  const { protocolVersion = PROTOCOL_VERSION, tools = [], rules = [], ...more } = gateway;
  const stateless = gateway.transport === 'stdio' || protocolVersion === '2026-07-28';
  return {
    sessions: !stateless,
    serverInfo: { name, version: '1.0.0' },
    ...written(more),
    protocolVersion,
    tools: tools.map(({ name: called, description, inputSchema, ...tool }) => ({
      name: called,
      description: description ?? `The tool ${called}.`,
      inputSchema: inputSchema ?? { type: 'object' },
      ...tool,
    })),
    rules: rules.map(({ answer, ...rule }) => {
      if (answer === undefined || answer === 'never') return { ...rule, ...(answer && { answer }) };
      return { ...rule, answer: { ...answer, status: answer.status ?? 200 } };
    }),
  };
}

const completeTurn = (turn: TurnDefinition): ModelTurn =>
  'call' in turn ? { call: turn.call, arguments: { ...turn.arguments } } : { say: turn.say };

function defaultTurns({ tools }: GatewayPlan): ModelTurn[] {
  const calls = tools.slice(0, 1).map(({ name }) => ({ call: name, arguments: {} }));
  return [...calls, { say: 'Thank you, that is all.' }];
}

type Call = Extract<ModelTurn, { readonly call: string }>;

/** The calls of a script, in order. */
export function callsOf(model: ModelPlan | undefined): readonly Call[] {
  return model?.turns.filter((turn) => 'call' in turn) ?? [];
}

function promptFor(calls: readonly Call[]): string {
  const [first] = calls;
  if (!first) return 'Tell me that you are ready.';
  const given = Object.keys(first.arguments).length > 0 ? ` with ${JSON.stringify(first.arguments)}` : '';
  const others = calls.slice(1).map(({ call }) => `, then ${call}`);
  return `Call the tool ${first.call}${given}${others.join('')}, and tell me what it says.`;
}
