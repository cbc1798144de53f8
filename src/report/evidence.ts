/** What was seen of a release, for a terminal: each arm with its finding and its journal. Values in, one string out. */
import type { Client, LogPattern } from '../clients/client.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { Observation } from '../probe/observation.js';
import type { ArmFinding, Judgement } from '../verdict/round.js';
import { cut } from './text.js';
import { endingOf } from './ending.js';
import { healthText, type Health } from './health.js';
import { patternsIn } from './log-patterns.js';
import { armLines, brief, type Colours, findingText, type ShownArm } from './terminal.js';
import type { Arrow } from './report.js';
import { spokenText } from './spoken.js';
import { stepsOf } from './steps.js';
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
export function evidenceOf(evidence: Evidence, client: Logging, colours: Colours, screens = false): string {
  const { version, judgement, health } = evidence;
  const { verdict, reason } = judgement;
  const colour = { good: colours.green, bad: colours.red, skip: colours.yellow }[verdict];
  const head = `${colours.bold(version)}  ${colour(verdict)}  ${brief(reason)}`;
  const checked = health ? [`  ${healthText(health, judgement)}`] : [];
  return [head, ...runsText(evidence, client, colours, screens), ...checked].join('\n');
}

type Logging = Pick<Client, 'logPatterns'>;

/** Of each run how it ended, and what was asked and answered: line by line. */
export function runsText(
  { judgement: { findings }, observations }: Pick<Evidence, 'judgement' | 'observations'>,
  { logPatterns }: Logging,
  colours: Colours,
  screens = false,
): string[] {
  return observations.flatMap((seen, index) => {
    const heading = headingOf(seen, findings, observations.slice(index + 1));
    const shown = shownOf(seen, logPatterns);
    return armLines(heading, screens ? shown : { ...shown, screen: null }, colours, cappedNotes(seen));
  });
}

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

const MAX_STEPS = 60;

function shownOf(seen: Observation, patterns: readonly LogPattern[]): ShownArm {
  const { journal, journalOmitted, durationMs, stderr, debugLog, screen } = seen;
  return {
    end: endingOf(seen),
    durationMs,
    steps: stepsOf(journal, MAX_STEPS, undefined, durationMs).map((step, place) =>
      withSaid(step, journal[place]),
    ),
    omitted: Math.max(0, journal.length - MAX_STEPS) + journalOmitted,
    logged: patternsIn(debugLog.text, patterns),
    stderr: stderr.text,
    // What a client prints is its answer, and no evidence; where a command judged it is in the report.
    stdout: '',
    log: [],
    screen,
  };
}

/** Characters of what was said in a step. */
const MAX_SAID = 200;

/** With what an answer said, and what a tool was given: what arms differ in may be nothing else. */
function withSaid(step: Arrow, entry: JournalEntry | undefined): Arrow {
  const given = entry?.kind === 'request' && entry.arguments && cut(entry.arguments, MAX_SAID);
  const said = entry?.kind === 'answer' && entry.body && spokenText(entry.body, MAX_SAID);
  return { ...step, detail: [step.detail, given, said].filter(Boolean).join('; ') };
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

function cappedNotes(seen: Observation): string[] {
  return (['stdout', 'stderr', 'debugLog'] as const)
    .filter((name) => seen[name].capped)
    .map((name) => `${name}: ${seen[name].bytes} bytes, the first ${seen[name].text.length} characters kept`);
}
