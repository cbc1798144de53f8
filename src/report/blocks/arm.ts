/** What releases showed under one arm: log, journal, tools, and what was printed. Pure. */
import type { ArmComparison, Comparison } from '../comparison.js';
import {
  bold,
  code,
  fold,
  joined,
  lines,
  long,
  omitted,
  own,
  paragraph,
  says,
  soft,
  table,
  type Block,
  type Inline,
} from '../document.js';
import type { ArmEvidence } from '../evidence.js';
import type { Limits } from '../limits.js';
import type { DiffLine, LogDifference } from '../logs.js';
import type { Report } from '../report.js';
import type { OfferedTools } from '../steps.js';
import { keptOf } from '../text.js';
import { counted } from '../words.js';
import { bounded, outcomeSign } from './signs.js';

/** A release under one arm. */
interface Side {
  readonly version: string;
  readonly evidence: ArmEvidence;
}

/** A good release against a bad one: log, journal, tools and what was printed, the strongest first. */
export function comparedBlocks(
  { run: { oracle } }: Report,
  pair: Comparison,
  arm: ArmComparison,
  limits: Limits,
): Block[] {
  const good = { version: pair.good, evidence: arm.good };
  const bad = { version: pair.bad, evidence: arm.bad };
  // What a command printed is what it judged by, in both.
  const printed = oracle === null ? [bad] : [bad, good];
  return [
    paragraph(says`${bold(arm.title)}: ${pair.good} against ${pair.bad}`),
    ...logBlocks(good, bad, arm.log, limits),
    ...journalBlocks([good, bad], limits),
    ...toolBlocks([good, bad], limits),
    ...printed.flatMap((side) => outputBlocks(side, limits)),
  ];
}

/** One release alone: the journal, the tools that the model was sent, and unless it is well what the client said. */
export function aloneBlocks(side: Side, limits: Limits, isPrintedAnyhow = true): Block[] {
  const isWell = side.evidence.outcome === 'pass';
  return [
    ...(isWell ? [] : ownLogBlocks(side, limits)),
    ...journalBlocks([side], limits),
    ...toolBlocks([side], limits),
    ...(isWell && !isPrintedAnyhow ? [] : outputBlocks(side, limits)),
  ];
}

const OUTCOMES = { pass: 'passes', fail: 'fails', unclear: 'unclear' } as const;

/** An arm of one release, which opens on a page: `❌ **404 before tools**: fails: tools lost` */
export function armFold(side: Side, limits: Limits, isOpen: boolean): Block {
  const { outcome, title, isControl, evidence, logged } = side.evidence;
  const found = evidence === '' ? '' : says`: ${evidence}`;
  const control = own(isControl ? ' (control)' : '');
  return fold(
    says`${outcomeSign(outcome)} ${bold(title)}${control}: ${own(OUTCOMES[outcome])}${found}`,
    [
      paragraph(logged.length > 0 ? says`Its own log says that it ${long(logged.join(', '))}.` : ''),
      ...aloneBlocks(side, limits),
    ],
    { isFlat: true, isOpen },
  );
}

/** The arms that fail are what a reader came for; where none does, the first that asks something of the release. */
export function openArms(arms: readonly ArmEvidence[]): ReadonlySet<ArmEvidence> {
  const telling = arms.filter(({ outcome }) => outcome !== 'pass');
  const first = arms.find(({ isControl }) => !isControl) ?? arms[0];
  return new Set(telling.length > 0 ? telling : first ? [first] : []);
}

const REPLACED = own('Times, ports and ids are replaced by their names.');

/** The telling lines, the difference in the lines that name the server, and folded the whole one. */
function logBlocks(good: Side, bad: Side, log: LogDifference | null, limits: Limits): Block[] {
  const both = (word: string) => says`${good.version} ${own(word)} ${bad.version}`;
  if (log === null) return [paragraph(says`Neither ${both('nor')} wrote a debug log.`)];
  // Where only one of them wrote a log there is nothing to compare.
  if (log.goodLogs === 0) return silentBlocks(good, bad, limits);
  if (log.badLogs === 0) return silentBlocks(bad, good, limits);
  const { telling, focused, full, serverLines } = log;
  if (!full.some(isChange) && !focused.some(isChange))
    return [
      paragraph(says`The debug logs of ${both('and')} do not differ: every line is in both, equally often.`),
    ];
  const isOne = log.badLogs === 1 && log.goodLogs === 1;
  const all = own(log.badLogs === 1 ? 'the one log' : `all ${log.badLogs} logs`);
  const where = isOne
    ? says`In the log of ${bad.version}, and not in that of ${good.version}:`
    : says`In ${all} of ${bad.version}, in none of the ${own(String(log.goodLogs))} of ${good.version}:`;
  const names =
    serverLines.good + serverLines.bad === 0
      ? says`No line in the logs of ${both('and')} names the server.`
      : focused.some(isChange)
        ? says`The lines that name the server. ${code('+')}: only in the log of ${bad.version}, or more often there; ${code('-')}: only in that of ${good.version}, or more often there. A line that has only moved counts as unchanged, and stands where ${bad.version} has it. ${REPLACED}`
        : says`In the lines that name the server, the logs of ${both('and')} do not differ.`;
  return [
    paragraph(telling.length > 0 ? where : ''),
    ...bounded(telling, limits.telling, 'line', lines),
    paragraph(names),
    ...(focused.some(isChange) ? diffBlocks(aroundChanges(focused, limits.focused), focused.length) : []),
    fold(
      own(`The whole difference of the logs, ${counted(full.length, 'line')}`),
      diffBlocks(full.slice(0, limits.full), full.length),
    ),
  ];
}

const silentBlocks = (silent: Side, other: Side, limits: Limits): Block[] => [
  paragraph(
    says`${silent.version} wrote no debug log, so there is nothing to compare that of ${other.version} with.`,
  ),
  ...ownLogBlocks(other, limits),
];

/** The lines of one log that name the server, as they are. */
function ownLogBlocks({ version, evidence: { log } }: Side, limits: Limits): Block[] {
  if (log.length === 0) return [];
  return [
    paragraph(says`The lines of the debug log of ${version} that name the server. ${REPLACED}`),
    ...bounded(log, limits.focused, 'line', lines),
  ];
}

const diffBlocks = (shown: readonly DiffLine[], all: number): Block[] => [
  { kind: 'diff', lines: shown },
  paragraph(omitted(all - shown.length, 'line')),
];

const isChange = ({ kind }: DiffLine) => kind === 'added' || kind === 'removed';

/** The first lines that fit; where they would end before anything changes, those from shortly before the first change. */
function aroundChanges(all: readonly DiffLine[], most: number): readonly DiffLine[] {
  const first = all.findIndex(isChange);
  const from = first < most - 1 ? 0 : Math.max(0, first - 2);
  return all.slice(from, from + most);
}

/** Of those that asked nothing there is only to say how they ended: a fold of nothing is not worth opening. */
function journalBlocks(sides: readonly Side[], limits: Limits): Block[] {
  const shown = sides.map(({ evidence }) => evidence.steps.slice(0, limits.steps));
  const kept = sum(sides, ({ evidence }) => evidence.steps.length);
  const beyond = sum(sides, ({ evidence }) => evidence.omitted);
  const endings = sides.map(({ version, evidence }) => says`${version} ${endOf(evidence)}`);
  const runs = own(sides.length > 1 ? 'runs' : 'run');
  const ends = says`How the ${runs} ended: ${joined(endings, '; ')}.`;
  const named = sides.filter(({ evidence }) => evidence.userAgent !== '');
  const agents = named.map(({ version, evidence }) => says`${code(evidence.userAgent)} (${version})`);
  const who = named.length > 0 ? says`User-Agent: ${joined(agents, '; ')}.` : '';
  if (kept + beyond === 0) return [paragraph(says`The servers were asked nothing. ${ends}`)];
  const versions = sides.map(({ version }) => version);
  const title = says`The ${own(sides.length > 1 ? 'journals' : 'journal')} of ${joined(versions, ' and ')}${own(sides.length > 1 ? ' side by side' : '')}`;
  const notes = [
    omitted(kept - sum(shown, ({ length }) => length), 'step'),
    // What a run did beyond the steps of a report is in no format.
    beyond > 0 ? soft(own(`${counted(beyond, 'more step')} not kept in the report.`)) : '',
  ].filter((note) => note !== '');
  const lanes = sides.map(({ version, evidence: { outcome } }, index) => ({
    title: says`${version} ${outcomeSign(outcome)}`,
    steps: shown[index] ?? [],
  }));
  const blocks = [
    { kind: 'sequence', lanes } as const,
    paragraph(ends),
    paragraph(who),
    paragraph(joined(notes, ' ')),
  ];
  return [fold(title, blocks, { isOpen: true })];
}

const sum = <T>(items: readonly T[], countOf: (item: T) => number): number =>
  items.reduce((total, item) => total + countOf(item), 0);

/** `after 640 ms: exited with code 0` */
export const endOf = ({ end, durationMs }: ArmEvidence): Inline =>
  says`after ${own(`${durationMs} ms`)}: ${end}`;

/**
 * What the model was offered: whoever doubts a log believes the array of tools that was sent. How many tools each release sent,
 * request by request, and folded their names.
 */
function toolBlocks(sides: readonly Side[], limits: Limits): Block[] {
  const most = Math.max(...sides.map(({ evidence }) => evidence.tools.length));
  if (most === 0) return [paragraph(own('The model was never asked.'))];
  const rows = Array.from({ length: most }, (_, index) => [
    own(`request ${index + 1}`),
    ...sides.map(({ evidence }) => offerOf(evidence.tools[index])),
  ]);
  const head = [own('Sent to the model'), ...sides.map(({ version }) => version)];
  return [
    ...bounded(rows, limits.rows, 'request', (shown) => table(head, shown)),
    // What the model had to choose from when it was asked first.
    fold(
      own('The names in the tools array of the first request, as sent'),
      limits.names === 0 ? [] : sides.flatMap((side) => namesOf(side, limits)),
    ),
  ];
}

function offerOf(tools: OfferedTools | undefined): Inline {
  if (tools === undefined) return own('not asked');
  const [first, ...more] = tools.fromServer;
  const count = own(counted(tools.names.length, 'tool'));
  if (first === undefined) return says`${count}, ${bold(own('none of the server'))}`;
  return says`${count}, of the server ${code(first)}${own(more.length > 0 ? ` and ${more.length} more` : '')}`;
}

function namesOf({ version, evidence: { tools } }: Side, limits: Limits): Block[] {
  const names = tools[0]?.names;
  if (names === undefined) return [paragraph(says`${version} did not ask the model.`)];
  return [
    paragraph(says`${version}, ${own(counted(names.length, 'name'))}:`),
    ...bounded(names, limits.names, 'name', (some) => {
      const shown = some.map((name) => keptOf(name, limits.line).kept);
      return lines(JSON.stringify(shown, null, 2).split('\n'), 'json');
    }),
  ];
}

/** What a release printed and showed at the end, folded. As many lines as there may be are bounded: it was cut when recorded. */
function outputBlocks({ version, evidence: { stdout, stderr, screen } }: Side, limits: Limits): Block[] {
  const folded = (what: string, all: readonly string[]) => {
    const blocks = limits.output === 0 ? [] : bounded(all, limits.output, 'line', lines);
    return fold(says`${own(what)} of ${version}`, blocks);
  };
  return [
    folded('What was on stdout', printed(stdout)),
    folded('What was on stderr', printed(stderr)),
    folded('The screen at the end', screen ?? []),
  ];
}

const printed = (text: string): string[] => (text.trim() === '' ? [] : text.trimEnd().split('\n'));
