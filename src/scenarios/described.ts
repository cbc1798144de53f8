/** A plan in words, for someone who wants to see whether it says what was meant. */
import type {
  GatewayPlan,
  GatewayRule,
  Hold,
  ModelPlan,
  PlannedAnswer,
  StreamPlan,
} from '../fixture/plan.js';
import type { Arm } from './scenario.js';

/** What an arm does, one line each for the gateway, every rule, and the model. */
export function describeArm({ gateway, model, headers }: Arm): string[] {
  const sent = Object.keys(headers ?? {});
  return [
    gatewayInWords(gateway),
    ...gateway.rules.map((rule) => ruleInWords(rule, gateway.transport === 'stdio')),
    modelInWords(model),
    ...(sent.length > 0 ? [`client sends the headers ${sent.join(', ')}`] : []),
  ];
}

/** The parts that there are. */
const listed = (parts: readonly unknown[], between = ', ') => parts.filter(Boolean).join(between);

function gatewayInWords(plan: GatewayPlan): string {
  const { expiry, bearer, strayLines, toolsPerPage, discover, listening } = plan;
  return `gateway: ${listed([
    plan.transport ?? 'http',
    plan.protocolVersion,
    plan.sessions && 'sessions',
    expiry && `of which ${expiry.sessions ?? 1} ended after ${expiry.afterRequests} requests`,
    `tools: ${plan.tools.map(toolInWords).join(', ')}`,
    toolsPerPage !== undefined && `${toolsPerPage} on a page`,
    discover && `server/discover: ${discover}`,
    listening && `listening stream: ${streamInWords(listening)}`,
    bearer !== undefined && 'bearer token',
    strayLines && `${strayLines.length} stray lines`,
  ])}`;
}

function ruleInWords({ on, answer, hold, delayMs }: GatewayRule, overStdio: boolean): string {
  const { method, rpc, session, nth } = on;
  const request = [nth && `request ${nth}`, method, rpc, session && `in session ${session}`];
  return `${listed(request, ' ') || 'every request'}: ${listed([
    answer === 'never' ? 'never answered' : answer && answerInWords(answer, overStdio),
    hold && holdInWords(hold),
    delayMs !== undefined && `${delayMs} ms later`,
  ])}`;
}

function toolInWords({ name, result, isError }: GatewayPlan['tools'][number]): string {
  return `${name} (${isError ? 'error ' : ''}${brief(result)})`;
}

/** Over stdio an answer has no status. */
function answerInWords({ status, headers, body, stream }: PlannedAnswer, overStdio: boolean): string {
  const headed = headers && `headers ${brief(headers)}`;
  const parts = [!overStdio && status, headed, body !== undefined && brief(body)];
  return listed([...parts, stream && streamInWords(stream)], ' with ');
}

const MAX_VALUE = 200;

/** A value as JSON, in its beginning: enough to tell it from that of another arm. */
function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}

function streamInWords({ events = [], closeAfterMs }: StreamPlan): string {
  const end = closeAfterMs === undefined ? 'left open' : `closed ${closeAfterMs} ms later`;
  const sent = events.map(
    ({ message, afterMs }) => `${brief(message)}${afterMs ? ` ${afterMs} ms later` : ''}`,
  );
  return listed([...(sent.length > 0 ? sent : ['no event']), end]);
}

function holdInWords({ until, settleMs, atMostMs }: Hold): string {
  const { fixture, event, method, path, rpc, sameSession } = until;
  const whom = fixture === 'model' ? 'the model' : listed([method, path, rpc], ' ') || 'any request';
  const settled = settleMs === undefined ? '' : `${settleMs} ms after `;
  return listed([
    `held until ${settled}${whom} was ${event === 'request' ? 'asked' : 'answered'}`,
    sameSession && 'in the same session',
    atMostMs !== undefined && `at most ${atMostMs} ms`,
  ]);
}

function modelInWords({ turns, answerHold }: ModelPlan): string {
  const said = turns.map((turn) =>
    'call' in turn ? `calls ${turn.call} ${brief(turn.arguments)}` : `says "${turn.say}"`,
  );
  return `model: ${listed(said)}${answerHold ? `; first answer ${holdInWords(answerHold)}` : ''}`;
}
