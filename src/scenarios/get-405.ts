/**
 * The server has no listening stream, and answers GET with 405: the answer that the specification names for it. Nothing
 * may come of that. The control opens the stream, and leaves it open.
 */
import type { GatewayPlan, GatewayRule, Hold, PlannedAnswer } from '../fixture/plan.js';
import { getAnswered, getSettled, judgeAfterStream, judgeControl, toolsListRequested } from './listening.js';
import { read } from './reading.js';
import { settledAfterCalls } from './settling.js';
import type { Arm, ArmRecord, Finding, Scenario } from './scenario.js';
import { callsTool, PROMPT, SERVER, ticketServer, TOOL, WATCH_MS } from './ticket.js';

const toolsListAnswered: Hold = { until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list' } };

const NOT_ALLOWED: PlannedAnswer = { status: 405, headers: { allow: 'POST, DELETE' } };
/** What stateless servers of the official SDKs answer, to the letter. */
const WITH_MESSAGE: PlannedAnswer = {
  status: 405,
  headers: { 'content-type': 'application/json', allow: 'POST' },
  body: { jsonrpc: '2.0', error: { code: -32000, message: 'Method not allowed.' }, id: null },
};

/** GET is answered while tools/list is in flight, or once the tools are known. */
const whileListing = (answer: PlannedAnswer): GatewayRule[] => [
  { on: { method: 'GET' }, answer, hold: toolsListRequested },
  { on: { rpc: 'tools/list' }, hold: getSettled },
];
const afterListing: GatewayRule[] = [{ on: { method: 'GET' }, answer: NOT_ALLOWED, hold: toolsListAnswered }];

/** The model waits until GET has been answered: then a client that reacts to it does so before the call. */
const arm = (id: string, title: string, changes: Partial<GatewayPlan>): Arm => ({
  id,
  title,
  control: id === 'control',
  gateway: ticketServer(changes),
  model: { ...callsTool(), answerHold: getAnswered },
});

export const get405: Scenario = {
  id: 'get-405',
  title: 'GET listening stream answered with 405',
  issue: 'https://github.com/anthropics/claude-code/issues/39790',
  spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Listening for Messages from the Server',
  expected:
    'A client whose listening stream (GET) is refused with 405 goes on over POST, with its tools and in the session that it has: 405 is the answer that the specification names for a server without that stream.',
  revision: 2,
  server: SERVER,
  tool: TOOL,
  prompt: PROMPT,
  arms: [
    arm('control', 'stream stays open (control)', { listening: {} }),
    arm('405-before-tools', '405 before tools', { rules: whileListing(NOT_ALLOWED) }),
    arm('405-after-tools', '405 after tools', { rules: afterListing }),
    arm('405-stateless', '405 of a stateless server', { sessions: false, rules: whileListing(WITH_MESSAGE) }),
  ],
  settled: (record) => settledAfterCalls(record, WATCH_MS),
  judge,
};

function judge(record: ArmRecord): Finding {
  const seen = read(record);
  if (record.arm.control) return judgeControl(seen);
  return judgeAfterStream(seen, seen.streamRefusal, 'no reconnect');
}
