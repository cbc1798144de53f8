/** A plan in words, for someone who wants to see whether it says what was meant. */
import type { GatewayPlan, GatewayRule, Hold, ModelPlan, RequestMatch, StreamPlan } from '../fixture/plan.js';
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

function gatewayInWords(plan: GatewayPlan): string {
  const { expiry, bearer, strayLines, toolsPerPage, discover, listening } = plan;
  const parts = [
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
  ];
  return `gateway: ${parts.filter(Boolean).join(', ')}`;
}

function ruleInWords({ on, answer, hold, delayMs }: GatewayRule, overStdio: boolean): string {
  const parts = [
    answer === 'never' && 'never answered',
    answer !== undefined && answer !== 'never' && answerInWords(answer, overStdio),
    hold && holdInWords(hold),
    delayMs !== undefined && `${delayMs} ms later`,
  ];
  return `${requestInWords(on)}: ${parts.filter(Boolean).join(', ')}`;
}

function toolInWords({ name, result, isError }: GatewayPlan['tools'][number]): string {
  return `${name} (${isError ? 'error ' : ''}${brief(result)})`;
}

/** Over stdio an answer has no status. */
function answerInWords(
  { status, headers, body, stream }: Exclude<NonNullable<GatewayRule['answer']>, 'never'>,
  overStdio: boolean,
): string {
  const parts = [
    !overStdio && status,
    headers && `headers ${brief(headers)}`,
    body !== undefined && brief(body),
    stream && streamInWords(stream),
  ];
  return parts.filter(Boolean).join(' with ');
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
  return [...(sent.length > 0 ? sent : ['no event']), end].join(', ');
}

function requestInWords({ method, rpc, session, nth }: RequestMatch): string {
  const parts = [
    nth !== undefined && `request ${nth}`,
    method,
    rpc,
    session !== undefined && `in session ${session}`,
  ];
  return parts.filter(Boolean).join(' ') || 'every request';
}

function holdInWords({ until, settleMs, atMostMs }: Hold): string {
  const { fixture, event, method, path, rpc, sameSession } = until;
  const what = [method, path, rpc].filter(Boolean).join(' ') || 'any request';
  const happened = event === 'request' ? 'was asked' : 'was answered';
  const whom = fixture === 'model' ? 'the model' : what;
  const parts = [
    `held until ${settleMs === undefined ? '' : `${settleMs} ms after `}${whom} ${happened}`,
    sameSession && 'in the same session',
    atMostMs !== undefined && `at most ${atMostMs} ms`,
  ];
  return parts.filter(Boolean).join(', ');
}

function modelInWords({ turns, answerHold }: ModelPlan): string {
  const said = turns.map((turn) =>
    'call' in turn ? `calls ${turn.call} ${brief(turn.arguments)}` : `says "${turn.say}"`,
  );
  return `model: ${said.join(', ')}${answerHold ? `; first answer ${holdInWords(answerHold)}` : ''}`;
}
