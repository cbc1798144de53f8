/** What most built-in scenarios have in common: a server with one tool that looks up a ticket, and a user who asks for it. */
import type { GatewayPlan, ModelPlan, PlannedAnswer } from '../fixture/plan.js';

export const TOOL = 'lookup_ticket';
export const RESULT = 'TICKET-4711 is open';
export const PROMPT = `Call the tool ${TOOL} with the id TICKET-4711 and tell me what it says.`;

/** Name of the server in the client's configuration. */
export const SERVER = 'gateway';

/**
 * A healthy server with sessions but for what `changes` say. It speaks 2025-03-26, the oldest revision with Streamable
 * HTTP, which every release that can be tested knows.
 */
export function ticketServer(changes: Partial<GatewayPlan> = {}): GatewayPlan {
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
export function callsTool(times = 1): ModelPlan {
  const call = { call: TOOL, arguments: { id: 'TICKET-4711' } };
  return { turns: [...Array.from({ length: times }, () => call), { say: 'The ticket is open.' }] };
}

/** What the servers of the official SDKs answer in a session that is over, to the letter. */
export const SESSION_NOT_FOUND: PlannedAnswer = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null },
};

/** How long to go on watching once nothing more is to be expected: the client usually ends by itself well within it. */
export const WATCH_MS = 400;
