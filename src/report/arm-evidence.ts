/** What a release showed under each arm, from the round that stands for it. Pure. */
import type { Client } from '../clients/client.js';
import type { KeptRound, KeptRun } from '../kept-run.js';
import type { Observation } from '../probe/observation.js';
import { commonFailure } from '../summary.js';
import { failureOf, isSameFailure, type ArmFinding } from '../verdict.js';
import type { Row } from './answer.js';
import { cut } from './cut.js';
import { endingOf } from './ending.js';
import { patternsIn } from './evidence.js';
import type { ArmEvidence } from './report.js';
import { offeredTools, stepsOf, type IsServerTool } from './steps.js';

/** A client that goes round in circles makes thousands of steps, and a reader sees what it does in the first rounds. */
const MAX_STEPS = 120;
const MAX_QUESTIONS = 40;
const STDERR_CHARS = 4_000;

/** The parts of a run that its evidence is read with. */
export type Scene = Pick<KeptRun, 'scenario'>;

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

/** The arms of a round in the order of the scenario; of an arm that was repeated its last run counts (verdict.ts). */
export function armsOf(round: KeptRound | undefined, { scenario }: Scene, client: Client): ArmEvidence[] {
  if (!round) return [];
  const known = scenario.arms.map(({ id }) => id);
  const others = round.observations.map(({ arm }) => arm).filter((arm) => !known.includes(arm));
  const isServerTool = serverTools(client, scenario);
  return [...known, ...new Set(others)].flatMap((id) => {
    const seen = lastRunOf(round, id);
    const arm = scenario.arms.find((one) => one.id === id);
    const finding = round.judgement.findings.find((one) => one.arm === id);
    return seen ? [evidenceFrom(seen, { arm, finding, round, client, isServerTool })] : [];
  });
}

/** What was recorded of an arm's last run in a round. */
export const lastRunOf = ({ observations }: KeptRound, arm: string): Observation | undefined =>
  observations.findLast((seen) => seen.arm === arm);

interface Context {
  readonly arm: KeptRun['scenario']['arms'][number] | undefined;
  readonly finding: ArmFinding | undefined;
  readonly round: KeptRound;
  readonly client: Client;
  readonly isServerTool: IsServerTool;
}

function evidenceFrom(
  seen: Observation,
  { arm, finding, round, client, isServerTool }: Context,
): ArmEvidence {
  const steps = stepsOf(seen.journal, MAX_STEPS, isServerTool);
  return {
    arm: seen.arm,
    title: arm?.title ?? finding?.title ?? seen.arm,
    isControl: arm?.control ?? false,
    ...(finding ? { outcome: finding.outcome, evidence: finding.evidence } : withoutFinding(round)),
    end: endingOf(seen),
    durationMs: Math.round(seen.durationMs),
    steps,
    omitted: seen.journal.length - steps.length + seen.journalOmitted,
    tools: offeredTools(seen.journal, isServerTool).slice(0, MAX_QUESTIONS),
    logged: patternsIn(seen.debugLog.text, client.logPatterns),
    stderr: cut(seen.stderr.text, STDERR_CHARS),
    stdout: '',
    log: [],
    screen: seen.screen,
  };
}

/** Where a command judged, or nothing could be judged, there is the verdict alone, and of one arm it is that arm's. */
function withoutFinding({ judgement }: KeptRound): Pick<ArmEvidence, 'outcome' | 'evidence'> {
  const outcome = ({ good: 'pass', bad: 'fail', skip: 'unclear' } as const)[judgement.verdict];
  return { outcome, evidence: judgement.reason };
}

/** Tools of the scenario's server have a name that begins as that of the scenario's tool does, up to the tool's own name. */
function serverTools(client: Client, { server, tool }: KeptRun['scenario']): IsServerTool {
  const prefix = client.modelToolName(server, '');
  const whole = client.modelToolName(server, tool);
  return (name) => name === whole || (prefix !== '' && name.startsWith(prefix));
}
