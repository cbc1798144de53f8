/**
 * The server has no listening stream, and answers GET with 405: the answer that the specification names for it. Nothing
 * may come of that. The control opens the stream, and leaves it open.
 */
import type { GatewayPlan, Hold, PlannedAnswer } from '../fixture/plan.js';
import { answeredAfter, failureAfter, getAnswered, judgeOnce, judgeWell, whileListing } from './listening.js';
import { read } from './reading.js';
import type { ArmRecord, Finding, Scenario } from './scenario.js';
import { callsTool, ticketArm, ticketScenario } from './ticket.js';

const toolsListAnswered: Hold = { until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list' } };

const NOT_ALLOWED: PlannedAnswer = { status: 405, headers: { allow: 'POST, DELETE' } };
/** What stateless servers of the official SDKs answer, to the letter. */
const WITH_MESSAGE: PlannedAnswer = {
  status: 405,
  headers: { 'content-type': 'application/json', allow: 'POST' },
  body: { jsonrpc: '2.0', error: { code: -32000, message: 'Method not allowed.' }, id: null },
};

/** The model waits until GET has been answered: then a client that reacts to it does so before the call. */
const arm = (id: string, title: string, changes: Partial<GatewayPlan>) =>
  ticketArm(id, title, changes, callsTool(1, getAnswered));

export const get405: Scenario = ticketScenario({
  id: 'get-405',
  title: 'GET listening stream answered with 405',
  issue: 'https://github.com/anthropics/claude-code/issues/39790',
  spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Listening for Messages from the Server',
  expected:
    'A client whose listening stream (GET) is refused with 405 goes on over POST, with its tools and in the session that it has: 405 is the answer that the specification names for a server without that stream.',
  revision: 2,
  arms: [
    arm('control', 'stream stays open (control)', { listening: {} }),
    arm('405-before-tools', '405 before tools', { rules: whileListing(NOT_ALLOWED) }),
    arm('405-after-tools', '405 after tools', { rules: answeredAfter(toolsListAnswered, NOT_ALLOWED) }),
    arm('405-stateless', '405 of a stateless server', { sessions: false, rules: whileListing(WITH_MESSAGE) }),
  ],
  judge,
});

function judge(record: ArmRecord): Finding {
  const seen = read(record);
  if (record.arm.control) return judgeOnce(seen, true, 'tool called, result returned');
  return failureAfter(seen, seen.streamRefusal) ?? judgeWell(seen, seen.streamRefusal, 'no reconnect');
}
