/** What was seen of a release, for a terminal: each arm with its finding and its journal. Values in, one string out. */
import type { Client, LogPattern } from '../clients/client.js';
import type { Observation } from '../probe/observation.js';
import type { ArmFinding, Judgement } from '../verdict.js';
import { cut } from './cut.js';
import { endingOf } from './ending.js';
import { healthText, type Health } from './health.js';
import { printable, printableLine } from './printable.js';
import type { ArmEvidence, ReleaseEvidence, Step } from './report.js';
import { stepsOf } from './steps.js';
import type { Colours } from './table.js';
import { minutes } from './words.js';

/** What there is to show of one release. */
export interface Evidence {
  readonly version: string;
  readonly judgement: Judgement;
  readonly observations: readonly Observation[];
  /** What the client's own health check did; left out where there was none. */
  readonly health?: Health | undefined;
}

/**
 * The judgement on one release, and under each arm what was asked and answered, in order.
 * @param screens whether to show what each terminal showed at the end
 */
export function evidenceOf(
  { version, judgement, observations, health }: Evidence,
  { logPatterns }: Pick<Client, 'logPatterns'>,
  colours: Colours,
  screens = false,
): string {
  const { verdict, reason, findings } = judgement;
  const colour = { good: colours.green, bad: colours.red, skip: colours.yellow }[verdict];
  const head = `${colours.bold(version)}  ${colour(verdict)}  ${brief(reason)}`;
  const arms = observations.flatMap((seen, index) => {
    const heading = headingOf(seen, findings, observations.slice(index + 1));
    const shown = shownOf(seen, logPatterns);
    return armLines(heading, screens ? shown : { ...shown, screen: null }, colours, cappedNotes(seen));
  });
  const checked = health ? [`  ${healthText(health, judgement)}`] : [];
  return [head, ...arms, ...checked].join('\n');
}

/** The same of a release in a report. */
export function releaseText({ version, label, reason, arms }: ReleaseEvidence, colours: Colours): string {
  const head = `${colours.bold(version)}  ${label}  ${brief(reason)}`;
  const shown = arms.flatMap((arm) => armLines(findingText(arm), arm, colours));
  return [head, ...shown].join('\n');
}

/** Nobody reads more of a line, and a client may write millions of characters without a break. */
const MAX_LINE = 4_000;

const brief = (text: string): string => printable(cut(text, MAX_LINE));

/** What the ledger holds of one release. */
export interface RecordedRound {
  readonly judgement: Pick<Judgement, 'verdict'>;
  readonly observations: readonly Pick<Observation, 'startedAt'>[];
}

/** `4 rounds: 3 bad, 1 good; the newest of 2026-11-22 23:45 UTC` */
export function recordedText(rounds: readonly RecordedRound[]): string {
  const counts = (['bad', 'good', 'skip'] as const)
    .map((verdict) => ({
      verdict,
      count: rounds.filter(({ judgement }) => judgement.verdict === verdict).length,
    }))
    .filter(({ count }) => count > 0)
    .map(({ verdict, count }) => `${count} ${verdict}`);
  const newest = rounds
    .flatMap(({ observations }) => observations.map(({ startedAt }) => startedAt))
    .toSorted()
    .at(-1);
  const number = `${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}`;
  const which = rounds.length === 1 ? 'of' : 'the newest of';
  return `${[number, counts.join(', ')].filter(Boolean).join(': ')}${newest === undefined ? '' : `; ${which} ${minutes(newest)} UTC`}`;
}

/** What of an arm is shown below its heading. */
type Shown = Pick<ArmEvidence, 'end' | 'durationMs' | 'steps' | 'omitted' | 'logged' | 'stderr' | 'screen'>;

const MAX_STEPS = 60;

function shownOf(seen: Observation, patterns: readonly LogPattern[]): Shown {
  const { journal, journalOmitted, durationMs, stderr, debugLog, screen } = seen;
  return {
    end: endingOf(seen),
    durationMs,
    steps: stepsOf(journal, MAX_STEPS),
    omitted: Math.max(0, journal.length - MAX_STEPS) + journalOmitted,
    logged: patternsIn(debugLog.text, patterns),
    stderr: stderr.text,
    screen,
  };
}

/** The finding is that of an arm's last run. Of one that was repeated it says nothing. */
function headingOf(
  { arm }: Observation,
  findings: readonly ArmFinding[],
  later: readonly Observation[],
): string {
  const finding = findings.find((one) => one.arm === arm);
  if (later.some((seen) => seen.arm === arm)) return `${finding?.title ?? arm}: run again, see below`;
  return finding ? findingText(finding) : arm;
}

const findingText = ({ title, outcome, evidence }: Pick<ArmFinding, 'title' | 'outcome' | 'evidence'>) =>
  `${brief(title)}: ${outcome} (${brief(evidence)})`;

function armLines(heading: string, arm: Shown, colours: Colours, notes: readonly string[] = []): string[] {
  const { end, durationMs, steps, omitted, stderr, logged, screen } = arm;
  const complaint = printable(stderr.slice(0, MAX_COMPLAINT));
  const below = [
    ...steps.map((step) => stepText(step, colours)),
    ...(omitted > 0 ? [`… ${omitted} more`] : []),
    ...(complaint ? [`stderr: ${complaint}`] : []),
    ...notes,
    ...(logged.length > 0 ? [`the client logged that it ${logged.map(brief).join(', ')}`] : []),
    ...(screen ? framed(screen) : []),
  ];
  return [
    `  ${colours.bold(heading)}; ${brief(end)} after ${durationMs} ms`,
    ...below.map((line) => `    ${line}`),
  ];
}

const MAX_COMPLAINT = 400;

/** `  412 ms  client → gateway  POST tools/list  session 1` */
function stepText({ atMs, from, to, text, detail, session, tone }: Step, colours: Colours): string {
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

/** The meanings of those patterns that occur in a log. */
export function patternsIn(log: string, patterns: readonly LogPattern[]): string[] {
  return patterns.filter(({ pattern }) => pattern.test(log)).map(({ meaning }) => meaning);
}

function cappedNotes(seen: Observation): string[] {
  return (['stdout', 'stderr', 'debugLog'] as const)
    .filter((name) => seen[name].capped)
    .map((name) => `${name}: ${seen[name].bytes} bytes, the first ${seen[name].text.length} characters kept`);
}
