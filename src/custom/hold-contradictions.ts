/** Holds that wait for what can never happen, or for longer than they last. */
import { AT_MOST_MS, type Hold, type Match } from '../fixture/hold.js';
import type { GatewayPlan } from '../fixture/plan.js';
import type { Path, Problem } from './problem.js';
import { similar } from './similar.js';
import { problemsOfHttpMethod, problemsOfRpc, STDIO } from './words.js';

/** Where clients send their requests. They look for OAuth metadata elsewhere on the gateway, so there are other paths. */
const PATHS = { gateway: ['/mcp'], model: ['/v1/messages', '/v1/messages/count_tokens'] } as const;

/** What is wrong with a hold, if there is one. */
export function problemsOfHold(hold: Hold | undefined, gateway: GatewayPlan, path: Path): Problem[] {
  if (!hold) return [];
  const { until, settleMs = 0, atMostMs = AT_MOST_MS } = hold;
  const at = (field: keyof Match) => [...path, 'until', field];
  const overStdio = until.fixture === 'gateway' && gateway.transport === 'stdio';
  const problems = [
    ...problemsOfRpc(until.rpc, at('rpc')),
    ...(overStdio ? problemsOverStdio(until, at) : problemsOverHttp(until, at)),
  ];
  if (until.fixture === 'model' && until.rpc !== undefined)
    problems.push({ path: at('rpc'), text: 'never happens: the model API does not speak JSON-RPC' });
  if (until.sameSession && (until.fixture === 'model' || !gateway.sessions))
    problems.push({ path: at('sameSession'), text: 'never happens: there are no sessions' });
  else if (until.sameSession && until.rpc === 'initialize')
    problems.push({
      path: at('sameSession'),
      text: 'never happens: the session comes with the answer to initialize',
    });
  if (settleMs > atMostMs)
    problems.push({
      path: [...path, 'settleMs'],
      text: `is ${settleMs}, and atMostMs${hold.atMostMs === undefined ? ', where it is left out,' : ''} bounds the whole wait at ${atMostMs}`,
    });
  return problems;
}

type At = (field: keyof Match) => Path;

function problemsOverStdio({ method = STDIO.method, path = STDIO.path }: Match, at: At): Problem[] {
  const text = 'never happens: this gateway is transport "stdio"';
  return [
    ...(method === STDIO.method ? [] : [{ path: at('method'), text }]),
    ...(path === STDIO.path ? [] : [{ path: at('path'), text }]),
  ];
}

function problemsOverHttp({ fixture, method, path, rpc }: Match, at: At): Problem[] {
  const whose = fixture === 'model' ? 'the model API is' : 'this gateway is transport';
  const text = `never happens: ${whose} "http"`;
  const problems: Problem[] = [];
  if (method === STDIO.method) problems.push({ path: at('method'), text });
  else problems.push(...problemsOfHttpMethod(method, at('method')));
  if (rpc !== undefined && method !== undefined && method !== 'POST' && problems.length === 0)
    problems.push({ path: at('rpc'), text: `comes with POST, and this hold waits for ${method}` });
  if (path === STDIO.path) problems.push({ path: at('path'), text });
  const known: readonly string[] = PATHS[fixture];
  const meant = path === undefined || known.includes(path) ? undefined : similar(path, known);
  if (meant !== undefined)
    problems.push({ path: at('path'), text: `is no path that clients ask (did you mean "${meant}"?)` });
  return problems;
}
