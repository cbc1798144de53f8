/**
 * The gateway serves only POST and answers 404 to the client's optional GET listening stream. A client that takes this
 * for an expired session tears its transport down: tools are lost while tools/list is in flight, or the session is
 * initialized anew. Which of the two shows depends on the order of two answers, so each order is an arm of its own.
 */
import type { GatewayRule, Hold } from '../fixture/plan.js';
import { aftermath, answeredAfter, failureAfter, getAnswered, judgeWell, whileListing } from './listening.js';
import { read } from './reading.js';
import type { ArmRecord, Finding, Scenario } from './scenario.js';
import { callsTool, RESULT, ticketArm, ticketScenario, WATCH_MS } from './ticket.js';

/**
 * In every session anew: a client that goes round in circles would otherwise get the other order in some round, lose its
 * tools, and stop. A client in a terminal takes note of its tools more slowly than one without.
 */
const toolsListAnswered: Hold = {
  until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list', sameSession: true },
  settleMs: 50,
};

/** The gateway of the report. The model waits until GET has been answered: what a client does then it does before the call. */
const arm = (id: string, title: string, rules: GatewayRule[]) =>
  ticketArm(
    id,
    title,
    { serverInfo: { name: 'post-only-gateway', version: '1.0.0' }, rules },
    callsTool(1, getAnswered),
  );

export const getStream404: Scenario = ticketScenario({
  id: 'get-stream-404',
  title: 'GET listening stream answered with 404',
  issue: 'https://github.com/anthropics/claude-code/issues/62198',
  spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Listening for Messages from the Server',
  expected:
    'A client whose optional listening stream (GET) is refused with 404 goes on over POST, with its tools and in the session that it has. The specification names 405 for a server without that stream, and lets 404 end a session without an exception for GET. Many gateways answer 404 all the same.',
  revision: 1,
  arms: [
    arm('control', 'GET 405 (control)', whileListing({ status: 405 })),
    arm('404-before-tools', '404 before tools', whileListing({ status: 404 })),
    arm('404-after-tools', '404 after tools', answeredAfter(toolsListAnswered, { status: 404 })),
  ],
  settled,
  judge,
});

/**
 * At a terminal a client never ends by itself, and a broken release initializes anew for ever. On two cores at a load of 15 it
 * did so 90 to 420 ms after the refusal for the first time, then at least every 770 ms, 5 to 7 times a second on average
 * (14 at best). So LOOP_MS are enough to count five times, and a release that has not begun QUIET_MS
 * after the end of its script, which is later than the refusal, does not do it.
 */
const LOOP_MS = 3_000;
const QUIET_MS = 1_500;

function settled(record: ArmRecord): number | undefined {
  const seen = read(record);
  const { again, lost } = aftermath(seen, seen.streamRefusal);
  const returned = seen.resultReturned(RESULT);
  const clear = again.length > 0 || lost || (returned && seen.answerTo(returned));
  if (record.mode === 'headless') return clear ? WATCH_MS : undefined;
  if (again.length > 0) return LOOP_MS;
  return clear || seen.scriptEnded ? QUIET_MS : undefined;
}

function judge(record: ArmRecord): Finding {
  const seen = read(record);
  const refusal = seen.streamRefusal;
  const failure = record.arm.control ? undefined : failureAfter(seen, refusal, true);
  return failure ?? judgeWell(seen, refusal, 'no reconnect');
}
