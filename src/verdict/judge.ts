/**
 * Observations → verdict. Pure, and so repeatable on stored observations.
 *
 * Whatever is not clear evidence is a skip with its cause: a failure of the tool, a client that did not start, another
 * version than the one asked for, a control arm that does not pass (design.md, *Control before blame*, *Prove what ran*).
 */
import type { ArmFinding, Judgement } from './round.js';
import type { Client } from '../clients/client.js';
import type { Observation } from '../probe/observation.js';
import type { RequestEntry } from '../fixture/journal.js';
import { read } from '../scenarios/reading.js';
import { unclear, type Arm, type ArmRecord, type Finding, type Scenario } from '../scenarios/scenario.js';

/** The parts of a client and a scenario that judging needs. */
export type JudgedClient = Pick<Client, 'reportedVersion' | 'modelToolName'>;
export type JudgedScenario = Pick<Scenario, 'arms' | 'judge' | 'server' | 'tool' | 'aboutWaiting'>;

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
  // Every arm runs the same executable. Over stdio a client that ends before it asks the model tells its version to nobody.
  const isProved = counted.some((seen) => client.reportedVersion(seen.journal) === version);
  const broken = counted
    .map((seen) => brokenRun(seen, version, client, isProved))
    .find((cause) => cause !== null);
  if (broken) return { verdict: 'skip', ...broken, findings: [], runs };
  const findings = scenario.arms.map((arm) => {
    const finding = findingOf(arm, counted, scenario, client);
    // What the journal shows is the better evidence, and the same whether the arm was run once or twice.
    return finding.outcome === 'fail' ? finding : (crashOf(arm, observations) ?? finding);
  });
  return { ...weigh(scenario.arms, findings), findings, runs };
}

/**
 * What makes a run say nothing at all about the release, as a skip's cause and reason, or null.
 * @param isProved whether another run of the same executable has said which version it is
 */
export function brokenRun(
  seen: Observation,
  version: string,
  client: JudgedClient,
  isProved = false,
): { readonly cause: NonNullable<Judgement['cause']>; readonly reason: string } | null {
  const fault = faultOf(seen);
  if (fault !== null) return { cause: 'environment', reason: fault };
  if (seen.exit.kind === 'not-started')
    return { cause: 'start', reason: `could not be started: ${seen.exit.message}` };
  const reported = client.reportedVersion(seen.journal);
  if (reported !== undefined && reported !== version)
    return { cause: 'version', reason: `another version ran: it calls itself ${reported}` };
  if (reported === undefined && !isProved && seen.journal.length > 0)
    return { cause: 'version', reason: 'the running client did not say which version it is' };
  if (seen.journal.length === 0) return { cause: 'start', reason: endOf(seen, ' before its first request') };
  return null;
}

/** What failed on our own side, or null. */
export function faultOf(seen: Observation): string | null {
  return seen.fault ?? fixtureFault(seen);
}

/** Where the client goes on after that, it was not the end of the client that took its server along. */
function serverLost(journal: Observation['journal']): boolean {
  const lost = journal.findIndex((entry) => entry.kind === 'closed' && entry.unexplained);
  return lost >= 0 && journal.slice(lost).some(({ kind }) => kind === 'request');
}

/** An answer that a fixture failed to give properly: what the client made of it says nothing about the client. */
function fixtureFault({ journal }: Observation): string | null {
  const failed = journal.find((entry) => entry.kind === 'answer' && entry.fault !== undefined);
  if (failed?.kind === 'answer') return `a fixture failed: ${failed.fault}`;
  return serverLost(journal) ? 'the process of the stdio server ended, and nobody had told it to' : null;
}

/**
 * An arm in which the client crashed each time, twice at least: that is a way to fail, since the control shows that it
 * can do without. Once may be chance.
 */
function crashOf(arm: Arm, observations: readonly Observation[]): ArmFinding | undefined {
  const seen = observations.filter((observation) => observation.arm === arm.id);
  const last = seen.at(-1);
  if (arm.control || seen.length < 2 || !last || !seen.every(hasCrashed)) return undefined;
  const evidence = `crashed each time: ${endOf(last)}`;
  return { arm: arm.id, title: arm.title, outcome: 'fail', evidence, symptoms: ['crashed'] };
}

function hasCrashed(seen: Observation): boolean {
  const { exit, journal } = seen;
  const badly =
    (exit.kind === 'exited' && exit.code !== 0) || (exit.kind === 'signalled' && OWN_FAULTS.has(exit.signal));
  return badly && faultOf(seen) === null && journal.some(({ fixture }) => fixture === 'gateway');
}

/** Signals that a program brings upon itself. The others are sent: SIGKILL by a machine whose memory is short. */
const OWN_FAULTS: ReadonlySet<string> = new Set([
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGTRAP',
  'SIGFPE',
  'SIGSYS',
]);

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
  const finding = timelyFinding(scenario, { arm, journal: seen.journal, modelToolName, mode: seen.mode });
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
  return { verdict: 'good', cause: null, reason: allWell(arms, findings) };
}

/** What the arms but the control have shown: in one phrase where that is the same in all of them. */
function allWell(arms: readonly Arm[], findings: readonly ArmFinding[]): string {
  const tested = findings.filter((_, index) => !arms[index]?.control);
  const evidence = new Set(tested.map((finding) => finding.evidence));
  return evidence.size === 1 ? [...evidence].join('') : tested.map(inWords).join(' · ');
}

const inWords = ({ title, evidence }: ArmFinding) => `${title}: ${evidence}`;

/** How the client ended, and `when`, with the first line of its complaint where it made one. */
function endOf(seen: Observation, when = ''): string {
  const { exit } = seen;
  const complaint = complaintOf(seen);
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

/** The first line that it wrote; at a terminal, where that is a picture, the line on the screen that names an error. */
function complaintOf({ stderr, stdout, screen }: Observation): string {
  if (screen) return firstLine(screen.find((line) => /error/i.test(line)) ?? screen.join('\n'));
  return [stderr.text, stdout.text].map(firstLine).find((line) => line !== '') ?? '';
}

function firstLine(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return line.trim().slice(0, COMPLAINT_LENGTH);
}

/**
 * The scenario's finding, unless it is a failure that is nothing but haste: on a busy machine a client that waits for its
 * servers for a time of its own may ask the model before an answer that the plan itself kept back was due.
 */
export function timelyFinding(
  scenario: Pick<Scenario, 'judge' | 'aboutWaiting'>,
  record: ArmRecord,
): Finding {
  const finding = scenario.judge(record);
  const hasty = finding.outcome === 'fail' && !scenario.aboutWaiting ? hastyQuestion(record) : undefined;
  if (!hasty) return finding;
  // What had failed by then is not excused by it.
  const journal = record.journal.filter(({ seq }) => seq < hasty.question.seq);
  if (scenario.judge({ ...record, journal }).outcome === 'fail') return finding;
  const { rpc = 'a batch' } = hasty.awaited;
  return unclear(`asked the model without the tool before the answer to ${rpc} was due`);
}

/**
 * The last question to the model, if it did not offer the tool and an answer to a message of the client was still kept back,
 * and that message. A request that the client had closed itself was not waited for any more; a stream (GET) never is.
 */
function hastyQuestion(
  record: ArmRecord,
): { readonly question: RequestEntry; readonly awaited: RequestEntry } | undefined {
  const seen = read(record);
  const question = seen.questions.at(-1);
  if (!question || question !== seen.questionsWithoutTool.at(-1)) return undefined;
  const over = new Set(
    record.journal
      .filter(({ kind, seq }) => kind !== 'request' && seq < question.seq)
      .map(({ exchange }) => exchange),
  );
  const awaited = seen
    .requests({ fixture: 'gateway' })
    .find(
      ({ keptBack, method, exchange, seq }) =>
        keptBack && method !== 'GET' && seq < question.seq && !over.has(exchange),
    );
  return awaited && { question, awaited };
}
