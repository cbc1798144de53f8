/** What the author of a scenario writes, a `Scenario` in which everything that can be guessed may be left out; and the same completed. */
import type {
  GatewayPlan,
  GatewayRule,
  ModelPlan,
  ModelTurn,
  PlannedAnswer,
  ToolPlan,
} from '../fixture/plan.js';
import type { Arm, ArmRecord, Finding, Scenario, Terms } from '../scenarios/scenario.js';

/** A tool of the gateway. */
export interface ToolDefinition extends Pick<ToolPlan, 'name' | 'result' | 'isError'> {
  readonly description?: string;
  /** JSON Schema of the arguments. Default `{ type: 'object' }`: any. */
  readonly inputSchema?: ToolPlan['inputSchema'];
}

export interface AnswerDefinition extends Omit<PlannedAnswer, 'status'> {
  /** HTTP status. Default 200; says nothing over stdio. */
  readonly status?: number;
}

/** A departure from the healthy gateway: what it answers, what it waits for, or how long it takes. */
export interface RuleDefinition extends Omit<GatewayRule, 'answer'> {
  /** In place of the healthy answer; `never`: the request is left without one. */
  readonly answer?: AnswerDefinition | 'never';
}

/** The gateway of an arm. Fields left out are a healthy gateway's. */
export interface GatewayDefinition extends Partial<Omit<GatewayPlan, 'tools' | 'rules'>> {
  /** The tools that it offers: one at least. */
  readonly tools?: readonly ToolDefinition[];
  /** Of the rules that match a request, the first with an `answer`, a `hold` and a `delayMs` apply. Default: none. */
  readonly rules?: readonly RuleDefinition[];
}

/** One turn of the model: a call of a tool, or something that it says. */
export type TurnDefinition =
  | { readonly call: string; readonly arguments?: Readonly<Record<string, unknown>> }
  | { readonly say: string };

export interface ModelDefinition extends Partial<Omit<ModelPlan, 'turns'>> {
  /** Default: one call of the gateway's first tool, without arguments, and then a word of thanks. */
  readonly turns?: readonly TurnDefinition[];
}

/** One configuration of the scenario. What an arm leaves out is as the scenario says for all arms. */
export interface ArmDefinition {
  /** Short, in lower case with dashes: `control`, `404-before-tools`. */
  readonly id: string;
  /** A few words for the table. Default: the id. */
  readonly title?: string;
  /**
   * True for exactly one arm: the one in which the client must work, or else its release cannot be tested. It should
   * differ from the others in nothing but what is reported.
   */
  readonly control?: boolean;
  /** Each field takes the place of the same field in the scenario's `gateway`. */
  readonly gateway?: GatewayDefinition;
  /** Each field takes the place of the same field in the scenario's `model`. */
  readonly model?: ModelDefinition;
  /** Headers that the client is configured to send to the gateway, in place of the scenario's. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A scenario as its author writes it: `export default defineScenario({ … })`. The guide is docs/scenarios.md. */
export interface ScenarioDefinition {
  /** Short, in lower case with dashes. Verdicts are kept under it, and built-in scenarios have theirs. */
  readonly id: string;
  /** The behaviour in a few words: `GET listening stream answered with 404`. */
  readonly title: string;
  /** Address of the report. */
  readonly issue?: string;
  /** The part of the specification that it is about: `MCP 2025-03-26, Transports › Streamable HTTP`. */
  readonly spec?: string;
  /** What a client should do, in a sentence or two: a report says it. No part of what is judged. */
  readonly expected?: string;
  /** The words of the answer, where those of a fault do not fit: `{ fixed: 'gained', broken: 'without it' }`. */
  readonly terms?: Terms;
  /**
   * Raise it when something that this file imports changes what is judged: the ledger notices changes to the file
   * itself, and not to its imports. Default 1.
   */
  readonly revision?: number;
  /** The name under which the client knows the gateway. Default `gateway`. */
  readonly server?: string;
  /** The tool that the verdict is about, which the model should be offered. Default: the first that the control's model calls. */
  readonly tool?: string;
  /** What the user asks of the client. Default: to call the tools of the control's script. */
  readonly prompt?: string;
  /**
   * True where the question is whether the client waits for its servers. Otherwise it is told to wait, where it knows such a
   * setting, and is not blamed for asking the model before an answer that a rule keeps back was due.
   */
  readonly aboutWaiting?: boolean;
  /** What the gateways of all arms have in common. */
  readonly gateway?: GatewayDefinition;
  /** What the scripts of all arms have in common. */
  readonly model?: ModelDefinition;
  /** Headers that the client is configured to send to the gateway, in every arm that has none of its own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The control, and one arm for each way in which the failure may show. */
  readonly arms: readonly ArmDefinition[];
  /**
   * What one arm showed: `pass`, `fail` or `unclear`. Read the record with `read(record)`. The same record must always
   * give the same finding; where the evidence is not clear say `unclear`, which makes the release a skip.
   */
  judge(record: ArmRecord): Finding;
  /**
   * Asked after every journal entry: once nothing that may still happen can change the finding, for how many
   * milliseconds to go on watching before the client is ended; undefined until then. Default: 1500 once the
   * model has been told of every call; at a terminal also 4000 after it was asked without the tool.
   */
  settled?(record: ArmRecord): number | undefined;
}

export type ScenarioData = Omit<Scenario, 'judge' | 'settled' | 'source'>;

/** The oldest revision with this transport: every release with HTTP servers knows it. */
const PROTOCOL_VERSION = '2025-03-26';

/** Fills in the defaults. The definition's form has been checked. */
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
