/** What most built-in scenarios have in common: a server with one tool that looks up a ticket, and a user who asks for it. */
import type { GatewayPlan, Hold, ModelPlan, PlannedAnswer } from '../fixture/plan.js';
import { read, settledAfterCalls, type Reading } from './reading.js';
import { pass, unclear, type Arm, type ArmRecord, type Finding, type Scenario } from './scenario.js';

export const TOOL = 'lookup_ticket';
export const RESULT = 'TICKET-4711 is open';

/** How long to go on watching once nothing more is to be expected: the client usually ends by itself well within it. */
export const WATCH_MS = 400;

/** A scenario about this server and this user, settled once the model has heard of every call. */
export function ticketScenario(
  own: Omit<Scenario, 'server' | 'tool' | 'prompt' | 'settled'> & Partial<Pick<Scenario, 'settled'>>,
): Scenario {
  return {
    server: 'gateway',
    tool: TOOL,
    prompt: `Call the tool ${TOOL} with the id TICKET-4711 and tell me what it says.`,
    settled: (record) => settledAfterCalls(record, WATCH_MS),
    ...own,
  };
}

/** The arm `control` is the control. Its server is a healthy one but for what `changes` say. */
export function ticketArm(
  id: string,
  title: string,
  changes: Partial<GatewayPlan> = {},
  model: ModelPlan = callsTool(),
): Arm {
  return { id, title, control: id === 'control', gateway: ticketServer(changes), model };
}

/** It has sessions, and speaks 2025-03-26, the oldest revision with Streamable HTTP, which every testable release knows. */
function ticketServer(changes: Partial<GatewayPlan>): GatewayPlan {
  return {
    protocolVersion: '2025-03-26',
    sessions: true,
    serverInfo: { name: 'ticket-server', version: '1.0.0' },
    tools: [
      {
        name: TOOL,
        description: 'Looks up a ticket by its number.',
        inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
        result: RESULT,
      },
    ],
    rules: [],
    ...changes,
  };
}

/** The model calls the tool as often as this, whatever comes of it, and then says that the ticket is open. */
export function callsTool(times = 1, answerHold?: Hold): ModelPlan {
  const call = { call: TOOL, arguments: { id: 'TICKET-4711' } };
  const turns = [...Array.from({ length: times }, () => call), { say: 'The ticket is open.' }];
  return { turns, ...(answerHold && { answerHold }) };
}

/** What the servers of the official SDKs answer in a session that is over, to the letter. */
export const SESSION_NOT_FOUND: PlannedAnswer = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null },
};

/** Passes what was played to its end; of the rest fails what `failed` has clear evidence for, but never in the control. */
export function judgePlayed(
  record: ArmRecord,
  failed: (seen: Reading) => Finding | undefined,
  evidence = 'tool called, result returned',
): Finding {
  const seen = read(record);
  const missing = seen.missing();
  if (missing === undefined) return pass(evidence);
  return (record.arm.control ? undefined : failed(seen)) ?? unclear(missing);
}
