/** How it was found out and where, and how to see it for oneself: in one line, and by hand. Pure. */
import { carriedIn, notesOnFile, reproduceLine } from '../carried-file.js';
import type { ArmComparison, Comparison } from '../comparison.js';
import {
  address,
  bold,
  code,
  fold,
  joined,
  lines,
  list,
  long,
  omitted,
  own,
  paragraph,
  says,
  table,
  type Block,
  type Inline,
} from '../document.js';
import { configurationOf, environmentOf, protocolOf } from '../environment.js';
import type { Limits } from '../limits.js';
import { pathOf, rangesOf, type PathStep } from '../path.js';
import type { Report } from '../report.js';
import { linesOf } from '../text.js';
import { comparisonTitle, sideText } from '../title.js';
import { counted, minutes, minutesAndSeconds } from '../words.js';
import { comparedBlocks } from './arm.js';
import { armTable, failing, primary, tellingArm } from './findings.js';
import { bounded, verdictSign } from './signs.js';

/**
 * The line, the least configuration, what the server answers, and what to do by hand.
 * @param name of the file that the report is in: the line reads the scenario from there
 */
export function reproduceBlocks(report: Report, limits: Limits, name: string): Block[] {
  const { run } = report;
  const pair = primary(report);
  const arm = tellingArm(pair);
  const file = carriedIn(run);
  const line = `All of this in one line${file ? ', run beside this report, saved under the name in it' : ''}; it takes the releases from npm`;
  const means =
    run.mode === 'static'
      ? ' and runs none of them, but the command, outside of any room:'
      : ', and a scripted server and model on the loopback:';
  return [
    paragraph(own(line + means)),
    commandBlock(report, name),
    ...notesOnFile(run).map((note) => paragraph(long(note))),
    // The whole text or nothing of it: a part of a program is none.
    fold(own('The scenario'), file ? [{ kind: 'file', name: file.name, text: file.text }] : []),
    ...configurationBlocks(report, limits),
    ...(pair && arm ? exchangeBlocks(pair, arm, limits) : []),
    { kind: 'list', items: run.oracle === null ? byHand(report, pair, arm) : [], isNumbered: true },
  ];
}

/** The line that does it all again, whole, however little room there is for others. */
export const commandBlock = ({ run }: Report, name?: string): Block => ({
  kind: 'lines',
  lines: [reproduceLine(run, name).replaceAll(/\s+/gu, ' ')],
  language: 'shell',
});

function configurationBlocks(report: Report, limits: Limits): Block[] {
  const configuration = configurationOf(report);
  if (configuration === null) return [];
  const all = linesOf(configuration.text, limits.prose * 4);
  return [
    paragraph(says`The least configuration, ${code(configuration.path)}:`),
    ...bounded(all, limits.rows, 'line', (shown) => lines(shown, 'json')),
  ];
}

/** What the server was asked and answered, and how often by either. */
export function exchangeBlocks(pair: Comparison, arm: ArmComparison, { rows }: Limits): Block[] {
  if (arm.exchanges.length === 0) return [];
  const exchanges = arm.exchanges.map(({ request, answer, bodies, good, bad, differs }) => ({
    cells: [request, joined([answer, ...bodies.map(code)], ' · '), good, differs ? bold(bad) : bad],
    ...(differs && { look: 'differs' as const }),
  }));
  const head = [own('Request'), own('Response'), pair.good, pair.bad];
  return [
    paragraph(says`The server (${arm.title}), and how often each release asked:`),
    ...bounded(exchanges, rows, 'row', (shown) => table(head, shown)),
  ];
}

function byHand(report: Report, pair: Comparison | undefined, arm: ArmComparison | undefined): Inline[] {
  const { client, claims, run } = report;
  const protocol = protocolOf(report);
  const spoken = protocol ? says` It speaks protocol version ${protocol} of MCP.` : '';
  const newest = claims.newestBad ?? run.answer.rows.at(-1)?.version ?? 'latest';
  const bad = claims.firstBad ?? pair?.bad ?? newest;
  const shown = arm ? says` ${bad}: ${arm.bad.evidence}.` : '';
  const other = arm && pair ? says` With ${pair.good}: ${arm.good.evidence}.` : '';
  return [
    arm && arm.exchanges.length > 0
      ? says`Run an MCP server that answers as in the table.${spoken} The order of the answers matters: it is in the journals above.`
      : says`Run an MCP server that behaves as this says: ${run.scenario.title}.${spoken}`,
    says`Install the release: ${code(`npm install ${client.package}@${bad}`)}.`,
    own('Configure the server as above, and nothing else.'),
    says`Start the client with its debug log, and ask: ${code(run.scenario.prompt)}.`,
    says`Look at the debug log, and at the tools that the model is sent.${shown}${other}`,
  ];
}

/** On what machine, and by what means. */
export function environmentBlocks(report: Report, { rows }: Limits): Block[] {
  const facts = environmentOf(report).map(({ name, value }) => [name, value]);
  return bounded(facts, rows, 'row', (shown) => table([own('Environment'), ''], shown));
}

/**
 * Which release was asked for when, and why.
 * @param hasRanges whether it says what range was left after each step
 */
export function searchBlocks({ run }: Report, { rows }: Limits, hasRanges = false): Block[] {
  const path = pathOf(run);
  const shown = path.slice(0, rows);
  const lefts = hasRanges ? rangesOf(run.answer, shown) : [];
  const isTwo = path.some(({ search }) => search > 1);
  const head = [...(isTwo ? ['Search'] : []), 'After', 'Releases', 'Why', ...(hasRanges ? ['Left'] : [])];
  const steps = shown.map((step, index) => [
    ...(isTwo ? [own(sideText(step, run.answer.terms))] : []),
    own(step.atMs === null ? '' : minutesAndSeconds(step.atMs)),
    askedOf(step, Math.min(rows, MAX_ASKED)),
    step.why,
    ...(hasRanges ? [lefts[index] ?? ''] : []),
  ]);
  return [table(head.map(own), steps), paragraph(omitted(path.length - rows, 'step'))];
}

/** Nobody reads more of one step. */
const MAX_ASKED = 60;

function askedOf({ asked }: PathStep, most: number): Inline {
  const releases = asked.slice(0, most).map(({ version, rounds, verdict }) => {
    const times = own(rounds > 1 ? ` ${rounds}×` : '');
    return verdict === null ? says`${version}${times}` : says`${version}${times} ${verdictSign(verdict)}`;
  });
  const more = asked.length > most ? [own(`${asked.length - most} more`)] : [];
  return joined([...releases, ...more], ', ');
}

/** The other arms of the first comparison, those that fail first, in a fold each. */
export function otherArms(report: Report, limits: Limits): Block[] {
  const pair = primary(report);
  if (!pair) return [];
  const others = pair.arms.filter((arm) => arm !== tellingArm(pair));
  const folds = others
    .slice(0, limits.others)
    .map((arm) =>
      fold(
        own(`${arm.isControl ? 'The control' : 'Another arm'}: logs, journals and tools`),
        comparedBlocks(report, pair, arm, limits),
      ),
    );
  return [...folds, paragraph(omitted(others.length - folds.length, 'other arm'))];
}

/** Of a window, the other side of it; of a scan, every other change. */
export function otherComparisons(report: Report, limits: Limits): Block[] {
  const others = report.comparisons.slice(1);
  const folds = others.slice(0, limits.others).map((pair) =>
    fold(own(comparisonTitle(pair, report.run.answer)), [
      armTable(report, pair, pair.arms, limits),
      ...failing(pair)
        .slice(0, limits.others)
        .flatMap((arm) => comparedBlocks(report, pair, arm, limits)),
    ]),
  );
  return [...folds, paragraph(omitted(others.length - folds.length, 'other comparison'))];
}

/** By what it was found, and what that took. With a command in its place the scenario only lent its servers. */
export function originBlock({ run }: Report): Block {
  const { tool, id, startedAt, elapsedMs, probed, downloads, oracle, scenario } = run;
  const cost = `${counted(probed.length, 'release')} run, ${counted(downloads, 'download')}, ${minutesAndSeconds(elapsedMs)}`;
  return list([
    says`Found by ${`mcp-bisect ${tool}`}, run ${code(id)} of ${minutes(startedAt)} UTC: ${own(cost)}.`,
    oracle === null && scenario.issue !== '' ? says`The scenario is that of ${address(scenario.issue)}.` : '',
  ]);
}
