/** Judges what became of a client after its optional listening stream (GET) was refused or closed: nothing should. */
import type { JournalEntry } from '../fixture/journal.js';
import type { Hold } from '../fixture/plan.js';
import { fail, pass, unclear, type Reading } from './reading.js';
import type { Finding } from './scenario.js';
import { RESULT, TOOL } from './ticket.js';

/** An answer that waits until the client has asked for the tools, and no longer. */
export const toolsListRequested: Hold = {
  until: { fixture: 'gateway', event: 'request', rpc: 'tools/list' },
  settleMs: 0,
};
/** The listening stream is a GET on the endpoint itself; clients look for OAuth metadata on other paths. */
export const getAnswered: Hold = {
  until: { fixture: 'gateway', event: 'answer', method: 'GET', path: '/mcp' },
};
/**
 * Long enough for a client on a loaded machine to close tools/list, if that is what GET's answer makes it do: its
 * closing ends the hold at once. With 20 ms, 2 of 67 broken releases on a loaded machine were too late, with 80 ms 1 of
 * 34; such an arm is unclear and run once more.
 */
export const getSettled: Hold = { ...getAnswered, settleMs: 150 };

/** Nothing happened to the stream: the arm against which the others are held. */
export function judgeControl(seen: Reading): Finding {
  return isPlayed(seen, true) ? pass('tool called, result returned') : unclear(whatIsMissing(seen));
}

/**
 * A failure is what follows `event` on the stream, and only that.
 * @param event the refusal or the end of the stream; undefined if it did not come
 * @param well what to say of it after a pass
 */
export function judgeAfterStream(seen: Reading, event: JournalEntry | undefined, well: string): Finding {
  const failure = failed(seen, event);
  if (failure) return failure;
  if (!isPlayed(seen, event !== undefined)) return unclear(whatIsMissing(seen));
  return pass(`tool called, result returned, ${event ? well : 'GET stream not opened'}`);
}

function failed(seen: Reading, event: JournalEntry | undefined): Finding | undefined {
  const later = seen.after(event);
  const again = later.initializes.length;
  const lost = hasLostTools(seen, later);
  if (lost && again > 0) return fail(`tools lost; re-initialized ${again}×`, 'tools-lost', 're-initialized');
  if (lost) return fail('tools lost', 'tools-lost');
  return again > 0 ? fail(`re-initialized ${again}×`, 're-initialized') : undefined;
}

/**
 * The client itself closed tools/list, and only then asked the model, without the tool. In any other order it may just not
 * have waited for its tools, or have come to its end: that is no loss.
 */
function hasLostTools(seen: Reading, later: Reading): boolean {
  const [closed] = later.aborts({ fixture: 'gateway', rpc: 'tools/list' });
  return seen.calls(TOOL).length === 0 && later.after(closed).questionsWithoutTool.length > 0;
}

/** @param ordered whether the order of the answers counts: without a stream there is none to be held */
function isPlayed(seen: Reading, ordered: boolean): boolean {
  const once = seen.initializes.length === 1 && seen.calls(TOOL).length === 1;
  const returned = seen.callsAnswered(TOOL).length === 1 && seen.resultReturned(RESULT) !== undefined;
  return once && returned && !(ordered && seen.disordered);
}

function whatIsMissing(seen: Reading): string {
  const times = seen.initializes.length;
  if (times > 1) return `initialized ${times}× before anything happened to the stream`;
  return seen.missing() ?? `the tool was called ${seen.calls(TOOL).length}×`;
}
