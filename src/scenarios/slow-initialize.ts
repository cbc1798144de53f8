/**
 * The server answers `initialize` after four seconds, as one does that starts cold. A client that is run for one prompt
 * has no later turn for a late tool: whether it waits decides whether the tool can be used at all.
 *
 * Measured in print mode, from the arrival of `initialize`: 2.0.50 waits for 30 s, 1.0.128 for 8 s at least, 2.1.83 for 4 s
 * at least, 2.1.112 for 7 s, 2.1.142 … 2.1.200 for 2 s, 2.1.330 for 25 s. Four seconds are far from the limits among them.
 */
import type { Reading } from './reading.js';
import { fail, type Finding, type Scenario } from './scenario.js';
import { judgePlayed, ticketArm, ticketScenario } from './ticket.js';

const DELAY_MS = 4_000;

export const slowInitialize: Scenario = ticketScenario({
  id: 'slow-initialize',
  title: 'initialize is answered slowly',
  issue: 'https://github.com/anthropics/claude-code/issues/76239',
  spec: 'MCP 2025-03-26, Lifecycle › Initialization and Timeouts',
  expected:
    'A client that is run for one prompt waits four seconds for the answer to initialize before it asks the model, so that the tool can be used. The specification recommends timeouts and leaves their length to the client.',
  revision: 2,
  aboutWaiting: true,
  arms: [
    ticketArm('control', 'answered at once (control)'),
    ticketArm('slow', `initialize after ${DELAY_MS / 1_000} s`, {
      rules: [{ on: { rpc: 'initialize' }, delayMs: DELAY_MS }],
    }),
  ],
  // In a terminal the user may ask again once the tool is there.
  judge: (record) =>
    judgePlayed(record, (seen) => (record.mode === 'interactive' ? undefined : failed(seen))),
});

/**
 * The model was asked without the tool while the answer to `initialize` was not yet due, and its answer to that ended the
 * conversation. A question after the answer was due may be the fault of a machine that was too busy to send it.
 */
function failed(seen: Reading): Finding | undefined {
  const [initialize] = seen.initializes;
  // The last one: what is asked before may be a side call of a client that still waits.
  const question = seen.after(initialize).questionsWithoutTool.at(-1);
  if (!initialize || !question || seen.offers.length > 0 || !seen.scriptEnded) return undefined;
  const answer = seen.answerTo(initialize);
  const unanswered = answer === undefined || answer.seq > question.seq;
  if (!unanswered || question.atMs - initialize.atMs >= DELAY_MS) return undefined;
  return fail('asked the model without the tool, initialize unanswered', 'did-not-wait');
}
