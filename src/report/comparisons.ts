/** A good release against a bad one, arm by arm. Pure. */
import type { Client } from '../clients/client.js';
import type { KeptRound, Run } from '../run/run.js';
import { commonFailure, failureOf, isSameFailure } from '../verdict/standing.js';
import type { Row } from '../search/answer.js';
import { armsOf, lastRunOf, standingRound } from './arm-evidence.js';
import { claimsOf, type Claim } from './claims.js';
import { exchangesOf } from './exchanges.js';
import { differenceOf } from './log-difference.js';
import type { ArmComparison, ArmEvidence, Comparison, LogDifference } from './report.js';

/** One comparison for each change that lies between two releases of which there is a record. */
export function comparisonsOf(run: Run, client: Client): Comparison[] {
  return claimsOf(run.answer).all.flatMap((claim) => comparisonOf(claim, run, client) ?? []);
}

/** A release of a comparison, with its rounds. */
interface Side {
  readonly version: string;
  readonly round: KeptRound;
  readonly arms: readonly ArmEvidence[];
  /** Rounds with its verdict. */
  readonly rounds: readonly KeptRound[];
}

function comparisonOf({ kind, change, between }: Claim, run: Run, client: Client): Comparison | undefined {
  const { direction, boundary } = change;
  if (!boundary) return undefined;
  const isRegression = direction === 'regression';
  const good = sideOf(isRegression ? boundary.before : boundary.after, 'good', run, client);
  const bad = sideOf(isRegression ? boundary.after : boundary.before, 'bad', run, client);
  if (!good || !bad) return undefined;
  const arms = good.arms.flatMap((arm) => armComparison(arm, { good, bad, run }) ?? []);
  const control = arms.find(({ isControl }) => isControl);
  return {
    direction,
    isBoundary: kind === 'first',
    untested: between.map(({ version }) => version),
    good: good.version,
    bad: bad.version,
    arms: inOrder(arms.map((arm) => (arm === control ? arm : withoutDrift(arm, control)))),
  };
}

/** Undefined unless a whole round shows what the release is: among noise a boundary may be a guess. */
function sideOf(version: string, verdict: 'good' | 'bad', run: Run, client: Client): Side | undefined {
  const rounds = Object.hasOwn(run.releases, version) ? (run.releases[version] ?? []) : [];
  const round = standingRound(rounds, verdict);
  if (round?.judgement.verdict !== verdict) return undefined;
  return { version, round, arms: armsOf(round, run, client), rounds: alike(rounds, verdict) };
}

/** The rounds with this verdict; of bad ones those that fail as most do. */
function alike(rounds: readonly KeptRound[], verdict: Row['verdict']): KeptRound[] {
  const agreeing = rounds.filter(({ judgement }) => judgement.verdict === verdict);
  const failure = commonFailure(agreeing.map(({ judgement }) => judgement));
  if (!failure) return agreeing;
  return agreeing.filter(({ judgement }) => isSameFailure(failureOf(judgement), failure));
}

interface Sides {
  readonly good: Side;
  readonly bad: Side;
  readonly run: Run;
}

const NO_RUN = { journal: [], durationMs: 0 };

function armComparison(good: ArmEvidence, sides: Sides): ArmComparison | undefined {
  const { arm, title, isControl } = good;
  const bad = sides.bad.arms.find((other) => other.arm === arm);
  if (!bad) return undefined;
  const [well = NO_RUN, badly = NO_RUN] = [sides.good, sides.bad].map(({ round }) => lastRunOf(round, arm));
  return { arm, title, isControl, good, bad, exchanges: exchangesOf(well, badly), log: logOf(arm, sides) };
}

/** The newest log is that of the round that stands for the release. */
function logOf(arm: string, { good, bad, run }: Sides): LogDifference | null {
  const logs = ({ rounds, round }: Side) =>
    [...rounds.filter((other) => other !== round), round]
      .flatMap((one) => lastRunOf(one, arm)?.debugLog ?? [])
      .filter(({ text }) => text.trim() !== '');
  const [well, badly] = [logs(good), logs(bad)];
  if (well.length === 0 && badly.length === 0) return null;
  const versions = { good: good.version, bad: bad.version };
  const [wells, bads] = [well, badly].map((captures) => captures.map(({ text }) => text)) as [
    string[],
    string[],
  ];
  const difference = differenceOf(wells, bads, { server: run.scenario.server, versions });
  // What a log that was cut does not have may have been in the rest of it.
  return well.some(({ capped }) => capped) ? { ...difference, telling: [] } : difference;
}

/** What tells the two releases apart in the control as well has nothing to do with the failure. */
function withoutDrift(arm: ArmComparison, control: ArmComparison | undefined): ArmComparison {
  const drift = new Set(control?.log?.telling);
  if (!arm.log || drift.size === 0) return arm;
  return { ...arm, log: { ...arm.log, telling: arm.log.telling.filter((line) => !drift.has(line)) } };
}

/** Those that fail first, the control last. */
function inOrder(arms: readonly ArmComparison[]): ArmComparison[] {
  return arms.toSorted((one, other) => rank(one) - rank(other));
}

const rank = ({ isControl, bad }: ArmComparison) => (isControl ? 2 : bad.outcome === 'fail' ? 0 : 1);
