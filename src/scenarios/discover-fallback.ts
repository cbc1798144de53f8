/**
 * A server with `initialize`, which answers the newer `server/discover` in one of the ways that servers do which do not
 * know it: the client must fall back to `initialize`. Releases that never ask pass, having nothing to fall back from.
 */
import type { GatewayPlan, Hold, PlannedAnswer } from '../fixture/plan.js';
import { read, type Reading } from './reading.js';
import { fail, type ArmRecord, type Finding, type Scenario } from './scenario.js';
import { callsTool, judgePlayed, ticketArm, ticketScenario } from './ticket.js';

/** A client that asks the model at once has this long to fall back all the same. */
const initializeRequested: Hold = {
  until: { fixture: 'gateway', event: 'request', rpc: 'initialize' },
  settleMs: 0,
};

const arm = (id: string, title: string, changes: Partial<GatewayPlan>) =>
  ticketArm(id, title, changes, callsTool(1, initializeRequested));

const answered = (answer: PlannedAnswer): Partial<GatewayPlan> => ({
  rules: [{ on: { rpc: 'server/discover' }, answer }],
});

/** What the official SDKs answer to any other request that carries no session. */
const NO_SESSION: PlannedAnswer = {
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: { jsonrpc: '2.0', error: { code: -32000, message: 'Bad Request: Server not initialized' }, id: null },
};

export const discoverFallback: Scenario = ticketScenario({
  id: 'discover-fallback',
  title: 'server/discover is refused, initialize is not',
  issue: 'https://github.com/modelcontextprotocol/java-sdk/issues/1085',
  spec: 'MCP 2026-07-28, Versioning › Backward Compatibility',
  expected:
    'A client whose server/discover is refused, left unanswered, or answered with an older revision alone falls back to initialize and uses the tool. A client that never asks has nothing to fall back from.',
  revision: 2,
  arms: [
    arm('control', 'refused with -32601 (control)', {}),
    arm('status-400', 'refused with 400', answered(NO_SESSION)),
    arm('status-404', 'refused with 404', answered({ status: 404 })),
    // Stateless servers of the Java SDK before 2.0.
    arm('status-500', 'refused with 500', answered({ status: 500 })),
    arm('older', 'answered: 2025-11-25 alone', { protocolVersion: '2025-11-25', discover: 'answer' }),
    // 2.1.330 closes the request after 5 s.
    arm('unanswered', 'not answered', { discover: 'never' }),
  ],
  judge,
});

function judge(record: ArmRecord): Finding {
  const asked = read(record).requests({ fixture: 'gateway', rpc: 'server/discover' }).length > 0;
  const how = asked ? 'fell back to initialize' : 'server/discover not asked';
  return judgePlayed(record, failed, `${how}, result returned`);
}

/**
 * `server/discover` was answered, or given up by the client, as often as it was asked, and only then the model was asked
 * without the tool, to the end of the script, and `initialize` never. A client that asks the model meanwhile may just not
 * have waited, also if it asks `server/discover` again after an error.
 */
function failed(seen: Reading): Finding | undefined {
  const where = { fixture: 'gateway', rpc: 'server/discover' } as const;
  const ends = [...seen.answers(where), ...seen.aborts(where)].toSorted((one, other) => one.seq - other.seq);
  const end = ends.length === seen.requests(where).length ? ends.at(-1) : undefined;
  const without = seen.after(end).questionsWithoutTool.length > 0;
  const over = seen.scriptEnded && seen.initializes.length === 0 && seen.offers.length === 0;
  return without && over ? fail('no initialize after server/discover', 'no-fallback') : undefined;
}
