/**
 * The server demands a bearer token, and the client is configured with it as a static header. Authorization is to be part
 * of every request to the server, "even if they are part of the same logical session": also of GET, and of those that
 * open a new session after the first has expired.
 */
import type { RequestEntry } from '../fixture/journal.js';
import type { GatewayRule } from '../fixture/plan.js';
import { read, type Reading } from './reading.js';
import { fail, pass, unclear, type Arm, type ArmRecord, type Finding, type Scenario } from './scenario.js';
import { callsTool, SESSION_NOT_FOUND, ticketArm, ticketScenario } from './ticket.js';

const TOKEN = 'static-token-4711';

const expires: GatewayRule = { on: { rpc: 'tools/call', session: 1 }, answer: SESSION_NOT_FOUND };

function demanding(id: string, title: string, calls: number, rules: GatewayRule[]): Arm {
  const { model, ...arm } = ticketArm(id, title, { bearer: TOKEN, listening: {}, rules }, callsTool(calls));
  // The order of the fields is part of the scenario's digest.
  return { ...arm, headers: { Authorization: `Bearer ${TOKEN}` }, model };
}

const NEW_SESSION = 'token-in-new-session';

export const bearerStaticHeaders: Scenario = ticketScenario({
  id: 'bearer-static-headers',
  title: 'bearer token in static headers',
  issue: 'https://github.com/anthropics/claude-code/issues/7290',
  spec: 'MCP 2025-03-26, Authorization › Access Token Usage › Token Requirements',
  expected:
    'A client that is configured with a static Authorization header sends it with every request to the server: also with GET, and with the requests that open a new session. The specification asks for authorization in every request.',
  revision: 2,
  arms: [
    ticketArm('control', 'no token (control)', { listening: {} }),
    demanding('token', 'token', 1, []),
    // Two calls, as in session-expired: for clients that recover only for the second.
    demanding(NEW_SESSION, 'token in a new session', 2, [expires]),
  ],
  judge,
});

function judge(record: ArmRecord): Finding {
  const seen = read(record);
  if (record.arm.control) return played(seen, 'tool called, result returned');
  // On other paths clients look for OAuth metadata.
  const without = seen.requests({ fixture: 'gateway', path: '/mcp' }).filter(lacksToken);
  if (without.length > 0)
    return fail(`no token with ${[...new Set(without.map(nameOf))].join(', ')}`, 'token-missing');
  if (record.arm.id === NEW_SESSION) return inNewSession(seen);
  return played(seen, 'token with every request, result returned');
}

/** A client that does not recover from an expired session is not the concern of this scenario. */
function inNewSession(seen: Reading): Finding {
  const [refusal] = seen.answers({ fixture: 'gateway', rpc: 'tools/call', status: 404 });
  if (!refusal || !seen.scriptEnded) return unclear(seen.missing() ?? 'no call was answered with 404');
  const again = seen.after(refusal).initializes.length;
  return pass(`token with every request, ${again > 0 ? 'also in the new session' : 'no new session'}`);
}

function played(seen: Reading, evidence: string): Finding {
  const missing = seen.missing();
  return missing === undefined ? pass(evidence) : unclear(missing);
}

/** Of a request that was cut short, by the client's end or ours, the token is not known: its headers were not looked at. */
const lacksToken = ({ authorization }: RequestEntry) =>
  authorization === 'none' || authorization === 'refused';

const nameOf = ({ rpc, method }: RequestEntry) => rpc ?? method;
