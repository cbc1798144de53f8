/** How to see it for oneself: in one line, and by hand. Pure. */
import { carriedIn, notesOnFile, reproduceLine } from '../carried-file.js';
import {
  bold,
  code,
  fold,
  lines,
  long,
  joined,
  omitted,
  own,
  paragraph,
  says,
  table,
  type Block,
  type Inline,
} from '../document.js';
import type { Limits } from '../limits.js';
import type { ArmComparison, Comparison } from '../comparison.js';
import { configurationOf, protocolOf } from '../configuration.js';
import type { Report } from '../report.js';
import { linesOf } from '../text.js';
import { primary, tellingArm } from './findings.js';

/**
 * The line, the least configuration, what the server answers, and what to do by hand.
 * @param name of the file that the report is in: the line reads the scenario from there
 */
export function reproduceBlocks(report: Report, limits: Limits, name: string): Block[] {
  const pair = primary(report);
  const arm = tellingArm(pair);
  const file = carriedIn(report.run);
  return [
    introduction(report),
    commandBlock(report, name),
    ...notesOnFile(report.run).map((note) => paragraph(long(note))),
    // The whole text or nothing of it: a part of a program is none.
    ...(file
      ? [fold(own('The scenario'), [{ kind: 'file', name: file.name, text: file.text } as const])]
      : []),
    ...configurationBlocks(report, limits),
    ...(pair && arm ? exchangeBlocks(pair, arm, limits) : []),
    {
      kind: 'list',
      items: report.run.oracle === null ? byHand(report, pair, arm) : [],
      isNumbered: true,
    },
  ];
}

/** The line that does it all again, whole, however little room there is for others. */
export const commandBlock = ({ run }: Report, name?: string): Block => ({
  kind: 'lines',
  lines: [reproduceLine(run, name).replaceAll(/\s+/gu, ' ')],
  language: 'shell',
});

function introduction({ run }: Report): Block {
  const line = `All of this in one line${carriedIn(run) ? ', run beside this report, saved under the name in it' : ''}`;
  return paragraph(
    own(
      run.mode === 'static'
        ? `${line}; it takes the releases from npm and runs none of them, but the command, outside of any room:`
        : `${line}; it takes the releases from npm, and a scripted server and model on the loopback:`,
    ),
  );
}

function configurationBlocks(report: Report, limits: Limits): Block[] {
  const configuration = configurationOf(report);
  if (configuration === null) return [];
  const all = linesOf(configuration.text, limits.prose * 4);
  return [
    paragraph(says`The least configuration, ${code(configuration.path)}:`),
    lines(all.slice(0, limits.rows), 'json'),
    paragraph(omitted(all.length - limits.rows, 'line')),
  ];
}

/** What the server was asked and answered, and how often by either. */
export function exchangeBlocks(pair: Comparison, arm: ArmComparison, { rows }: Limits): Block[] {
  if (arm.exchanges.length === 0) return [];
  const shown = arm.exchanges.slice(0, rows).map(({ request, answer, bodies, good, bad, differs }) => ({
    cells: [request, joined([answer, ...bodies.map(code)], ' · '), good, differs ? bold(bad) : bad],
    ...(differs && { look: 'differs' as const }),
  }));
  return [
    paragraph(says`The server (${arm.title}), and how often each release asked:`),
    table([own('Request'), own('Response'), pair.good, pair.bad], shown),
    paragraph(omitted(arm.exchanges.length - rows, 'row')),
  ];
}

function byHand(report: Report, pair: Comparison | undefined, arm: ArmComparison | undefined): Inline[] {
  const { client, claims, run } = report;
  const { scenario, answer } = run;
  const protocolVersion = protocolOf(report);
  const spoken = protocolVersion ? says` It speaks protocol version ${protocolVersion} of MCP.` : '';
  const bad = claims.firstBad ?? pair?.bad ?? claims.newestBad ?? answer.rows.at(-1)?.version ?? 'latest';
  const shown = arm ? says` ${bad}: ${arm.bad.evidence}.` : '';
  const other = arm && pair ? says` With ${pair.good}: ${arm.good.evidence}.` : '';
  return [
    arm && arm.exchanges.length > 0
      ? says`Run an MCP server that answers as in the table.${spoken} The order of the answers matters: it is in the journals above.`
      : says`Run an MCP server that behaves as this says: ${scenario.title}.${spoken}`,
    says`Install the release: ${code(`npm install ${client.package}@${bad}`)}.`,
    own('Configure the server as above, and nothing else.'),
    says`Start the client with its debug log, and ask: ${code(scenario.prompt)}.`,
    says`Look at the debug log, and at the tools that the model is sent.${shown}${other}`,
  ];
}
