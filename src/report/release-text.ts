/** What a release showed, as text: each arm with its finding, its journal and what the client said. Pure. */
import { cut, printable, printableLine } from './text.js';
import type { ArmEvidence, ReleaseEvidence, Arrow } from './report.js';
import { saidOf } from './rows.js';
import type { Colours } from './table.js';

/** The release on one line, and below it each arm with what was asked and answered, in order. */
export function releaseText(release: ReleaseEvidence, colours: Colours): string {
  const { version, reason, arms } = release;
  const head = `${colours.bold(version)}  ${saidOf(release)}  ${brief(reason)}`;
  const shown = arms.flatMap((arm) => armLines(findingText(arm), arm, colours));
  return [head, ...shown].join('\n');
}

/** Nobody reads more of a line, and a client may write millions of characters without a break. */
const MAX_LINE = 4_000;

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
}: Pick<ArmEvidence, 'title' | 'outcome' | 'evidence'>) => `${brief(title)}: ${outcome} (${brief(evidence)})`;

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
  const { end, durationMs, steps, omitted, stderr, stdout, logged, log, screen } = arm;
  const [complaint, output] = [stderr, stdout].map((text) => printable(text.slice(0, MAX_COMPLAINT)));
  const below = [
    ...steps.map((step) => stepText(step, colours)),
    ...(omitted > 0 ? [`… ${omitted} more`] : []),
    ...(complaint ? [`stderr: ${complaint}`] : []),
    ...(output ? [`stdout: ${output}`] : []),
    ...notes,
    ...(logged.length > 0 ? [`the client logged that it ${logged.map(brief).join(', ')}`] : []),
    ...log.slice(0, MAX_LOG_LINES).map((line) => `log: ${brief(line)}`),
    ...(log.length > MAX_LOG_LINES ? [`log: … ${log.length - MAX_LOG_LINES} more`] : []),
    ...(screen ? framed(screen) : []),
  ];
  return [
    `  ${colours.bold(heading)}; ${brief(end)} after ${durationMs} ms`,
    ...below.map((line) => `    ${line}`),
  ];
}

const MAX_COMPLAINT = 400;
const MAX_LOG_LINES = 20;

/** `  412 ms  client → gateway  POST tools/list  session 1` */
function stepText({ atMs, from, to, text, detail, session, tone }: Arrow, colours: Colours): string {
  const at = `${atMs} ms`.padStart(9);
  const colour = { plain: String, refused: colours.yellow, broken: colours.red }[tone];
  const said = [
    `${from} → ${to}`.padEnd(ARROW_WIDTH),
    colour(brief(text)),
    brief(detail),
    session === null ? '' : `session ${session}`,
  ];
  return `${at}  ${said.filter(Boolean).join('  ')}`;
}

const ARROW_WIDTH = 'client → gateway'.length;

/** The screen in a frame, so that nothing on it passes for ours. */
function framed(screen: readonly string[]): string[] {
  const lines = screen.map((line) => `│ ${printableLine(cut(line, MAX_LINE))}`.trimEnd());
  return ['┌ the screen at the end', ...lines, '└'];
}
