/**
 * The gateway serves only POST and answers 404 to the client's optional GET listening stream. A client that takes this
 * for an expired session tears its transport down: tools are lost while tools/list is in flight, or the session is
 * initialized anew. Which of the two shows depends on the order of two answers, so each order is an arm of its own.
 */
import type { GatewayPlan, GatewayRule } from '../fixture/gateway.js';
import type { Hold } from '../fixture/hold.js';
import type { JournalEntry, RequestEntry } from '../fixture/journal.js';
import type { Arm, ArmRecord, Finding, Scenario } from './scenario.js';

const TOOL = 'lookup_ticket';
const RESULT = 'TICKET-4711 is open';

const toolsListAnswered: Hold = { until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list' } };
const toolsListRequested: Hold = {
  until: { fixture: 'gateway', event: 'request', rpc: 'tools/list' },
  settleMs: 0,
};
/** The listening stream is a GET on the endpoint itself; clients look for OAuth metadata on other paths. */
const ENDPOINT = '/mcp';
const getAnswered: Hold = {
  until: { fixture: 'gateway', event: 'answer', method: 'GET', path: ENDPOINT },
};
/**
 * Long enough for a client on a loaded machine to close tools/list, if that is what GET's answer makes it do: its
 * closing ends the hold at once. With 20 ms, 2 of 67 broken releases on a loaded machine were too late, with 80 ms 1 of
 * 34; such an arm is unclear and run once more.
 */
const getSettled: Hold = { ...getAnswered, settleMs: 150 };

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
  toolArguments: { id: 'TICKET-4711' },
  closingText: 'The ticket is open.',
  answerHold: getAnswered,
};

export const getStream404: Scenario = {
  id: 'get-stream-404',
  title: 'GET listening stream answered with 404',
  issue: 'https://github.com/anthropics/claude-code/issues/62198',
  spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Listening for Messages from the Server',
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

/** How long to go on watching once the finding is clear: the client usually ends by itself well within it. */
const WATCH_MS = 400;

function settled(record: ArmRecord): number | undefined {
  const seen = readFacts(record);
  const over = seen.reinitialized > 0 || seen.lost || seen.resultAnswered;
  return over ? WATCH_MS : undefined;
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
  const evidence = [lost && 'tools lost', seen.reinitialized > 0 && `re-initialized ${seen.reinitialized}×`];
  const symptoms = [lost && 'tools-lost', seen.reinitialized > 0 && 're-initialized'];
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
  /** How many of them came after the refusal. */
  readonly reinitialized: number;
  /**
   * After the refusal the client itself closed tools/list, and only then asked the model, without the tool. In any other
   * order it may just not have waited for the tools, or have come to its end: that is no loss.
   */
  readonly lost: boolean;
  readonly list: 'never asked' | 'aborted' | 'answered' | 'pending';
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

function readFacts({ journal, modelToolName }: ArmRecord): Facts {
  const requests = journal.filter((entry): entry is RequestEntry => entry.kind === 'request');
  const refusal = journal.find((entry) => entry.kind === 'answer' && isStream(entry) && entry.status >= 400);
  const after = (entry: JournalEntry) => refusal !== undefined && entry.seq > refusal.seq;
  const initializes = requests.filter((entry) => entry.rpc === 'initialize');
  const calls = requests.filter((entry) => entry.rpc === 'tools/call' && entry.tool === TOOL);
  const returned = requests.find((entry) => entry.toolResults?.some((text) => text.includes(RESULT)));
  const closed = journal.find(
    (entry) => entry.kind === 'aborted' && entry.rpc === 'tools/list' && after(entry),
  );
  const without = requests.find((entry) => after(entry) && lacks(entry, modelToolName));
  return {
    refused: refusal !== undefined,
    initializes: initializes.length,
    reinitialized: initializes.slice(1).filter(after).length,
    lost: closed !== undefined && without !== undefined && closed.seq < without.seq,
    list: fateOfToolsList(journal),
    asked: requests.some((entry) => entry.offeredTools?.length),
    offered: requests.some((entry) => entry.offeredTools?.includes(modelToolName)),
    calls: calls.length,
    callsAnswered: calls.filter(({ exchange }) => isAnswered(journal, exchange, 200)).length,
    resultReturned: returned !== undefined,
    resultAnswered: returned !== undefined && isAnswered(journal, returned.exchange),
    disordered: refusal !== undefined && journal.some(hasExpired),
  };
}

const isStream = ({ fixture, method, path }: JournalEntry) =>
  fixture === 'gateway' && method === 'GET' && path.split('?')[0] === ENDPOINT;

/** Requests without any tool are side calls (titles, summaries): they say nothing about the gateway's tools. */
function lacks({ offeredTools }: RequestEntry, tool: string): boolean {
  return offeredTools !== undefined && offeredTools.length > 0 && !offeredTools.includes(tool);
}

function isAnswered(journal: readonly JournalEntry[], exchange: number, status?: number): boolean {
  return journal.some(
    (entry) =>
      entry.kind === 'answer' &&
      entry.exchange === exchange &&
      (status === undefined || entry.status === status),
  );
}

const hasExpired = (entry: JournalEntry) => entry.kind === 'answer' && entry.held?.outcome === 'expired';

function fateOfToolsList(journal: readonly JournalEntry[]): Facts['list'] {
  const kinds = new Set(journal.filter((entry) => entry.rpc === 'tools/list').map(({ kind }) => kind));
  if (kinds.has('aborted')) return 'aborted';
  if (kinds.has('answer')) return 'answered';
  return kinds.has('request') ? 'pending' : 'never asked';
}
