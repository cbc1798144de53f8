/**
 * What a terminal shows of an answer and of a release: a headline, columns, and what was asked and answered line by line. Values in,
 * text out.
 */
import { stripVTControlCharacters } from 'node:util';
import type { createColors } from 'picocolors';
import type { Isolation } from '../sandbox/steps.js';
import type { Row } from '../search/answer.js';
import type { ArmEvidence } from './evidence.js';
import { basisText, foldInferred, kindOf, markOf, saidOf } from './rows.js';
import type { Arrow } from './steps.js';
import { cut, printable, printableLine } from './text.js';
import { NOT_RUN, releasedText, SEALED_BY } from './words.js';

export type Colours = ReturnType<typeof createColors>;

/** The first line of a result: what was asked of what, and how well it was sealed off. */
export function headlineOf(facts: {
  readonly client: string;
  readonly scenario: string;
  readonly platform: string;
  readonly mode: string;
  readonly isolation: Isolation;
  readonly oracle?: string | null;
  readonly arms?: readonly string[] | null;
}): string {
  const { client, scenario, platform, mode, isolation, oracle, arms } = facts;
  const judge = oracle ? [`judged by ${printable(oracle)}`] : [];
  const asked = arms ? [`arms ${arms.join(', ')}`] : [];
  if (mode === 'static') return [client, ...judge, platform, NOT_RUN].join(' · ');
  return [client, scenario, ...asked, ...judge, platform, mode, sealingOf(isolation)].join(' · ');
}

/** That there is none must not be overlooked. */
const sealingOf = (isolation: Isolation) =>
  isolation === 'none' ? `${SEALED_BY.none.toUpperCase()}: isolation none` : SEALED_BY[isolation];

const HEAD = ['Version', 'Released (UTC)', 'Result', 'Basis', 'Evidence'];

/**
 * The version table as aligned columns without lines, so that a copied table stays a table.
 * @param width the columns of the terminal; left out where it is none, and lines may be of any length
 */
export function renderTable(rows: readonly Row[], colours: Colours, width?: number): string {
  const colourOf = { good: colours.green, bad: colours.red, unsure: colours.yellow, unknown: colours.dim };
  const cells = foldInferred(rows).map((row) => {
    if (typeof row === 'number') return ['…', `${row} more`, '', '', ''];
    const result = colourOf[kindOf(row.label)](`${markOf(row.label)} ${saidOf(row)}`);
    const evidence = row.basis === 'inferred' ? '' : printable(row.reason);
    return [row.version, releasedText(row), result, basisText(row), evidence];
  });
  return renderColumns(HEAD, cells, colours, width);
}

const BETWEEN = '   ';
/** What sets off lines that belong to the row above them. */
const BELOW = '    ';

/**
 * Any rows as aligned columns under a head. Where they are wider than `width`, the last column goes below its row, on lines
 * of its own, and with it those before it until the rest fits. Nothing is cut.
 */
export function renderColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colours: Colours,
  width = Infinity,
): string {
  const all = [head.map(colours.bold), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => widthOf(cells[column] ?? ''))));
  const widthOfFirst = (count: number) =>
    widths.slice(0, count).reduce((sum, one) => sum + one + BETWEEN.length, -BETWEEN.length);
  let beside = head.length;
  while (beside > 1 && widthOfFirst(beside) > width) beside -= 1;
  const padded = (cell: string, column: number) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell));
  const lines = all.flatMap((cells, index) => [
    cells.slice(0, beside).map(padded).join(BETWEEN).trimEnd(),
    ...(index === 0 ? [] : cells.slice(beside))
      .flatMap((cell) => wrapped(cell, width - BELOW.length))
      .map((more) => BELOW + more),
  ]);
  return lines.join('\n');
}

/**
 * Characters that take two columns: those whose East_Asian_Width is W or F (Unicode Standard Annex #11), whole blocks at a
 * time, and emoji. A character too many in here makes a line shorter than it had to be; one too few makes it break.
 */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Regional_Indicator}/u;
/** Alone they take no room: combining marks, and characters of format. */
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
/** What most lines are made of. For them no Segmenter is made: it takes 10 ms of every start, and so does string-width. */
const NARROW = /^[ -~·×–—’…≠✔✘]*$/;
let graphemes: Intl.Segmenter | undefined;

/** The columns that a line takes; colours take none. */
export function widthOf(line: string): number {
  const text = stripVTControlCharacters(line);
  if (NARROW.test(text)) return text.length;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let width = 0;
  for (const { segment } of graphemes.segment(text))
    width += WIDE.test(segment) ? 2 : WITHOUT_WIDTH.test(segment) ? 0 : 1;
  return width;
}

/** `line` as it is where it fits, or knows no bounds; else broken at blanks, and what follows set in. */
export const fitted = (line: string, columns = Infinity): string =>
  widthOf(line) <= columns ? line : wrapped(line, columns - 2).join('\n  ');

/** `line` in lines of at most so many columns, broken at blanks: a word that is longer than that has a line of its own. */
export function wrapped(line: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of line.split(' ').filter(Boolean)) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && widthOf(longer) <= columns) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}

/** The release on one line, and below it each arm with what was asked and answered, in order. */
export function releaseText(row: Row, arms: readonly ArmEvidence[], colours: Colours): string {
  const head = `${colours.bold(row.version)}  ${saidOf(row)}  ${brief(row.reason)}`;
  return [head, ...arms.flatMap((arm) => armLines(findingText(arm), arm, colours))].join('\n');
}

/** Nobody reads more of a line, and a client may write millions of characters without a break. */
const MAX_LINE = 4_000;
const MAX_OUTPUT = 400;
const MAX_LOG_LINES = 20;

/** One line of it, on which nothing can act. */
export const brief = (text: string): string => printable(cut(text, MAX_LINE));

/** What of an arm is shown below its heading. */
export type ShownArm = Pick<
  ArmEvidence,
  'end' | 'durationMs' | 'steps' | 'omitted' | 'logged' | 'stderr' | 'stdout' | 'log' | 'screen'
>;

/** `404 before tools: fail (tools lost)` */
export const findingText = ({
  title,
  outcome,
  evidence,
}: Pick<ArmEvidence, 'title' | 'outcome' | 'evidence'>): string =>
  `${brief(title)}: ${outcome} (${brief(evidence)})`;

/**
 * An arm on one line, and below it its steps and what it said.
 * @param notes what else is to be said of it, a line each
 */
export function armLines(
  heading: string,
  arm: ShownArm,
  colours: Colours,
  notes: readonly string[] = [],
): string[] {
  const { steps, omitted, logged, log, screen } = arm;
  const output = (['stderr', 'stdout'] as const)
    .map((name) => [name, printable(arm[name].slice(0, MAX_OUTPUT))] as const)
    .filter(([, text]) => text !== '');
  const below = [
    ...steps.map((step) => stepText(step, colours)),
    ...(omitted > 0 ? [`… ${omitted} more`] : []),
    ...output.map(([name, text]) => `${name}: ${text}`),
    ...notes,
    ...(logged.length > 0 ? [`the client logged that it ${logged.map(brief).join(', ')}`] : []),
    ...log.slice(0, MAX_LOG_LINES).map((line) => `log: ${brief(line)}`),
    ...(log.length > MAX_LOG_LINES ? [`log: … ${log.length - MAX_LOG_LINES} more`] : []),
    ...(screen ? framed(screen) : []),
  ];
  return [
    `  ${colours.bold(heading)}; ${brief(arm.end)} after ${arm.durationMs} ms`,
    ...below.map((line) => `    ${line}`),
  ];
}

/** `  412 ms  client → gateway  POST tools/list  session 1` */
function stepText({ atMs, from, to, text, detail, session, tone }: Arrow, colours: Colours): string {
  const colour = { plain: String, refused: colours.yellow, broken: colours.red }[tone];
  const said = [
    `${from} → ${to}`.padEnd('client → gateway'.length),
    colour(brief(text)),
    brief(detail),
    session === null ? '' : `session ${session}`,
  ];
  return `${`${atMs} ms`.padStart(9)}  ${said.filter(Boolean).join('  ')}`;
}

/** The screen in a frame, so that nothing on it passes for ours. */
const framed = (screen: readonly string[]): string[] => [
  '┌ the screen at the end',
  ...screen.map((line) => `│ ${printableLine(cut(line, MAX_LINE))}`.trimEnd()),
  '└',
];
