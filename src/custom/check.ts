/** What each field of a definition allows, and all of them together do not: what could never happen, or would show nothing. */
import { isDeepStrictEqual } from 'node:util';
import { AT_MOST_MS, type Hold, type Match } from '../fixture/hold.js';
import type { GatewayPlan, GatewayRule, RequestMatch } from '../fixture/plan.js';
import type { Arm } from '../scenarios/scenario.js';
import { callsOf, type ScenarioData, type ScenarioDefinition } from './definition.js';
import { meantBy, pathText, suggestion, type Path, type Problem } from './problem.js';

type Say = (isWrong: boolean | undefined, path: Path, text: string) => void;

/** Where a field of an arm was written: in the arm itself, or once for all arms. */
type PlaceOf = (part: 'gateway' | 'model', field: string) => Path;

/**
 * Finds the contradictions in a definition whose form is right.
 * @param scenario the same, completed
 */
export function contradictionsIn(definition: ScenarioDefinition, scenario: ScenarioData): readonly Problem[] {
  const { arms, tool } = scenario;
  const problems: Problem[] = [];
  const say: Say = (isWrong, path, text) => {
    if (isWrong) problems.push({ path, text });
  };
  const control = arms.find((arm) => arm.control);
  for (const [index, arm] of arms.entries()) {
    const isSame = control && !arm.control && isDeepStrictEqual(asked(arm), asked(control));
    say(isSame, ['arms', index], 'is the control once more: write what is different in it');
    const placeOf: PlaceOf = (part, field) => {
      const here = definition.arms[index]?.[part] as Record<string, unknown> | undefined;
      const there = definition[part] as Record<string, unknown> | undefined;
      const isShared = here?.[field] === undefined && there?.[field] !== undefined;
      return isShared ? [part, field] : ['arms', index, part, field];
    };
    checkTools(arm.gateway, tool, placeOf('gateway', 'tools'), say);
    checkTransport(arm.gateway, placeOf, say);
    const rules = placeOf('gateway', 'rules');
    for (const [place, rule] of arm.gateway.rules.entries())
      checkRule(rule, place, arm.gateway, [...rules, place], say);
    checkHold(arm.model.answerHold, arm.gateway, placeOf('model', 'answerHold'), say);
    checkScript(arm, placeOf('model', 'turns'), say);
  }
  return problems;
}

const asked = ({ gateway, model, headers }: Arm) => ({ gateway, model, headers });

/** What the arms' ids and controls are, taken together: also where something else is not of the right form. */
export function problemsOfArms({ arms }: { readonly arms?: unknown }): Problem[] {
  if (!Array.isArray(arms)) return [];
  const problems: Problem[] = [];
  const written = arms.map((arm: unknown) => Object(arm) as { id?: unknown; control?: unknown });
  for (const [index, { id }] of written.entries())
    if (typeof id === 'string' && written.findIndex((other) => other.id === id) < index)
      problems.push({ path: ['arms', index, 'id'], text: `"${id}" is another arm's id already` });
  const controls = written.flatMap(({ control = false }, index) => (control === false ? [] : [index]));
  const [first, ...more] = controls;
  if (first === undefined)
    problems.push({
      path: ['arms'],
      text: 'has no control: say "control: true" in the arm in which every working client passes',
    });
  else if (arms.length === 1)
    problems.push({
      path: ['arms'],
      text: 'has a control alone: write an arm in which the failure may show',
    });
  for (const index of more)
    problems.push({
      path: ['arms', index, 'control'],
      text: `arms[${first}] is the control already: there is exactly one`,
    });
  return problems;
}

function checkTools({ tools }: GatewayPlan, tool: string, path: Path, say: Say): void {
  const names = tools.map(({ name }) => name);
  if (names.length === 0) return say(true, path, 'is missing: write [{ name, result }], one tool at least');
  const twice = names.findIndex((name, index) => names.indexOf(name) < index);
  say(twice >= 0, [...path, twice, 'name'], `there is a tool "${names[twice]}" already`);
  say(!names.includes(tool), ['tool'], `the gateway has no tool "${tool}"${suggestion(tool, names)}`);
}

/** Fields that belong to HTTP, to sessions, or to stdio. */
function checkTransport(gateway: GatewayPlan, placeOf: PlaceOf, say: Say): void {
  const { transport = 'http', protocolVersion, sessions } = gateway;
  const isStateless = protocolVersion === '2026-07-28';
  const refuse = (isWrong: boolean, fields: readonly (keyof GatewayPlan)[], text: string) => {
    for (const field of fields)
      say(isWrong && (gateway[field] ?? false) !== false, placeOf('gateway', field), text);
  };
  refuse(
    transport === 'stdio',
    ['sessions', 'expiry', 'listening', 'bearer'],
    'is of HTTP, and this gateway is transport "stdio"',
  );
  refuse(transport === 'http', ['strayLines'], 'is of transport "stdio", and this gateway is "http"');
  refuse(isStateless, ['sessions', 'expiry', 'listening'], 'does not exist in protocol version 2026-07-28');
  refuse(!isStateless && !sessions, ['expiry'], 'ends sessions, and this gateway has "sessions: false"');
}

function checkScript({ model, gateway }: Arm, path: Path, say: Say): void {
  const { turns } = model;
  const names = gateway.tools.map(({ name }) => name);
  for (const [index, turn] of turns.entries()) {
    if (!('call' in turn) || names.length === 0) continue;
    const { call, arguments: given } = turn;
    const unknown = `the gateway has no tool "${call}"${suggestion(call, names)}`;
    say(!names.includes(call), [...path, index, 'call'], unknown);
    const required = gateway.tools.find(({ name }) => name === call)?.inputSchema['required'];
    const lacking = (Array.isArray(required) ? required : []).filter((key) => !(String(key) in given));
    const listed = lacking.map((key) => `"${key}"`).join(', ');
    const text = `lacks ${listed}, which the tool's inputSchema requires`;
    say(lacking.length > 0, [...path, index, 'arguments'], text);
  }
  const last = turns.length - 1;
  const endsInCall = callsOf(model).includes(turns[last] as never);
  const text = 'is the last turn, and has to say something: add { say: "…" } after it';
  say(endsInCall, [...path, last], text);
  const early = turns.findIndex((turn) => 'say' in turn);
  const isEarly = early >= 0 && early < last && !endsInCall;
  say(isEarly, [...path, early], 'ends the conversation, so that no later turn is reached');
}

/** A rule that can never apply, or does nothing. */
function checkRule(rule: GatewayRule, place: number, gateway: GatewayPlan, path: Path, say: Say): void {
  const { on, answer, hold, delayMs } = rule;
  const overStdio = gateway.transport === 'stdio';
  const at = (field: keyof RequestMatch) => [...path, 'on', field];
  checkRpc(on.rpc, at('rpc'), say);
  if (overStdio) say(on.method !== undefined, at('method'), 'never matches over stdio: match by rpc');
  else checkMethod(on.method, at('method'), say);
  const isOther = on.method !== undefined && on.method !== 'POST' && on.rpc !== undefined;
  say(isOther, at('rpc'), `comes with POST, and this rule is for ${on.method}`);
  if (on.session !== undefined) {
    say(!gateway.sessions, at('session'), 'never matches: this gateway has no sessions');
    say(on.rpc === 'initialize', at('session'), `never matches: ${SESSION_COMES_LATER}`);
  }
  const parts = PARTS.filter((part) => rule[part] !== undefined);
  say(parts.length === 0, path, 'does nothing: write an answer, a hold or a delayMs');
  if (answer === 'never') {
    say(hold !== undefined, [...path, 'hold'], 'does nothing: the answer is "never"');
    say(delayMs !== undefined, [...path, 'delayMs'], 'does nothing: the answer is "never"');
  } else if (answer) {
    const { body, stream } = answer;
    const whole = [...path, 'answer'];
    say(body !== undefined && stream !== undefined, whole, 'has a body and a stream: write one of them');
    const says = 'says nothing over stdio, where there is no status: write a body, or answer "never"';
    say(overStdio && body === undefined && !stream, whole, says);
  }
  checkHold(hold, gateway, [...path, 'hold'], say);
  // Every part of it may be taken by an earlier rule for all of its requests.
  const before = gateway.rules.slice(0, place).filter((other) => covers(other.on, on, overStdio));
  const by = parts.map((part) =>
    before.find((other) => other[part] !== undefined || other.answer === 'never'),
  );
  if (by[0] === undefined || by.includes(undefined)) return;
  const first = pathText([...path.slice(0, -1), gateway.rules.indexOf(by[0])]);
  say(true, path, `never applies: ${first} is for all of these requests, and comes first`);
}

const PARTS = ['answer', 'hold', 'delayMs'] as const;
const SESSION_COMES_LATER = 'the session comes with the answer to initialize';

/** Whether `one` matches every request that `other` does. JSON-RPC comes with POST, unless it comes over stdio. */
function covers(one: RequestMatch, other: RequestMatch, overStdio: boolean): boolean {
  const [wide = one, narrow = other] = [one, other].map((match) =>
    match.rpc === undefined || overStdio ? match : { method: 'POST', ...match },
  );
  // Each rule counts the requests that it matches: the nth of them are the same ones only if all of them are.
  const isAny = (value: unknown) => one.nth === undefined && value === undefined;
  return (
    (one.nth === undefined || one.nth === other.nth) &&
    (['method', 'rpc', 'session'] as const).every((key) => isAny(wide[key]) || wide[key] === narrow[key])
  );
}

/** Where clients send their requests. They look for OAuth metadata elsewhere on the gateway, so there are other paths. */
const PATHS = { gateway: ['/mcp'], model: ['/v1/messages', '/v1/messages/count_tokens'] } as const;
/** How an event of a stdio server is journalled. */
const STDIO = { method: 'STDIO', path: 'stdio' } as const;

/** A hold that waits for what can never happen, or for longer than it lasts. */
function checkHold(hold: Hold | undefined, gateway: GatewayPlan, path: Path, say: Say): void {
  if (!hold) return;
  const { until, settleMs = 0, atMostMs = AT_MOST_MS } = hold;
  const at = (field: keyof Match) => [...path, 'until', field];
  const isModel = until.fixture === 'model';
  const overStdio = !isModel && gateway.transport === 'stdio';
  const how = isModel
    ? 'the model API is "http"'
    : `this gateway is transport "${gateway.transport ?? 'http'}"`;
  for (const field of ['method', 'path'] as const) {
    const isWrong = until[field] !== undefined && (until[field] === STDIO[field]) !== overStdio;
    say(isWrong, at(field), `never happens: ${how}`);
  }
  checkRpc(until.rpc, at('rpc'), say);
  if (!overStdio) {
    if (until.method !== STDIO.method) checkMethod(until.method, at('method'), say);
    const isOther =
      until.rpc !== undefined && until.method !== 'POST' && METHODS.includes(until.method ?? '');
    say(isOther, at('rpc'), `comes with POST, and this hold waits for ${until.method}`);
    const known: readonly string[] = PATHS[until.fixture];
    const isStrange = until.path !== undefined && !known.includes(until.path);
    const meant = isStrange ? meantBy(until.path, known) : undefined;
    say(meant !== undefined, at('path'), `is no path that clients ask (did you mean "${meant}"?)`);
  }
  say(isModel && until.rpc !== undefined, at('rpc'), 'never happens: the model API does not speak JSON-RPC');
  if (until.sameSession) {
    say(isModel || !gateway.sessions, at('sameSession'), 'never happens: there are no sessions');
    say(until.rpc === 'initialize', at('sameSession'), `never happens: ${SESSION_COMES_LATER}`);
  }
  const leftOut = hold.atMostMs === undefined ? ', where it is left out,' : '';
  const text = `is ${settleMs}, and atMostMs${leftOut} bounds the whole wait at ${atMostMs}`;
  say(settleMs > atMostMs, [...path, 'settleMs'], text);
}

/** What clients ask of a server: a misspelt word would match nothing, and the arm would be a second control. */
const RPCS = [
  'initialize ping server/discover tools/list tools/call completion/complete logging/setLevel',
  'resources/list resources/read resources/subscribe resources/unsubscribe resources/templates/list',
  'prompts/list prompts/get tasks/get tasks/list tasks/result tasks/cancel',
  'notifications/initialized notifications/cancelled notifications/progress notifications/roots/list_changed',
].flatMap((line) => line.split(' '));
const METHODS: readonly string[] = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', 'PATCH'];

/** One that is like no other may be of a newer revision. */
function checkRpc(rpc: string | undefined, path: Path, say: Say): void {
  const meant = rpc === undefined || RPCS.includes(rpc) ? undefined : meantBy(rpc, RPCS);
  say(meant !== undefined, path, `no client asks "${rpc}" (did you mean "${meant}"?)`);
}

function checkMethod(method: string | undefined, path: Path, say: Say): void {
  if (method === undefined || METHODS.includes(method)) return;
  const meant = meantBy(method, METHODS);
  const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
  say(true, path, `is no HTTP method that clients use${hint}`);
}
