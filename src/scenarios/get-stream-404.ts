/**
 * The gateway serves only POST and answers 404 to the client's optional GET listening stream. A client that takes this
 * for an expired session tears its transport down: tools are lost while tools/list is in flight, or the session is
 * initialized anew. Which of the two shows depends on the order of two answers, so each order is an arm of its own.
 */
import type { JournalEntry, RequestEntry } from '../fixture/journal.js';
import type { GatewayPlan, GatewayRule, Hold } from '../fixture/plan.js';
import { getAnswered, getSettled, toolsListRequested } from './listening.js';
import { read, type ToolsListFate } from './reading.js';
import type { Arm, ArmRecord, Finding, Scenario } from './scenario.js';
import { RESULT, TOOL } from './ticket.js';

/**
 * In every session anew: a client that goes round in circles would otherwise get the other order in some round, lose its
 * tools, and stop. A client in a terminal takes note of its tools more slowly than one without.
 */
const toolsListAnswered: Hold = {
  until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list', sameSession: true },
  settleMs: 50,
};

/** GET is answered while tools/list is in flight. */
const getFirst = (status: number): GatewayRule[] => [
  { on: { method: 'GET' }, answer: { status }, hold: toolsListRequested },
  { on: { rpc: 'tools/list' }, hold: getSettled },
];

/** GET is answered once the tools are known. */
const getLast = (status: number): GatewayRule[] => [
  { on: { method: 'GET' }, answer: { status }, hold: toolsListAnswered },
];

function arm(id: string, title: string, rules: GatewayRule[], control = false): Arm {
  return { id, title, control, gateway: gateway(rules), model };
}

/** The gateway of the report, but for what `rules` change. */
function gateway(rules: GatewayRule[]): GatewayPlan {
  return {
    protocolVersion: '2025-03-26',
    sessions: true,
    serverInfo: { name: 'post-only-gateway', version: '1.0.0' },
    tools: [
      {
        name: TOOL,
        description: 'Looks up a ticket by its number.',
        inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
        result: RESULT,
      },
    ],
    rules,
  };
}

/** The model waits until GET has been answered: then a client that reacts to it does so before the call. */
const model: Arm['model'] = {
  turns: [{ call: TOOL, arguments: { id: 'TICKET-4711' } }, { say: 'The ticket is open.' }],
  answerHold: getAnswered,
};

export const getStream404: Scenario = {
  id: 'get-stream-404',
  title: 'GET listening stream answered with 404',
  issue: 'https://github.com/anthropics/claude-code/issues/62198',
  spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Listening for Messages from the Server',
  expected:
    'A client whose optional listening stream (GET) is refused with 404 goes on over POST, with its tools and in the session that it has. The specification names 405 for a server without that stream, and lets 404 end a session without an exception for GET. Many gateways answer 404 all the same.',
  revision: 1,
  server: 'gateway',
  tool: TOOL,
  prompt: `Call the tool ${TOOL} with the id TICKET-4711 and tell me what it says.`,
  arms: [
    arm('control', 'GET 405 (control)', getFirst(405), true),
    arm('404-before-tools', '404 before tools', getFirst(404)),
    arm('404-after-tools', '404 after tools', getLast(404)),
  ],
  settled,
  judge,
};

/** How long to go on watching once the finding is clear: without a terminal the client usually ends well within it. */
const WATCH_MS = 400;
/**
 * At a terminal it never ends by itself, and a broken release initializes anew for ever. On two cores at a load of 15 it
 * did so 90 to 420 ms after the refusal for the first time, then at least every 770 ms, 5 to 7 times a second on average
 * (14 at best). So LOOP_MS are enough to count five times, and a release that has not begun QUIET_MS
 * after the end of its script, which is later than the refusal, does not do it.
 */
const LOOP_MS = 3_000;
const QUIET_MS = 1_500;
/** How many times make a loop. */
const LOOP = 5;

function settled(record: ArmRecord): number | undefined {
  const seen = readFacts(record);
  const clear = seen.reinitialized > 0 || seen.lost || seen.resultAnswered;
  if (record.mode === 'headless') return clear ? WATCH_MS : undefined;
  if (seen.reinitialized > 0) return LOOP_MS;
  return clear || read(record).scriptEnded ? QUIET_MS : undefined;
}

function judge(record: ArmRecord): Finding {
  const seen = readFacts(record);
  return record.arm.control
    ? (passed(seen) ?? unclear(seen))
    : (failed(seen) ?? passed(seen) ?? unclear(seen));
}

function failed(seen: Facts): Finding | undefined {
  const lost = seen.calls === 0 && seen.lost;
  if (!lost && seen.reinitialized === 0) return undefined;
  const again = seen.reinitialized > 0;
  const looping = seen.reinitialized >= LOOP;
  const times = `re-initialized ${seen.reinitialized}×${looping ? `, ${seen.perSecond} per second` : ''}`;
  const evidence = [lost && 'tools lost', again && times];
  const symptoms = [lost && 'tools-lost', again && 're-initialized', looping && 'reconnect-loop'];
  return {
    outcome: 'fail',
    evidence: evidence.filter(Boolean).join('; '),
    symptoms: symptoms.filter((symptom) => symptom !== false),
  };
}

function passed(seen: Facts): Finding | undefined {
  const once = seen.calls === 1 && seen.callsAnswered === 1 && seen.initializes === 1;
  if (!once || !seen.resultReturned || seen.disordered) return undefined;
  const stream = seen.refused ? 'no reconnect' : 'GET stream not opened';
  return { outcome: 'pass', evidence: `tool called, result returned, ${stream}`, symptoms: [] };
}

/** What is missing for a clear finding, said in the order in which things should have happened. */
function unclear(seen: Facts): Finding {
  return { outcome: 'unclear', evidence: whatIsMissing(seen), symptoms: [] };
}

function whatIsMissing(seen: Facts): string {
  if (seen.initializes === 0) return 'the gateway was never initialized';
  if (seen.initializes > 1) return `initialized ${seen.initializes}× without a 404 before it`;
  if (seen.list === 'never asked') return 'tools/list was never asked for';
  if (!seen.asked) return `the model was never asked (tools/list ${seen.list})`;
  if (!seen.offered) return `the model was not offered the tool (tools/list ${seen.list})`;
  if (seen.calls === 0) return 'the tool was never called';
  if (seen.calls > 1) return `the tool was called ${seen.calls}×`;
  if (seen.callsAnswered === 0) return 'the call of the tool was not answered';
  if (seen.disordered) return 'the order of the answers could not be held';
  return 'the result of the call did not reach the model';
}

interface Facts {
  /** The listening stream has been refused, as the scenario's plan has it. */
  readonly refused: boolean;
  readonly initializes: number;
  /** How many of them came after the refusal, and how many a second from it to the last of them, in round figures. */
  readonly reinitialized: number;
  readonly perSecond: number;
  /**
   * After the refusal the client itself closed tools/list, and only then asked the model, without the tool. In any other
   * order it may just not have waited for the tools, or have come to its end: that is no loss.
   */
  readonly lost: boolean;
  readonly list: ToolsListFate;
  /** The model was asked with tools at some time; and with the one of the gateway. */
  readonly asked: boolean;
  readonly offered: boolean;
  /** Requests for the scenario's tool; and how many of them were answered. */
  readonly calls: number;
  readonly callsAnswered: number;
  readonly resultReturned: boolean;
  /** The model has answered the request that carried the result: the script is at its end. */
  readonly resultAnswered: boolean;
  /** The stream was opened, but not within the time for which the other answer could be held. */
  readonly disordered: boolean;
}

function readFacts(record: ArmRecord): Facts {
  const seen = read(record);
  const refusal = seen.streamRefusal;
  const later = seen.after(refusal);
  const again = seen.initializes.slice(1).filter(({ seq }) => refusal !== undefined && seq > refusal.seq);
  const returned = seen.resultReturned(RESULT);
  const [closed] = later.aborts({ fixture: 'gateway', rpc: 'tools/list' });
  const [without] = later.questionsWithoutTool;
  return {
    refused: refusal !== undefined,
    initializes: seen.initializes.length,
    reinitialized: again.length,
    perSecond: rate(again, refusal),
    lost: closed !== undefined && without !== undefined && closed.seq < without.seq,
    list: seen.toolsList,
    asked: seen.questions.length > 0,
    offered: seen.offers.length > 0,
    calls: seen.calls(TOOL).length,
    callsAnswered: seen.callsAnswered(TOOL).length,
    resultReturned: returned !== undefined,
    resultAnswered: returned !== undefined && seen.answerTo(returned) !== undefined,
    disordered: refusal !== undefined && seen.disordered,
  };
}

function rate(requests: readonly RequestEntry[], since: JournalEntry | undefined): number {
  const last = requests.at(-1);
  if (!last || !since) return 0;
  return Math.max(1, Math.round((requests.length * 1000) / Math.max(1, last.atMs - since.atMs)));
}
