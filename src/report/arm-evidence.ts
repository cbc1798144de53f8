/** What a release showed under each arm, from the round that stands for it. Pure. */
import type { Client } from '../clients/client.js';
import type { KeptRound, Run } from '../run/run.js';
import type { Observation } from '../probe/observation.js';
import { commonFailure, failureOf, isSameFailure } from '../verdict/standing.js';
import type { ArmFinding } from '../verdict/round.js';
import type { Row } from '../search/answer.js';
import { cut } from './text.js';
import { endingOf } from './ending.js';
import { namesServer } from './log-difference.js';
import { logLines } from './log-lines.js';
import { patternsIn } from './log-patterns.js';
import type { ArmEvidence } from './report.js';
import { offeredTools, stepsOf, type IsServerTool } from './steps.js';

/** A client that goes round in circles makes thousands of steps, and a reader sees what it does in the first rounds. */
const MAX_STEPS = 120;
const MAX_QUESTIONS = 40;
/** Of what it wrote to stderr, and with an oracle to stdout. */
const OUTPUT_CHARS = 4_000;
const MAX_LOG_LINES = 100;

/** The parts of a run that its evidence is read with. */
export type Scene = Pick<Run, 'scenario' | 'oracle'>;

/**
 * The round that stands for a release: the newest whole one with its verdict, of a bad release the newest that fails as most
 * of its rounds do. Where no whole round has its verdict (it fails in another way, or was left undecided), the newest whole
 * one; undefined where nothing was recorded.
 */
export function standingRound(rounds: readonly KeptRound[], verdict: Row['verdict']): KeptRound | undefined {
  const whole = rounds.filter(({ isWhole, observations }) => isWhole && observations.length > 0);
  const agreeing = whole.filter(({ judgement }) => judgement.verdict === verdict);
  const failure = commonFailure(rounds.map(({ judgement }) => judgement));
  const typical =
    verdict === 'bad' && failure
      ? agreeing.findLast(({ judgement }) => isSameFailure(failureOf(judgement), failure))
      : undefined;
  return typical ?? agreeing.at(-1) ?? whole.at(-1);
}

/** The arms of a round in the order of the scenario; of an arm that was repeated its last run counts (verdict/judge.ts). */
export function armsOf(round: KeptRound | undefined, scene: Scene, client: Client): ArmEvidence[] {
  if (!round) return [];
  const { scenario } = scene;
  const known = scenario.arms.map(({ id }) => id);
  const others = round.observations.map(({ arm }) => arm).filter((arm) => !known.includes(arm));
  const isServerTool = serverTools(client, scenario);
  return [...known, ...new Set(others)].flatMap((id) => {
    const seen = lastRunOf(round, id);
    const arm = scenario.arms.find((one) => one.id === id);
    const finding = round.judgement.findings.find((one) => one.arm === id);
    return seen ? [evidenceFrom(seen, { arm, finding, round, client, scene, isServerTool })] : [];
  });
}

/** What was recorded of an arm's last run in a round. */
export const lastRunOf = ({ observations }: KeptRound, arm: string): Observation | undefined =>
  observations.findLast((seen) => seen.arm === arm);

interface Context {
  readonly arm: Run['scenario']['arms'][number] | undefined;
  readonly finding: ArmFinding | undefined;
  readonly round: KeptRound;
  readonly client: Client;
  readonly scene: Scene;
  readonly isServerTool: IsServerTool;
}

function evidenceFrom(
  seen: Observation,
  { arm, finding, round, client, scene, isServerTool }: Context,
): ArmEvidence {
  const { scenario, oracle } = scene;
  const found = finding ? { outcome: finding.outcome, evidence: finding.evidence } : withoutFinding(round);
  const steps = stepsOf(seen.journal, MAX_STEPS, isServerTool, seen.durationMs);
  return {
    arm: seen.arm,
    title: arm?.title ?? finding?.title ?? seen.arm,
    isControl: arm?.control ?? false,
    ...found,
    end: endingOf(seen),
    durationMs: Math.round(seen.durationMs),
    steps,
    omitted: seen.journal.length - steps.length + seen.journalOmitted,
    tools: offeredTools(seen.journal, isServerTool).slice(0, MAX_QUESTIONS),
    logged: patternsIn(seen.debugLog.text, client.logPatterns),
    stderr: cut(seen.stderr.text, OUTPUT_CHARS),
    stdout: oracle === null ? '' : cut(seen.stdout.text, OUTPUT_CHARS),
    log: found.outcome === 'pass' ? [] : serverLines(seen, scenario.server),
    screen: seen.screen,
  };
}

/** The first lines of its debug log that name the server, as they are compared elsewhere. */
function serverLines({ debugLog, version }: Observation, server: string): string[] {
  const names = namesServer(server);
  // Most lines name no server, and making a line comparable takes time.
  const near = debugLog.text.split(/\r\n|[\n\r]/).filter(names);
  return logLines(near.join('\n'), version).filter(names).slice(0, MAX_LOG_LINES);
}

/** Where a command judged, or nothing could be judged, there is the verdict alone, and of one arm it is that arm's. */
function withoutFinding({ judgement }: KeptRound): Pick<ArmEvidence, 'outcome' | 'evidence'> {
  const outcome = ({ good: 'pass', bad: 'fail', skip: 'unclear' } as const)[judgement.verdict];
  return { outcome, evidence: judgement.reason };
}

/** Tools of the scenario's server have a name that begins as that of the scenario's tool does, up to the tool's own name. */
function serverTools(client: Client, { server, tool }: Run['scenario']): IsServerTool {
  const prefix = client.modelToolName(server, '');
  const whole = client.modelToolName(server, tool);
  return (name) => name === whole || (prefix !== '' && name.startsWith(prefix));
}
