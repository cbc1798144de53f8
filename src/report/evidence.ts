/** What a release showed under each arm, from the round that stands for it. Pure. */
import type { Client, LogPattern } from '../clients/client.js';
import type { Observation } from '../probe/observation.js';
import type { Run } from '../run/run.js';
import type { KeptRound } from '../verdict/round.js';
import type { Row } from '../search/answer.js';
import { commonFailure, failureOf, isSameFailure } from '../verdict/standing.js';
import { logLines, namesServer, patternsIn } from './logs.js';
import { offeredTools, stepsOf, type Arrow, type IsServerTool, type OfferedTools } from './steps.js';
import { cut } from './text.js';

export interface ArmEvidence {
  readonly arm: string;
  readonly title: string;
  readonly isControl: boolean;
  readonly outcome: 'pass' | 'fail' | 'unclear';
  /** `tools lost; re-initialized 2×` */
  readonly evidence: string;
  /** `exited with code 0`, `ended by us, its arm being settled` … */
  readonly end: string;
  readonly durationMs: number;
  /** What the client called itself in its requests: each name once, the first few; may be empty. */
  readonly userAgent: string;
  readonly steps: readonly Arrow[];
  /** How many journal entries there were beyond `steps`. */
  readonly omitted: number;
  /** What the model was offered, request by request. */
  readonly tools: readonly OfferedTools[];
  /** What the client's own log says of it (LogPattern.meaning). */
  readonly logged: readonly string[];
  readonly stderr: string;
  /** Only where a command judged: what it printed is its evidence. Else empty. */
  readonly stdout: string;
  /** The lines of its debug log that name the MCP server, normalised: for where there is nothing to compare them with. */
  readonly log: readonly string[];
  readonly screen: readonly string[] | null;
}

/** A client that goes round in circles makes thousands of steps, and a reader sees what it does in the first rounds. */
const MAX_STEPS = 120;
const MAX_QUESTIONS = 40;
/** Of what it wrote to stderr, and with an oracle to stdout. */
const OUTPUT_CHARS = 4_000;
const MAX_LOG_LINES = 100;

/** The parts of a run that its evidence is read with. */
export type Scene = Pick<Run, 'scenario' | 'oracle'>;

/** The rounds with this verdict; of bad ones those that fail as most do. */
export function alike(rounds: readonly KeptRound[], verdict: Row['verdict']): KeptRound[] {
  const agreeing = rounds.filter(({ judgement }) => judgement.verdict === verdict);
  const failure = commonFailure(agreeing.map(({ judgement }) => judgement));
  if (!failure) return agreeing;
  return agreeing.filter(({ judgement }) => isSameFailure(failureOf(judgement), failure));
}

/**
 * The round that stands for a release: the newest whole one with its verdict, of a bad release the newest that fails as most
 * of its rounds do. Where no whole round has its verdict (it fails in another way, or was left undecided), the newest whole
 * one; undefined where nothing was recorded.
 */
export function standingRound(rounds: readonly KeptRound[], verdict: Row['verdict']): KeptRound | undefined {
  const whole = rounds.filter(({ isWhole, observations }) => isWhole && observations.length > 0);
  const typical = new Set(alike(rounds, verdict));
  return (
    whole.findLast((round) => typical.has(round)) ??
    whole.findLast(({ judgement }) => judgement.verdict === verdict) ??
    whole.at(-1)
  );
}

/** The arms of a round in the order of the scenario; of an arm that was repeated its last run counts (verdict/judge.ts). */
export function armsOf(round: KeptRound | undefined, scene: Scene, client: Client): ArmEvidence[] {
  if (!round) return [];
  const seen = round.observations.map(({ arm }) => arm);
  const known = scene.scenario.arms.map(({ id }) => id).filter((id) => seen.includes(id));
  return [...new Set([...known, ...seen])].map((arm) => armOf(arm, round, scene, client));
}

/** What was recorded of an arm's last run in a round. */
export const lastRunOf = ({ observations }: KeptRound, arm: string): Observation | undefined =>
  observations.findLast((seen) => seen.arm === arm);

function armOf(id: string, round: KeptRound, { scenario, oracle }: Scene, client: Client): ArmEvidence {
  const seen = lastRunOf(round, id) as Observation;
  const { journal, stderr, stdout, screen } = seen;
  const arm = scenario.arms.find((one) => one.id === id);
  const finding = round.judgement.findings.find((one) => one.arm === id);
  const isServerTool = serverTools(client, scenario);
  const { steps, omitted, logged, ...ended } = runOf(seen, client.logPatterns, MAX_STEPS, isServerTool);
  // Where a command judged, or nothing could be judged, there is the verdict alone, and of one arm it is that arm's.
  const outcome = finding?.outcome ?? OUTCOMES[round.judgement.verdict];
  return {
    arm: id,
    title: arm?.title ?? finding?.title ?? id,
    isControl: arm?.control ?? false,
    outcome,
    evidence: finding?.evidence ?? round.judgement.reason,
    ...ended,
    userAgent: agentsIn(journal),
    steps,
    omitted,
    tools: offeredTools(journal, isServerTool).slice(0, MAX_QUESTIONS),
    logged,
    stderr: cut(stderr.text, OUTPUT_CHARS),
    stdout: oracle === null ? '' : cut(stdout.text, OUTPUT_CHARS),
    log: outcome === 'pass' ? [] : serverLines(seen, scenario.server),
    screen,
  };
}

/** How a run went: its end, its first steps, and what of it is in its log. */
export function runOf(
  seen: Observation,
  patterns: readonly LogPattern[],
  most: number,
  isServerTool?: IsServerTool,
): Pick<ArmEvidence, 'end' | 'durationMs' | 'steps' | 'omitted' | 'logged'> {
  const { journal, journalOmitted, durationMs, debugLog } = seen;
  return {
    end: endingOf(seen),
    durationMs: Math.round(durationMs),
    steps: stepsOf(journal, most, isServerTool, durationMs),
    omitted: Math.max(0, journal.length - most) + journalOmitted,
    logged: patternsIn(debugLog.text, patterns),
  };
}

const OUTCOMES = { good: 'pass', bad: 'fail', skip: 'unclear' } as const;

const MAX_AGENTS = 5;

function agentsIn(journal: Observation['journal']): string {
  const named = journal.flatMap((entry) => (entry.kind === 'request' && entry.userAgent) || []);
  return [...new Set(named)].slice(0, MAX_AGENTS).join(', ');
}

/** The first lines of its debug log that name the server, as they are compared elsewhere. */
function serverLines({ debugLog, version }: Observation, server: string): string[] {
  const names = namesServer(server);
  // Most lines name no server, and making a line comparable takes time.
  const near = debugLog.text.split(/\r\n|[\n\r]/).filter(names);
  return logLines(near.join('\n'), version).filter(names).slice(0, MAX_LOG_LINES);
}

/** Tools of the scenario's server have a name that begins as that of the scenario's tool does, up to the tool's own name. */
function serverTools(client: Client, { server, tool }: Run['scenario']): IsServerTool {
  const prefix = client.modelToolName(server, '');
  const whole = client.modelToolName(server, tool);
  return (name) => name === whole || (prefix !== '' && name.startsWith(prefix));
}

/** How a run of a client ended: `exited with code 0`, `ended by us, its arm being settled` … */
function endingOf({ exit, fault }: Pick<Observation, 'exit' | 'fault'>): string {
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
      return exit.byHand ? 'ended by hand' : 'ended by us, its arm being settled';
  }
}
