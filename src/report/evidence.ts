/** What a probe saw, for a terminal: each arm with its finding and its journal. Values in, one string out. */
import type { Client, LogPattern } from '../clients/client.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { Observation } from '../probe/observation.js';
import type { ArmFinding, Judgement } from '../verdict.js';
import { healthText, type Health } from './health.js';
import { printable, printableLine } from './printable.js';
import type { Colours } from './table.js';

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
  const head = `${colours.bold(version)}  ${colour(verdict)}  ${printable(reason)}`;
  const arms = observations.map((seen, index) =>
    [
      armText(seen, titleOf(seen, findings, observations.slice(index + 1)), colours),
      ...loggedLine(seen, logPatterns),
      ...(screens ? screenLines(seen) : []),
    ].join('\n'),
  );
  const checked = health ? [`  ${healthText(health, judgement)}`] : [];
  return [head, ...arms, ...checked].join('\n');
}

/** The finding is that of an arm's last run. Of one that was repeated it says nothing. */
function titleOf(
  { arm }: Observation,
  findings: readonly ArmFinding[],
  later: readonly Observation[],
): string {
  const finding = findings.find((one) => one.arm === arm);
  if (later.some((seen) => seen.arm === arm)) return `${finding?.title ?? arm}: run again, see below`;
  return finding ? `${finding.title}: ${finding.outcome} (${printable(finding.evidence)})` : arm;
}

function armText(seen: Observation, title: string, colours: Colours): string {
  const end = `${printable(exitText(seen))} after ${seen.durationMs} ms`;
  const lines = seen.journal.slice(0, MAX_LINES).map((entry) => `    ${entryText(entry)}`);
  const omitted = seen.journal.length - lines.length;
  if (omitted > 0) lines.push(`    … ${omitted} more`);
  const complaint = printable(seen.stderr.text.slice(0, 400));
  if (complaint) lines.push(`    stderr: ${complaint}`);
  return [`  ${colours.bold(title)}; ${end}`, ...lines, ...cappedNote(seen)].join('\n');
}

/** The screen in a frame, so that nothing on it passes for ours. */
function screenLines({ screen }: Observation): string[] {
  if (!screen) return [];
  const lines = screen.map((line) => `    │ ${printableLine(line)}`.trimEnd());
  return ['    ┌ the screen at the end', ...lines, '    └'];
}

/** What the client itself logged of it. */
function loggedLine({ debugLog }: Observation, patterns: readonly LogPattern[]): string[] {
  const meanings = patternsIn(debugLog.text, patterns);
  return meanings.length > 0 ? [`    the client logged that it ${meanings.join(', ')}`] : [];
}

/** The meanings of those patterns that occur in a log. */
export function patternsIn(log: string, patterns: readonly LogPattern[]): string[] {
  return patterns.filter(({ pattern }) => pattern.test(log)).map(({ meaning }) => meaning);
}

const MAX_LINES = 60;

function exitText({ exit, fault }: Observation): string {
  if (fault !== null) return `no run: ${fault}`;
  switch (exit.kind) {
    case 'exited':
      return `exited with code ${exit.code}`;
    case 'signalled':
      return `ended by ${exit.signal}`;
    case 'not-started':
      return `not started: ${exit.message}`;
    case 'timeout':
      return 'ended at the time limit';
    case 'flooded':
      return 'ended because of its output';
    case 'ended':
      return 'ended by us, its arm being settled';
  }
}

/** `  412 ms  gateway  ← POST tools/list  answered 200 (held 21 ms)` */
function entryText(entry: JournalEntry): string {
  const at = `${Math.round(entry.atMs)} ms`.padStart(9);
  const what = printable(`${entry.method} ${entry.rpc ?? entry.path}`);
  const session = entry.session === undefined ? '' : `  session ${printable(entry.session).slice(0, 8)}`;
  return `${at}  ${entry.fixture.padEnd(7)}  ${happening(entry, what)}${session}`;
}

function happening(entry: JournalEntry, what: string): string {
  switch (entry.kind) {
    case 'request':
      return `→ ${what}${offered(entry.offeredTools)}`;
    case 'aborted':
      return `✗ ${what}  closed by the client`;
    case 'answer': {
      const held = entry.held ? `  (held ${Math.round(entry.held.ms)} ms, ${entry.held.outcome})` : '';
      return `← ${what}  ${entry.status}${held}`;
    }
    case 'event':
      return `← ${what}  sent ${printable(entry.sent)}`;
    case 'closed':
      return `× ${what}  stream closed by the ${entry.by}`;
  }
}

/** Only the tools of MCP servers are named: the built-in ones are many, and the same in every arm. */
function offered(tools: readonly string[] | undefined): string {
  if (tools === undefined) return '';
  const named = tools.filter((tool) => tool.startsWith('mcp__')).map(printable);
  return `  ${tools.length} tools${named.length > 0 ? `, ${named.join(', ')}` : ', none of the gateway'}`;
}

function cappedNote(seen: Observation): string[] {
  return (['stdout', 'stderr', 'debugLog'] as const)
    .filter((name) => seen[name].capped)
    .map(
      (name) => `    ${name}: ${seen[name].bytes} bytes, the first ${seen[name].text.length} characters kept`,
    );
}
