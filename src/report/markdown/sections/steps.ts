/** How to see it for oneself: in one line, and by hand. Pure. */
import { carriedIn, LANGUAGE, notesOnFile } from '../../carried-file.js';
import type { ArmComparison, Comparison, Report } from '../../report.js';
import { details, leftOut, steps as numbered, table } from '../blocks.js';
import { primary, tellingArm } from '../comparison.js';
import { bold, code, inline } from '../escape.js';
import { fence, linesOf, wholeFence } from '../fence.js';
import type { Limits } from '../limits.js';

/** The line, the least configuration, what the server answers, and what to do by hand. */
export function steps(report: Report, limits: Limits): string[] {
  const pair = primary(report);
  const arm = tellingArm(pair);
  return [
    introduction(report),
    reproduce(report),
    ...scenarioFile(report, limits),
    ...configuration(report, limits),
    ...(pair && arm ? exchanges(report, pair, arm, limits) : []),
    report.oracle === null ? numbered(byHand(report, pair, arm, limits)) : '',
  ];
}

/** A command longer than this is none that anybody types. */
const COMMAND = 4_000;

/** The line that does it all again. */
export const reproduce = (report: Report): string =>
  fence([report.reproduce.replaceAll(/\s+/gu, ' ')], 'shell', COMMAND);

function introduction(report: Report): string {
  const line = `All of this in one line${carriedIn(report) ? ', run beside this report, saved under the name in it' : ''}`;
  return report.mode === 'static'
    ? `${line}; it takes the releases from npm and runs none of them, but the command, outside of any room:`
    : `${line}; it takes the releases from npm, and a scripted server and model on the loopback:`;
}

/** The whole text or nothing of it: a part of a program is none. */
function scenarioFile(report: Report, { prose }: Limits): string[] {
  const file = carriedIn(report);
  return [
    ...notesOnFile(report).map((note) => inline(note, prose)),
    file ? details('The scenario', [wholeFence(file.text, `${LANGUAGE} ${file.name}`)]) : '',
  ];
}

function configuration({ configuration: least, id }: Report, limits: Limits): string[] {
  if (least === null) return [];
  const lines = linesOf(least.text, limits.prose * 4);
  const shown = lines.slice(0, limits.rows);
  return [
    `The least configuration, ${code(least.path, limits.cell)}:`,
    fence(shown, 'json', limits.line),
    leftOut({ id }, lines.length - shown.length, 'line'),
  ];
}

function exchanges(report: Report, pair: Comparison, arm: ArmComparison, limits: Limits): string[] {
  if (arm.exchanges.length === 0) return [];
  const { cell, rows } = limits;
  const shown = arm.exchanges.slice(0, rows).map(({ request, answer, bodies, good, bad, differs }) => {
    const seen = inline(bad, cell);
    const said = bodies.map((body) => code(body, cell));
    return [
      inline(request, cell),
      [inline(answer, cell), ...said].join(' · '),
      inline(good, cell),
      differs ? bold(seen) : seen,
    ];
  });
  return [
    `The server (${inline(arm.title, cell)}), and how often each release asked:`,
    table(['Request', 'Response', inline(pair.good, cell), inline(pair.bad, cell)], shown),
    leftOut(report, arm.exchanges.length - shown.length, 'row'),
  ];
}

function byHand(
  report: Report,
  pair: Comparison | undefined,
  arm: ArmComparison | undefined,
  { cell }: Limits,
): string[] {
  const { client, scenario, protocolVersion } = report;
  const spoken = protocolVersion
    ? ` It speaks protocol version ${inline(protocolVersion, cell)} of MCP.`
    : '';
  const bad = report.firstBad ?? pair?.bad ?? report.newestBad ?? report.rows.at(-1)?.version ?? 'latest';
  const seen = arm ? ` ${inline(bad, cell)}: ${inline(arm.bad.evidence, cell)}.` : '';
  const other = arm && pair ? ` With ${inline(pair.good, cell)}: ${inline(arm.good.evidence, cell)}.` : '';
  return [
    arm && arm.exchanges.length > 0
      ? `Run an MCP server that answers as in the table.${spoken} The order of the answers matters: it is in the journals above.`
      : `Run an MCP server that behaves as this says: ${inline(scenario.title, cell)}.${spoken}`,
    `Install the release: ${code(`npm install ${client.package}@${bad}`, cell)}.`,
    'Configure the server as above, and nothing else.',
    `Start the client with its debug log, and ask: ${code(scenario.prompt, cell)}.`,
    `Look at the debug log, and at the tools that the model is sent.${seen}${other}`,
  ];
}
