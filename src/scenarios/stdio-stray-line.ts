/**
 * The same server over stdio, started by a program that prints to stdout before the first message. The specification
 * forbids servers that ("MUST NOT write anything to its stdout that is not a valid MCP message"), many do it all the same,
 * and clients have always read past it.
 */
import type { JournalEntry } from '../fixture/journal.js';
import type { Reading } from './reading.js';
import { fail, type Finding, type Scenario } from './scenario.js';
import { judgePlayed, ticketArm, ticketScenario } from './ticket.js';

const arm = (id: string, title: string, strayLines: readonly string[]) =>
  ticketArm(id, title, { transport: 'stdio', sessions: false, strayLines });

export const stdioStrayLine: Scenario = ticketScenario({
  id: 'stdio-stray-line',
  title: 'stdio server prints a line before its first message',
  issue: 'https://github.com/RLabs-Inc/gemini-mcp/issues/31',
  spec: 'MCP 2025-03-26, Transports › stdio',
  expected:
    'A client reads past a line on the standard output of a stdio server that is no MCP message, and uses the tool. The specification forbids servers to print such lines; many do, and earlier releases read past them.',
  revision: 2,
  arms: [
    arm('control', 'nothing but messages (control)', []),
    arm('text', 'a line of text', ['Ticket server 1.0.0 is listening on stdio']),
    arm('json', 'a line of JSON', ['{"level":"info","msg":"ticket server started"}']),
  ],
  judge: (record) => judgePlayed(record, failed),
});

/**
 * The client itself ended every process of the server that it started, and only then asked the model, without the tool, to
 * the end of the script. One that does not wait for its tools ends the server after that, or has another one under way.
 */
function failed(seen: Reading): Finding | undefined {
  const ends = seen.entries
    .filter((entry) => entry.kind === 'closed')
    .filter(({ method }) => method === 'STDIO');
  const started = new Set(seen.entries.filter(({ fixture }) => fixture === 'gateway').map(processOf));
  const ended = new Map(ends.map((entry) => [processOf(entry), entry] as const));
  const isOver = started.size === ended.size && [...ended.values()].every(({ by }) => by === 'client');
  const without = isOver && seen.after(ends.at(-1)).questionsWithoutTool.length > 0;
  return without && seen.offers.length === 0 && seen.scriptEnded
    ? fail('server ended before its tools were known', 'server-given-up')
    : undefined;
}

const processOf = ({ process }: JournalEntry) => process;
