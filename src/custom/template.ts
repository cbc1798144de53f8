/** The file that `scenarios new` writes: the first reported regression, in the fewest words, to be changed. */

/** The text of a scenario's file that runs as it is. */
export function templateFor(id: string): string {
  return `// Try it:    mcp-bisect scenarios check ./${id}.mjs
//            mcp-bisect probe 2.1.146 2.1.147 --scenario ./${id}.mjs
// Bisect:    mcp-bisect run --good 2.1.142 --bad 2.1.150 --scenario ./${id}.mjs
// The guide is docs/scenarios.md of mcp-bisect. An editor helps once it is installed beside this file.
import { defineScenario, fail, pass, read, unclear } from 'mcp-bisect';

const RESULT = 'TICKET-4711 is open';

export default defineScenario({
  id: '${id}',
  title: 'GET listening stream answered with 404',
  // issue: 'https://…',  where it was reported

  // What the gateways of all arms have in common. What is not said here is a healthy server's.
  gateway: {
    protocolVersion: '2025-03-26',
    tools: [{ name: 'lookup_ticket', result: RESULT }],
  },

  // The model's script: a call, and a last word. It waits for GET's answer, so that the order is held, not timed.
  model: {
    turns: [{ call: 'lookup_ticket' }, { say: 'The ticket is open.' }],
    answerHold: { until: { fixture: 'gateway', event: 'answer', method: 'GET', path: '/mcp' } },
  },

  // Every working client passes the control. The other arm differs from it in what was reported, and in nothing else.
  arms: [
    { id: 'control', title: 'GET 405 (control)', control: true, gateway: { rules: refuseGet(405) } },
    { id: 'get-404', title: 'GET 404', gateway: { rules: refuseGet(404) } },
  ],

  // Looks at what the client asked of the two servers, never at what it wrote into its log.
  judge(record) {
    const seen = read(record);
    const again = seen.after(seen.streamRefusal).initializes.length;
    if (!record.arm.control && again > 0) return fail(\`re-initialized \${again}×\`, 're-initialized');
    const missing = seen.missing();
    if (missing === undefined) return pass('tool called, result returned');
    // A client may do without the stream. The hold waits for it in vain then, which alone is nothing amiss.
    if (seen.streamRequests.length === 0 && seen.resultReturned(RESULT)) return pass('GET stream not opened, result returned');
    // What is not clear is not good either: such a release is skipped, and the table says why.
    return unclear(missing);
  },
});

function refuseGet(status) {
  const toolsKnown = { until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list' } };
  return [{ on: { method: 'GET' }, answer: { status }, hold: toolsKnown }];
}
`;
}
