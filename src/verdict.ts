/**
 * Observations → verdict. Pure, and so repeatable on stored observations.
 *
 * Whatever is not clear evidence is a skip with its cause: a failure of the tool, a client that did not start, another
 * version than the one asked for, a control arm that does not pass (design.md, *Control before blame*, *Prove what ran*).
 */
import type { Verdict } from './bisection.js';
import type { Client } from './clients/client.js';
import type { Observation } from './probe/observation.js';
import type { Arm, Finding, Scenario } from './scenarios/scenario.js';

/** Why a release was skipped. `environment`: a failure on our side, so asking again may well give a verdict. */
export type SkipCause = 'environment' | 'start' | 'version' | 'control' | 'unclear';

export interface ArmFinding extends Finding {
  readonly arm: string;
  readonly title: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The evidence, or the cause of a skip, in a few words. */
  readonly reason: string;
  readonly cause: SkipCause | null;
  readonly findings: readonly ArmFinding[];
  /** How often the release was run: more than once where an arm had to be repeated. */
  readonly runs: number;
}

/** The parts of a client and a scenario that judging needs. */
export type JudgedClient = Pick<Client, 'reportedVersion' | 'modelToolName'>;
export type JudgedScenario = Pick<Scenario, 'arms' | 'judge' | 'server' | 'tool'>;

/**
 * The verdict on one release from the observations of its arms; of an arm that was repeated the last one counts.
 * @param version the release that was asked for
 */
export function judgeRelease(
  version: string,
  observations: readonly Observation[],
  scenario: JudgedScenario,
  client: JudgedClient,
): Judgement {
  const counted = scenario.arms.flatMap(({ id }) => observations.findLast(({ arm }) => arm === id) ?? []);
  const runs = Math.max(
    0,
    ...scenario.arms.map(({ id }) => observations.filter(({ arm }) => arm === id).length),
  );
  const broken = counted.map((seen) => brokenRun(seen, version, client)).find((cause) => cause !== null);
  if (broken) return { verdict: 'skip', ...broken, findings: [], runs };
  const findings = scenario.arms.map((arm) => findingOf(arm, counted, scenario, client));
  return { ...weigh(scenario.arms, findings), findings, runs };
}

interface Reason {
  readonly reason: string;
  readonly cause: SkipCause;
}

/** What makes a run say nothing at all about the release, or null. */
function brokenRun(seen: Observation, version: string, client: JudgedClient): Reason | null {
  const fault = seen.fault ?? fixtureFault(seen);
  if (fault !== null) return { cause: 'environment', reason: fault };
  if (seen.exit.kind === 'not-started')
    return { cause: 'start', reason: `could not be started: ${seen.exit.message}` };
  const reported = client.reportedVersion(seen.journal);
  if (reported !== undefined && reported !== version)
    return { cause: 'version', reason: `another version ran: it calls itself ${reported}` };
  if (reported === undefined && seen.journal.length > 0)
    return { cause: 'version', reason: 'the running client did not say which version it is' };
  if (seen.journal.length === 0) return { cause: 'start', reason: endOf(seen, ' before its first request') };
  return null;
}

/** An answer that a fixture failed to give properly: what the client made of it says nothing about the client. */
function fixtureFault({ journal }: Observation): string | null {
  const failed = journal.find((entry) => entry.kind === 'answer' && entry.fault !== undefined);
  return failed?.kind === 'answer' ? `a fixture failed: ${failed.fault}` : null;
}

function findingOf(
  arm: Arm,
  observations: readonly Observation[],
  scenario: JudgedScenario,
  client: JudgedClient,
): ArmFinding {
  const seen = observations.find((observation) => observation.arm === arm.id);
  const name = { arm: arm.id, title: arm.title };
  if (!seen) return { ...name, outcome: 'unclear', evidence: 'not run', symptoms: [] };
  const modelToolName = client.modelToolName(scenario.server, scenario.tool);
  const finding = scenario.judge({ arm, journal: seen.journal, modelToolName });
  return { ...name, ...withEnd(finding, seen) };
}

/** A pass needs a client that also ended well; an unclear finding is explained best by how the client ended. */
function withEnd(finding: Finding, seen: Observation): Finding {
  const endedWell = seen.exit.kind === 'ended' || (seen.exit.kind === 'exited' && seen.exit.code === 0);
  if (finding.outcome === 'fail') return finding;
  if (seen.journalOmitted > 0)
    return { outcome: 'unclear', evidence: 'it asked more than could be recorded', symptoms: [] };
  if (endedWell) return finding;
  const evidence = finding.outcome === 'pass' ? endOf(seen) : `${endOf(seen)}; ${finding.evidence}`;
  return { outcome: 'unclear', evidence, symptoms: [] };
}

function weigh(arms: readonly Arm[], findings: readonly ArmFinding[]): Omit<Judgement, 'findings' | 'runs'> {
  const control = findings.find((_, index) => arms[index]?.control);
  if (control?.outcome !== 'pass')
    return { verdict: 'skip', cause: 'control', reason: `control failed: ${control?.evidence ?? 'not run'}` };
  const failed = findings.filter(({ outcome }) => outcome === 'fail');
  if (failed.length > 0) return { verdict: 'bad', cause: null, reason: failed.map(inWords).join(' · ') };
  const open = findings.find(({ outcome }) => outcome === 'unclear');
  if (open) return { verdict: 'skip', cause: 'unclear', reason: inWords(open) };
  return { verdict: 'good', cause: null, reason: control.evidence };
}

const inWords = ({ title, evidence }: ArmFinding) => `${title}: ${evidence}`;

/** How the client ended, and `when`, with the first line of its complaint where it made one. */
function endOf({ exit, stderr, stdout }: Observation, when = ''): string {
  const complaint = [stderr.text, stdout.text].map(firstLine).find((line) => line !== '') ?? '';
  const suffix = complaint ? `: ${complaint}` : '';
  switch (exit.kind) {
    case 'exited':
      return `exited with code ${exit.code}${when}${suffix}`;
    case 'signalled':
      return `was ended by ${exit.signal}${when}${suffix}`;
    case 'timeout':
      return `did not end within ${Math.round(exit.afterMs / 1000)} s${when}`;
    case 'flooded':
      return `wrote more than ${Math.round(exit.bytes / 2 ** 20)} MiB of output${when}`;
    case 'ended':
      return `was ended${when}`;
    case 'not-started':
      return `could not be started: ${exit.message}`;
  }
}

const COMPLAINT_LENGTH = 160;

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return line.trim().slice(0, COMPLAINT_LENGTH);
}
