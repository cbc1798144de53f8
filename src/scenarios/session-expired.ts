/**
 * The server terminates the session before the tool is called, and says so as the specification asks: 404 to a request
 * that carries the session's id. The client must then start a new session, in which the call succeeds.
 *
 * The model calls the tool twice, so that a client which reports the first failure and recovers for the next call is told
 * apart from one that never recovers. Releases that recover at once make both calls in the new session, some of them
 * after having opened two.
 */
import type { PlannedAnswer } from '../fixture/plan.js';
import { read, settledAfterCalls, SILENCE_MS, type Reading } from './reading.js';
import { fail, pass, unclear, type Arm, type ArmRecord, type Finding, type Scenario } from './scenario.js';
import { callsTool, RESULT, SESSION_NOT_FOUND, ticketArm, ticketScenario, TOOL, WATCH_MS } from './ticket.js';

/** The first session is over as soon as a tool is called in it, for as often as it is tried. */
const expired = (id: string, title: string, answer: PlannedAnswer): Arm =>
  ticketArm(id, title, { rules: [{ on: { rpc: 'tools/call', session: 1 }, answer }] }, callsTool(2));

const control = ticketArm('control', 'session lives on (control)', {}, callsTool(2));

const SPEC = 'MCP 2025-03-26, Transports › Streamable HTTP › Session Management';

export const sessionExpired: Scenario = ticketScenario({
  id: 'session-expired',
  title: 'POST answered with 404: the session has expired',
  issue: 'https://github.com/anthropics/claude-code/issues/59442',
  spec: SPEC,
  expected:
    'A client whose session the server has ended with 404 initializes anew without the old session id, and a tool call succeeds in the new session: at once, or the next call after one that failed.',
  revision: 2,
  arms: [control, expired('expired', 'session expired', SESSION_NOT_FOUND)],
  settled,
  judge,
});

/**
 * The same, but the server's 404 does not look like the official SDKs': by the specification the status alone says it.
 * 2.1.50 … 2.1.146 recover only where the body names the code -32001.
 */
export const sessionExpiredPlain: Scenario = ticketScenario({
  id: 'session-expired-plain',
  title: 'POST answered with a plain 404: the session has expired',
  issue: 'https://github.com/anthropics/claude-code/issues/62008',
  spec: SPEC,
  expected:
    'A client whose session the server has ended with 404 initializes anew, and a tool call succeeds in the new session, whatever the body of the 404 says: the specification names the status alone.',
  revision: 2,
  arms: [
    control,
    expired('no-body', 'no body', { status: 404 }),
    // The body of the report.
    expired('other-body', 'another body', { status: 404, body: { error: 'Session not found' } }),
  ],
  settled,
  judge,
});

/** That no session is opened shows only in time: a client that stays alive may do it in the background. */
function settled(record: ArmRecord): number | undefined {
  const isSilent = judge(record).outcome === 'fail';
  return settledAfterCalls(record, isSilent ? SILENCE_MS : WATCH_MS);
}

function judge(record: ArmRecord): Finding {
  const seen = read(record);
  const missing = seen.missing();
  if (record.arm.control)
    return missing === undefined ? pass('tool called, result returned') : unclear(missing);
  const [refusal] = seen.answers({ fixture: 'gateway', rpc: 'tools/call', status: 404 });
  if (!refusal) return unclear(missing ?? 'no call was answered with 404');
  return judgeAfter(seen.after(refusal), refusal.session);
}

/** What the client did after the 404 in the session that is `over`. */
function judgeAfter(later: Reading, over: string | undefined): Finding {
  const succeeded = later.callsAnswered(TOOL).some(({ session }) => session !== over);
  const returned = later.resultReturned(RESULT);
  if (succeeded && returned) return pass(recovery(returned.toolResults));
  if (succeeded) return unclear('a call in a new session succeeded, but no result reached the model');
  if (later.initializes.length > 0) return unclear('a new session, but no call in it succeeded');
  if (!later.scriptEnded) return unclear('it ended before it told the model what came of the calls');
  return fail('tool error, no new session', 'tool-error', 'no-new-session');
}

function recovery(results: readonly string[] = []): string {
  const atOnce = results[0]?.includes(RESULT);
  return atOnce ? 'new session, result returned' : 'tool error, then a new session, result returned';
}
