/**
 * The server demands a bearer token, and the client is configured with it as a static header. Authorization is to be part
 * of every request to the server, "even if they are part of the same logical session": also of GET, and of those that
 * open a new session after the first has expired.
 */
import type { RequestEntry } from '../fixture/journal.js';
import type { GatewayRule } from '../fixture/plan.js';
import { fail, pass, read, unclear, type Reading } from './reading.js';
import { settledAfterCalls } from './settling.js';
import type { Arm, ArmRecord, Finding, Scenario } from './scenario.js';
import { callsTool, PROMPT, SERVER, SESSION_NOT_FOUND, ticketServer, TOOL, WATCH_MS } from './ticket.js';

const TOKEN = 'static-token-4711';
const ENDPOINT = '/mcp';

const expires: GatewayRule = { on: { rpc: 'tools/call', session: 1 }, answer: SESSION_NOT_FOUND };

const demanding = (id: string, title: string, calls: number, rules: GatewayRule[]): Arm => ({
  id,
  title,
  control: false,
  gateway: ticketServer({ bearer: TOKEN, listening: {}, rules }),
  headers: { Authorization: `Bearer ${TOKEN}` },
  model: callsTool(calls),
});

const NEW_SESSION = 'token-in-new-session';

export const bearerStaticHeaders: Scenario = {
  id: 'bearer-static-headers',
  title: 'bearer token in static headers',
  issue: 'https://github.com/anthropics/claude-code/issues/7290',
  spec: 'MCP 2025-03-26, Authorization › Access Token Usage › Token Requirements',
  expected:
    'A client that is configured with a static Authorization header sends it with every request to the server: also with GET, and with the requests that open a new session. The specification asks for authorization in every request.',
  revision: 2,
  server: SERVER,
  tool: TOOL,
  prompt: PROMPT,
  arms: [
    {
      id: 'control',
      title: 'no token (control)',
      control: true,
      gateway: ticketServer({ listening: {} }),
      model: callsTool(),
    },
    demanding('token', 'token', 1, []),
    // Two calls, as in session-expired: for clients that recover only for the second.
    demanding(NEW_SESSION, 'token in a new session', 2, [expires]),
  ],
  settled: (record) => settledAfterCalls(record, WATCH_MS),
  judge,
};

function judge(record: ArmRecord): Finding {
  const seen = read(record);
  if (record.arm.control) return played(seen, 'tool called, result returned');
  const without = toEndpoint(seen).filter(lacksToken);
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

/** Without those to other paths, where clients look for OAuth metadata. */
function toEndpoint(seen: Reading): readonly RequestEntry[] {
  return seen.requests({ fixture: 'gateway', path: ENDPOINT });
}

/** Of a request that was cut short, by the client's end or ours, the token is not known: its headers were not looked at. */
const lacksToken = ({ authorization }: RequestEntry) =>
  authorization === 'none' || authorization === 'refused';

const nameOf = ({ rpc, method }: RequestEntry) => rpc ?? method;
