/**
 * The session expires as in `session-expired`, but the server's 404 does not look like the official SDKs': by the
 * specification the status alone says it. 2.1.50 … 2.1.146 recover only where the body names the code -32001.
 */
import { expiredArm, judgeSession, livingSession, sessionSettled } from './session-expired.js';
import type { Scenario } from './scenario.js';
import { PROMPT, SERVER, TOOL } from './ticket.js';

export const sessionExpiredPlain: Scenario = {
  id: 'session-expired-plain',
  title: 'POST answered with a plain 404: the session has expired',
  issue: 'https://github.com/anthropics/claude-code/issues/62008',
  spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Session Management',
  expected:
    'A client whose session the server has ended with 404 initializes anew, and a tool call succeeds in the new session, whatever the body of the 404 says: the specification names the status alone.',
  revision: 2,
  server: SERVER,
  tool: TOOL,
  prompt: PROMPT,
  arms: [
    livingSession,
    expiredArm('no-body', 'no body', { status: 404 }),
    // The body of the report.
    expiredArm('other-body', 'another body', { status: 404, body: { error: 'Session not found' } }),
  ],
  settled: sessionSettled,
  judge: judgeSession,
};
