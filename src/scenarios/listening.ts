/** Judges what became of a client after its optional listening stream (GET) was refused or closed: nothing should. */
import type { JournalEntry, RequestEntry } from '../fixture/journal.js';
import type { GatewayRule, Hold, PlannedAnswer } from '../fixture/plan.js';
import type { Reading } from './reading.js';
import { fail, pass, unclear, type Finding } from './scenario.js';
import { RESULT, TOOL } from './ticket.js';

/** An answer that waits until the client has asked for the tools, and no longer. */
const toolsListRequested: Hold = {
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
const getSettled: Hold = { ...getAnswered, settleMs: 150 };

/** GET is answered while tools/list is in flight. */
export const whileListing = (answer: PlannedAnswer): GatewayRule[] => [
  { on: { method: 'GET' }, answer, hold: toolsListRequested },
  { on: { rpc: 'tools/list' }, hold: getSettled },
];

/** GET is answered once this has happened. */
export const answeredAfter = (hold: Hold, answer: PlannedAnswer): GatewayRule[] => [
  { on: { method: 'GET' }, answer, hold },
];

/** What followed `event` on the stream (undefined: it did not come), and only that. */
export interface Aftermath {
  /** A session was opened anew. */
  readonly again: readonly RequestEntry[];
  /**
   * The client itself closed tools/list, and only then asked the model, without the tool. In any other order it may just not
   * have waited for its tools, or have come to its end: that is no loss.
   */
  readonly lost: boolean;
}

export function aftermath(seen: Reading, event: JournalEntry | undefined): Aftermath {
  const later = seen.after(event);
  const [first] = seen.initializes;
  const [closed] = later.aborts({ fixture: 'gateway', rpc: 'tools/list' });
  const [without] = later.questionsWithoutTool;
  return {
    again: later.initializes.filter((entry) => entry !== first),
    lost: closed !== undefined && without !== undefined && closed.seq < without.seq,
  };
}

/** How many new sessions make a loop. */
const LOOP = 5;

/**
 * @param event the refusal or the end of the stream; undefined if it did not come
 * @param looping whether a loop is a failure of its own
 */
export function failureAfter(
  seen: Reading,
  event: JournalEntry | undefined,
  looping = false,
): Finding | undefined {
  const { again, lost: listClosed } = aftermath(seen, event);
  const lost = listClosed && seen.calls(TOOL).length === 0;
  const loop = looping && again.length >= LOOP;
  const times = `re-initialized ${again.length}×${loop ? `, ${rate(again, event)} per second` : ''}`;
  const [symptom, ...more] = [
    ...(lost ? ['tools-lost'] : []),
    ...(again.length > 0 ? ['re-initialized'] : []),
    ...(loop ? ['reconnect-loop'] : []),
  ];
  if (symptom === undefined) return undefined;
  return fail([lost && 'tools lost', again.length > 0 && times].filter(Boolean).join('; '), symptom, ...more);
}

/** How many a second from `since` to the last of them, in round figures. */
function rate(requests: readonly RequestEntry[], since: JournalEntry | undefined): number {
  const spanMs = (requests.at(-1)?.atMs ?? 0) - (since?.atMs ?? 0);
  return Math.max(1, Math.round((requests.length * 1000) / Math.max(1, spanMs)));
}

/**
 * @param ordered whether the order of the answers counts: without a stream there is none to be held
 * @param evidence of a pass
 */
export function judgeOnce(seen: Reading, ordered: boolean, evidence: string): Finding {
  const [initialized, called] = [seen.initializes.length, seen.calls(TOOL).length];
  const returned = seen.callsAnswered(TOOL).length === 1 && seen.resultReturned(RESULT) !== undefined;
  if (initialized === 1 && called === 1 && returned && !(ordered && seen.disordered)) return pass(evidence);
  if (initialized > 1) return unclear(`initialized ${initialized}× before anything happened to the stream`);
  return unclear(seen.missing() ?? `the tool was called ${called}×`);
}

/** A pass of an arm in which `event` was to come: `well` says what became of the client then. */
export function judgeWell(seen: Reading, event: JournalEntry | undefined, well: string): Finding {
  const how = event ? well : 'GET stream not opened';
  return judgeOnce(seen, event !== undefined, `tool called, result returned, ${how}`);
}
