/** Rules that can never apply or do nothing, and times that no run is long enough for. */
import type { GatewayPlan, GatewayRule, Hold, RequestMatch, StreamPlan } from '../fixture/plan.js';
import type { PlaceOf, Path, Problem } from './problem.js';
import { problemsOfHold } from './hold-contradictions.js';
import type { Arm } from '../scenarios/scenario.js';
import { shadowedRules } from './shadowed-rules.js';
import { problemsOfHttpMethod, problemsOfRpc } from './words.js';

/** What is wrong with an arm's rules and holds. */
export function problemsOfRules({ gateway, model }: Arm, locate: PlaceOf): Problem[] {
  const path = locate('gateway', 'rules');
  return [
    ...gateway.rules.flatMap((rule, index) => problemsOfRule(rule, gateway, [...path, index])),
    ...shadowedRules(gateway, path),
    ...problemsOfHold(model.answerHold, gateway, locate('model', 'answerHold')),
  ];
}

function problemsOfRule(rule: GatewayRule, gateway: GatewayPlan, path: Path): Problem[] {
  const { answer, hold, delayMs } = rule;
  const problems = problemsOfMatch(rule, gateway, (field) => [...path, 'on', field]);
  if (answer === undefined && hold === undefined && delayMs === undefined)
    problems.push({ path, text: 'does nothing: write an answer, a hold or a delayMs' });
  if (answer === 'never') problems.push(...problemsOfSilence(rule, path));
  else if (answer?.body !== undefined && answer.stream !== undefined)
    problems.push({ path: [...path, 'answer'], text: 'has a body and a stream: write one of them' });
  else if (answer && answer.body === undefined && !answer.stream && gateway.transport === 'stdio')
    problems.push({
      path: [...path, 'answer'],
      text: 'says nothing over stdio, where there is no status: write a body, or answer "never"',
    });
  return [...problems, ...problemsOfHold(hold, gateway, [...path, 'hold'])];
}

function problemsOfMatch(
  { on }: GatewayRule,
  { transport, sessions }: GatewayPlan,
  at: (field: keyof RequestMatch) => Path,
): Problem[] {
  const problems = problemsOfRpc(on.rpc, at('rpc'));
  if (on.method !== undefined && transport === 'stdio')
    problems.push({ path: at('method'), text: 'never matches over stdio: match by rpc' });
  else problems.push(...problemsOfHttpMethod(on.method, at('method')));
  if (on.method !== undefined && on.method !== 'POST' && on.rpc !== undefined)
    problems.push({ path: at('rpc'), text: `comes with POST, and this rule is for ${on.method}` });
  if (on.session !== undefined && !sessions)
    problems.push({ path: at('session'), text: 'never matches: this gateway has no sessions' });
  else if (on.session !== undefined && on.rpc === 'initialize')
    problems.push({
      path: at('session'),
      text: 'never matches: the session comes with the answer to initialize',
    });
  return problems;
}

/** An answer that never comes cannot be kept back. */
function problemsOfSilence(rule: GatewayRule, path: Path): Problem[] {
  return (['hold', 'delayMs'] as const)
    .filter((part) => rule[part] !== undefined)
    .map((part) => ({ path: [...path, part], text: 'does nothing: the answer is "never"' }));
}

/** Times that end after the run does: what they are for would never be seen. */
export function problemsOfTimes({ gateway, model }: Arm, locate: PlaceOf, limitMs: number): Problem[] {
  const rules = locate('gateway', 'rules');
  const times = [
    ...gateway.rules.flatMap(({ delayMs, hold, answer }, index) => {
      const path = [...rules, index];
      const stream = answer === undefined || answer === 'never' ? undefined : answer.stream;
      return [
        { path: [...path, 'delayMs'], ms: delayMs },
        ...timesOfHold(hold, [...path, 'hold']),
        ...timesOfStream(stream, [...path, 'answer', 'stream']),
      ];
    }),
    ...timesOfStream(gateway.listening, locate('gateway', 'listening')),
    ...timesOfHold(model.answerHold, locate('model', 'answerHold')),
  ];
  const limit = `the run ends after ${limitMs} ms: shorten it, or raise --timeout`;
  return times.flatMap(({ path, ms = 0 }) =>
    ms >= limitMs ? [{ path, text: `is ${ms}, and ${limit}` }] : [],
  );
}

interface Time {
  readonly path: Path;
  readonly ms: number | undefined;
}

function timesOfHold(hold: Hold | undefined, path: Path): Time[] {
  return [
    { path: [...path, 'settleMs'], ms: hold?.settleMs },
    { path: [...path, 'atMostMs'], ms: hold?.atMostMs },
  ];
}

function timesOfStream(stream: StreamPlan | undefined, path: Path): Time[] {
  return [
    { path: [...path, 'closeAfterMs'], ms: stream?.closeAfterMs },
    ...(stream?.events ?? []).map(({ afterMs }, index) => ({
      path: [...path, 'events', index, 'afterMs'],
      ms: afterMs,
    })),
  ];
}
