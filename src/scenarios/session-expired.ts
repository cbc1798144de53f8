/**
 * The server terminates the session before the tool is called, and says so as the specification asks: 404 to a request
 * that carries the session's id. The client must then start a new session, in which the call succeeds.
 *
 * The model calls the tool twice, so that a client which reports the first failure and recovers for the next call is told
 * apart from one that never recovers. Releases that recover at once make both calls in the new session, some of them
 * after having opened two.
 */
import type { PlannedAnswer } from '../fixture/plan.js';
import { fail, pass, read, unclear, type Reading } from './reading.js';
import type { Arm, ArmRecord, Finding, Scenario } from './scenario.js';
import { settledAfterCalls, SILENCE_MS } from './settling.js';
import {
  callsTool,
  PROMPT,
  RESULT,
  SERVER,
  SESSION_NOT_FOUND,
  ticketServer,
  TOOL,
  WATCH_MS,
} from './ticket.js';

/** The first session is over as soon as a tool is called in it, for as often as it is tried. */
export function expiredArm(id: string, title: string, answer: PlannedAnswer): Arm {
  const rules = [{ on: { rpc: 'tools/call', session: 1 }, answer }];
  return { id, title, control: false, gateway: ticketServer({ rules }), model: callsTool(2) };
}

export const livingSession: Arm = {
  id: 'control',
  title: 'session lives on (control)',
  control: true,
  gateway: ticketServer(),
  model: callsTool(2),
};

export const sessionExpired: Scenario = {
  id: 'session-expired',
  title: 'POST answered with 404: the session has expired',
  issue: 'https://github.com/anthropics/claude-code/issues/59442',
  spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Session Management',
  expected:
    'A client whose session the server has ended with 404 initializes anew without the old session id, and a tool call succeeds in the new session: at once, or the next call after one that failed.',
  revision: 2,
  server: SERVER,
  tool: TOOL,
  prompt: PROMPT,
  arms: [livingSession, expiredArm('expired', 'session expired', SESSION_NOT_FOUND)],
  settled: sessionSettled,
  judge: judgeSession,
};

/** That no session is opened shows only in time: a client that stays alive may do it in the background. */
export function sessionSettled(record: ArmRecord): number | undefined {
  const isSilent = judgeSession(record).outcome === 'fail';
  return settledAfterCalls(record, isSilent ? SILENCE_MS : WATCH_MS);
}

export function judgeSession(record: ArmRecord): Finding {
  const seen = read(record);
  const missing = seen.missing();
  if (record.arm.control)
    return missing === undefined ? pass('tool called, result returned') : unclear(missing);
  const [refusal] = seen.answers({ fixture: 'gateway', rpc: 'tools/call', status: 404 });
  if (!refusal) return unclear(missing ?? 'no call was answered with 404');
  return judgeAfter(seen.after(refusal), refusal.session);
}

/** What the client did after the 404 in the session `expired`. */
function judgeAfter(later: Reading, expired: string | undefined): Finding {
  const succeeded = later.callsAnswered(TOOL).some(({ session }) => session !== expired);
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
