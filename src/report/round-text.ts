/**
 * What was seen of a release, for a terminal: each arm with its finding and its journal, and what the client's own health check
 * said. Values in, one string out.
 */
import type { Client, HealthCheck, LogPattern } from '../clients/client.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { Observation } from '../probe/observation.js';
import type { ArmFinding, Judgement } from '../verdict/round.js';
import { runOf } from './evidence.js';
import { spokenText, type Arrow } from './steps.js';
import { armLines, brief, findingText, type Colours, type ShownArm } from './terminal.js';
import { cut, printable } from './text.js';
import { counted, minutes, roundsText } from './words.js';

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
export const runsText = (
  { judgement: { findings }, observations }: Pick<Evidence, 'judgement' | 'observations'>,
  { logPatterns }: Logging,
  colours: Colours,
  screens = false,
): string[] =>
  observations.flatMap((seen, index) => {
    const heading = headingOf(seen, findings, observations.slice(index + 1));
    return armLines(heading, shownOf(seen, logPatterns, screens), colours, cappedNotes(seen));
  });

/** What the ledger holds of one release. */
export interface RecordedRound {
  readonly judgement: Pick<Judgement, 'verdict'>;
  readonly observations: readonly Pick<Observation, 'startedAt'>[];
}

/** `4 rounds: 3 bad, 1 good; the newest of 2026-11-22 23:45 UTC` */
export function recordedText(rounds: readonly RecordedRound[]): string {
  const counts = { bad: 0, good: 0, skip: 0 };
  for (const { judgement } of rounds) counts[judgement.verdict] += 1;
  const newest = rounds
    .flatMap(({ observations }) => observations.map(({ startedAt }) => startedAt))
    .toSorted()
    .at(-1);
  const said = [counted(rounds.length, 'round'), roundsText({ rounds: counts })].filter(Boolean).join(': ');
  const which = rounds.length === 1 ? 'of' : 'the newest of';
  return newest === undefined ? said : `${said}; ${which} ${minutes(newest)} UTC`;
}

const MAX_STEPS = 60;

/** What a client prints is its answer, and no evidence; where a command judged it is in the report. */
function shownOf(seen: Observation, patterns: readonly LogPattern[], screens: boolean): ShownArm {
  const { journal, stderr, screen } = seen;
  const run = runOf(seen, patterns, MAX_STEPS);
  const steps = run.steps.map((step, place) => withSaid(step, journal[place]));
  return { ...run, steps, stderr: stderr.text, stdout: '', log: [], screen: screens ? screen : null };
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

const cappedNotes = (seen: Observation): string[] =>
  (['stdout', 'stderr', 'debugLog'] as const)
    .filter((name) => seen[name].capped)
    .map((name) => `${name}: ${seen[name].bytes} bytes, the first ${seen[name].text.length} characters kept`);

export interface Health {
  readonly command: string;
  readonly said: 'connected' | 'failed' | 'unknown';
  /** What the gateway was asked, each kind of request once, in order: JSON-RPC methods, and HTTP methods without one. */
  readonly asked: readonly string[];
  /** A failure of the tool's own side: the check was not run, or not to its end. */
  readonly fault: string | null;
}

/** A health check that could not even be started, and why. */
export interface NotRun {
  readonly fault: string;
}

/** Reads the observation of a health check: what it says of the server of that name. */
export function readHealth(
  seen: Observation | NotRun,
  { command, read }: Omit<HealthCheck, 'launch'>,
  server: string,
): Health {
  if (!('journal' in seen)) return { command, said: 'unknown', asked: [], fault: seen.fault };
  const requests = seen.journal.filter(({ kind, fixture }) => kind === 'request' && fixture === 'gateway');
  return {
    command,
    said: seen.fault === null ? read(seen.stdout.text, server) : 'unknown',
    asked: [...new Set(requests.map(requestName))],
    fault: seen.fault,
  };
}

/** Other paths than the endpoint's own are named: clients look for OAuth metadata there. */
function requestName({ rpc, method, path }: JournalEntry): string {
  return rpc ?? (path.split('?')[0] === '/mcp' ? method : `${method} ${path}`);
}

/**
 * `health check (claude mcp list): connected; it asked only initialize, GET: it does not show this failure; it …` A check that is
 * content with a release which fails is what misleads its users. That it never lists the tools is said beside it and not as the
 * reason: what fails may be something else.
 */
export function healthText(
  { command, said, asked, fault }: Health,
  judged: Pick<Judgement, 'verdict'>,
): string {
  const name = `health check (${command})`;
  if (fault !== null) return `${name}: not run: ${printable(fault)}`;
  const told = said === 'unknown' ? 'did not say' : said;
  if (asked.length === 0) return `${name}: ${told}; it asked the gateway nothing`;
  const remarks = [
    said === 'connected' && judged.verdict === 'bad' && 'it does not show this failure',
    !asked.includes('tools/list') && 'it never lists the tools',
  ].filter(Boolean);
  const only = [asked.map(printable).join(', '), remarks.join('; ')].filter(Boolean).join(': ');
  return `${name}: ${told}; it asked only ${only}`;
}
