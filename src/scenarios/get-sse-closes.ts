/**
 * The server opens the listening stream and closes it again, as proxies do with streams on which nothing happens. The
 * specification lets either side close it at any time: the client may open another, and must keep its tools and session.
 *
 * The call takes longer than the two attempts of the official SDK to open another stream (after 1 s and 1.5 s): what a
 * client does when it gives them up, it does before the call is answered.
 */
import type { GatewayRule, Hold, PlannedAnswer } from '../fixture/plan.js';
import { answeredAfter, failureAfter, getAnswered, judgeOnce, judgeWell, whileListing } from './listening.js';
import { read } from './reading.js';
import type { ArmRecord, Finding, Scenario } from './scenario.js';
import { ticketArm, ticketScenario } from './ticket.js';

/** No client waits for the stream before it goes on; on a busy machine 1.5 s are too short for 2.1.112 to come to the call. */
const callRequested: Hold = {
  until: { fixture: 'gateway', event: 'request', rpc: 'tools/call' },
  settleMs: 0,
  atMostMs: 10_000,
};
const CLOSED_AT_ONCE: PlannedAnswer = { status: 200, stream: { closeAfterMs: 0 } };

/** The stream opens and closes while the tool is at work. */
const whileCalling: GatewayRule[] = [
  ...answeredAfter(callRequested, CLOSED_AT_ONCE),
  { on: { rpc: 'tools/call' }, hold: { ...getAnswered, settleMs: 4_000, atMostMs: 6_000 } },
];

export const getSseCloses: Scenario = ticketScenario({
  id: 'get-sse-closes',
  title: 'GET listening stream closed by the server',
  issue: 'https://github.com/anthropics/claude-code/issues/38631',
  spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Listening for Messages from the Server',
  expected:
    'A client whose listening stream the server closes keeps its tools and its session, whether it opens another stream or not: the specification lets either side close the stream at any time.',
  revision: 2,
  arms: [
    ticketArm('control', 'stream stays open (control)', { listening: {} }),
    // Every stream opens and closes while tools/list is in flight.
    ticketArm('closes-before-tools', 'closed before tools', { rules: whileListing(CLOSED_AT_ONCE) }),
    ticketArm('closes-during-call', 'closed during the call', { rules: whileCalling }),
  ],
  judge,
});

function judge(record: ArmRecord): Finding {
  const seen = read(record);
  if (record.arm.control) return judgeOnce(seen, true, 'tool called, result returned');
  const closed = seen.entries.find(
    (entry) => entry.kind === 'closed' && entry.by === 'server' && entry.method === 'GET',
  );
  return failureAfter(seen, closed) ?? judgeWell(seen, closed, 'session kept');
}
