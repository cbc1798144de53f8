/**
 * The server speaks 2026-07-28 and nothing older: no `initialize`, no sessions, every request stands alone. A client that
 * knows the revision asks `server/discover` and goes on; one that does not is refused with 400 and the code -32022, and
 * nothing that it can do makes the tool usable. Asked with --find-fix, the scenario names the release that learned it.
 */
import type { Hold } from '../fixture/plan.js';
import type { Reading } from './reading.js';
import { fail, type Finding, type Scenario } from './scenario.js';
import { callsTool, judgePlayed, ticketArm, ticketScenario } from './ticket.js';

/** A client that asks the model as soon as `initialize` is refused has this long to ask `server/discover` all the same. */
const discoverRequested: Hold = {
  until: { fixture: 'gateway', event: 'request', rpc: 'server/discover' },
  settleMs: 0,
};

export const modernDiscover: Scenario = ticketScenario({
  id: 'modern-discover',
  title: 'server of 2026-07-28 alone, without initialize',
  issue: 'https://github.com/anthropics/claude-code/issues/96183',
  spec: 'MCP 2026-07-28, Discovery, and Versioning › Backward Compatibility',
  expected:
    'A client that knows 2026-07-28 asks server/discover and uses the tool without initialize. One that is older than this revision cannot: this scenario finds the release that learned it.',
  terms: { works: 'speaks it', broken: 'without it', broke: 'lost', fixed: 'gained' },
  revision: 2,
  arms: [
    ticketArm('control', 'server of 2025-03-26 (control)'),
    ticketArm(
      'modern',
      'server of 2026-07-28',
      { protocolVersion: '2026-07-28', sessions: false },
      callsTool(1, discoverRequested),
    ),
  ],
  judge: (record) => judgePlayed(record, failed),
});

/**
 * `initialize` was refused, and only then the model was asked, without the tool, to the end of the script. A client that
 * asks for the tools all the same, however late, knows the revision.
 */
function failed(seen: Reading): Finding | undefined {
  if (!seen.scriptEnded || seen.offers.length > 0 || seen.toolsList !== 'never asked') return undefined;
  if (!wentOnWithout(seen)) return undefined;
  const where = { fixture: 'gateway', rpc: 'server/discover' } as const;
  if (seen.requests(where).length === 0)
    return fail('initialize refused, no server/discover', 'never-discovered');
  // One that asks for both at once, or discovers only after the refusal, may just not have waited for what comes of it.
  const [discovered] = seen.answers({ ...where, status: 200 });
  return wentOnWithout(seen.after(discovered))
    ? fail('initialize all the same after server/discover was answered', 'initialized-all-the-same')
    : undefined;
}

/** `initialize` was asked in this part of the run, refused, and then the model was asked without the tool. */
function wentOnWithout(seen: Reading): boolean {
  const asked = new Set(seen.initializes.map(({ exchange }) => exchange));
  const refusal = seen
    .answers({ fixture: 'gateway' })
    .find(({ exchange, status }) => asked.has(exchange) && status >= 400);
  return seen.after(refusal).questionsWithoutTool.length > 0;
}
