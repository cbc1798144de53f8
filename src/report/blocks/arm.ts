/** What releases showed under one arm: journal, tools, and what was printed. Pure. */
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
import type { Limits } from '../limits.js';
import type { ArmComparison, ArmEvidence, Comparison, OfferedTools, Report } from '../report.js';
import { keptOf } from '../text.js';
import { counted } from '../words.js';
import { logBlocks, ownLogBlocks } from './logs.js';
import { outcomeSign } from './signs.js';

/** A release under one arm. */
interface Side {
  readonly version: string;
  readonly evidence: ArmEvidence;
}

/** A good release against a bad one: log, journal, tools and what was printed, the strongest first. */
export function comparedBlocks(
  { oracle }: Pick<Report, 'oracle'>,
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
    ...logBlocks(pair, arm, limits),
    ...journalBlocks([good, bad], limits),
    ...toolBlocks([good, bad], limits),
    ...printed.flatMap((side) => outputBlocks(side, limits)),
  ];
}

/** One release alone: the journal, the tools that the model was sent, and unless it is well what the client said. */
export function aloneBlocks(side: Side, limits: Limits, isPrintedAnyhow = true): Block[] {
  const isWell = side.evidence.outcome === 'pass';
  return [
    ...(isWell ? [] : ownLogBlocks(side.version, side.evidence.log, limits)),
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

/** Of those that asked nothing there is only to say how they ended: a fold of nothing is not worth opening. */
function journalBlocks(sides: readonly Side[], limits: Limits): Block[] {
  const beyond = sum(sides, ({ omitted: more }) => more);
  const hidden = sum(sides, ({ steps }) => Math.max(0, steps.length - limits.steps));
  const isEmpty = beyond + sum(sides, ({ steps }) => steps.length) === 0;
  const ends = endsOf(sides);
  if (isEmpty) return [paragraph(says`The servers were asked nothing. ${ends}`)];
  const names = joined(
    sides.map(({ version }) => version),
    ' and ',
  );
  const notes = [
    omitted(hidden, 'step'),
    // What a run did beyond the steps of a report is in no format.
    beyond > 0 ? soft(own(`${counted(beyond, 'more step')} not kept in the report.`)) : '',
  ];
  return [
    fold(
      sides.length > 1 ? says`The journals of ${names} side by side` : says`The journal of ${names}`,
      [
        {
          kind: 'sequence',
          lanes: sides.map(({ version, evidence: { outcome, steps } }) => ({
            title: says`${version} ${outcomeSign(outcome)}`,
            steps: steps.slice(0, limits.steps),
          })),
        },
        paragraph(ends),
        paragraph(
          joined(
            notes.filter((note) => note !== ''),
            ' ',
          ),
        ),
      ],
      { isOpen: true },
    ),
  ];
}

const sum = (sides: readonly Side[], countOf: (evidence: ArmEvidence) => number): number =>
  sides.reduce((total, { evidence }) => total + countOf(evidence), 0);

function endsOf(sides: readonly Side[]): Inline {
  const ends = sides.map(({ version, evidence }) => says`${version} ${endOf(evidence)}`);
  return says`How the ${own(sides.length > 1 ? 'runs' : 'run')} ended: ${joined(ends, '; ')}.`;
}

/** `after 640 ms: exited with code 0` */
export const endOf = ({ end, durationMs }: ArmEvidence): Inline =>
  says`after ${own(`${Math.round(durationMs)} ms`)}: ${end}`;

/**
 * What the model was offered: whoever doubts a log believes the array of tools that was sent. How many tools each release sent,
 * request by request, and folded their names.
 */
function toolBlocks(sides: readonly Side[], limits: Limits): Block[] {
  const most = Math.max(...sides.map(({ evidence }) => evidence.tools.length));
  if (most === 0) return [paragraph(own('The model was never asked.'))];
  const shown = Math.min(most, limits.rows);
  const rows = Array.from({ length: shown }, (_, index) => [
    own(`request ${index + 1}`),
    ...sides.map(({ evidence }) => offerOf(evidence.tools[index])),
  ]);
  const names = limits.names === 0 ? [] : sides.flatMap((side) => namesOf(side, limits));
  return [
    table([own('Sent to the model'), ...sides.map(({ version }) => version)], rows),
    paragraph(omitted(most - shown, 'request')),
    // What the model had to choose from when it was asked first.
    fold(own('The names in the tools array of the first request, as sent'), names),
  ];
}

function offerOf(tools: OfferedTools | undefined): Inline {
  if (tools === undefined) return own('not asked');
  const { names, fromServer } = tools;
  const [first, ...more] = fromServer;
  const count = own(counted(names.length, 'tool'));
  if (first === undefined) return says`${count}, ${bold(own('none of the server'))}`;
  return says`${count}, of the server ${code(first)}${own(more.length > 0 ? ` and ${more.length} more` : '')}`;
}

function namesOf({ version, evidence: { tools } }: Side, limits: Limits): Block[] {
  const names = tools[0]?.names;
  if (names === undefined) return [paragraph(says`${version} did not ask the model.`)];
  const shown = names.slice(0, limits.names).map((name) => keptOf(name, limits.line).kept);
  return [
    paragraph(says`${version}, ${own(counted(names.length, 'name'))}:`),
    lines(JSON.stringify(shown, null, 2).split('\n'), 'json'),
    paragraph(omitted(names.length - shown.length, 'name')),
  ];
}

/** What a release printed and showed at the end, folded. */
function outputBlocks({ version, evidence: { stdout, stderr, screen } }: Side, limits: Limits): Block[] {
  const folded = (what: string, all: readonly string[]) => {
    const shown = all.slice(0, limits.output);
    const blocks = [lines(shown), paragraph(omitted(all.length - shown.length, 'line'))];
    return fold(says`${own(what)} of ${version}`, limits.output === 0 ? [] : blocks);
  };
  return [
    folded('What was on stdout', printed(stdout)),
    folded('What was on stderr', printed(stderr)),
    folded('The screen at the end', screen ?? []),
  ];
}

/** As many lines as there may be are still a bounded amount of text: it was cut when it was recorded. */
const printed = (text: string): string[] => (text.trim() === '' ? [] : text.trimEnd().split('\n'));
