/** What several rounds of one release come to. A round is one complete run, under every arm. Pure. */
import type { Judgement, Verdict } from './round.js';
import { failureOf, isSameFailure, type Failure } from './failure.js';

/** Results of the rounds (complete runs) of one release. */
export interface Tally {
  readonly good: number;
  readonly bad: number;
  readonly skip: number;
}

/**
 * The verdict of one release: what most of its clear rounds say. Skipped rounds do not vote; without any clear round, or
 * with as many good as bad ones, there is no verdict but `skip`. `flaky`: good and bad both occurred.
 */
export function readTally({ good, bad }: Tally): { verdict: Verdict; flaky: boolean } {
  const verdict = good === bad ? 'skip' : good > bad ? 'good' : 'bad';
  return { verdict, flaky: good > 0 && bad > 0 };
}

/** All rounds of one release as one result. */
export interface Standing {
  readonly verdict: Verdict;
  /** Its rounds disagree: some are good, some bad. */
  readonly flaky: boolean;
  /** It fails, but not in the way that was asked about: no verdict on this question. */
  readonly otherFailure: boolean;
  readonly reason: string;
  /** How often its arms were run, over all rounds. */
  readonly runs: number;
  readonly tally: Tally;
  /** The newest round that is as the whole: its evidence stands for the release. */
  readonly judgement: Judgement;
}

/**
 * Counts rounds by what they say of the failure in question.
 * @param failure how the release fails that was claimed to be bad; null: any failure will do
 */
export function tallyOf(rounds: readonly Judgement[], failure: Failure | null): Tally {
  const count = (verdict: Verdict) => rounds.filter((round) => verdictOn(round, failure) === verdict).length;
  return { good: count('good'), bad: count('bad'), skip: count('skip') };
}

function verdictOn(round: Judgement, failure: Failure | null): Verdict {
  return isOther(round, failure) ? 'skip' : round.verdict;
}

function isOther(round: Judgement, failure: Failure | null): boolean {
  return round.verdict === 'bad' && failure !== null && !isSameFailure(failureOf(round), failure);
}

/** Whether a round failed, but otherwise than `failure`. */
export const failsOtherwise = (rounds: readonly Judgement[], failure: Failure | null): boolean =>
  rounds.some((round) => isOther(round, failure));

/**
 * Sums rounds up; undefined where there are none.
 * @param failure as in `tallyOf`
 */
export function summarize(rounds: readonly Judgement[], failure: Failure | null): Standing | undefined {
  const tally = tallyOf(rounds, failure);
  const { verdict, flaky } = readTally(tally);
  const judgement = rounds.findLast((round) => verdictOn(round, failure) === verdict) ?? rounds.at(-1);
  if (!judgement) return undefined;
  const otherFailure = verdict === 'skip' && isOther(judgement, failure);
  const runs = rounds.reduce((sum, round) => sum + round.runs, 0);
  const reason = flaky ? flakyReason(tally, rounds) : plainReason(judgement, otherFailure) + gapsIn(tally);
  return { verdict, flaky, otherFailure, reason, runs, tally, judgement };
}

const plainReason = ({ reason }: Judgement, otherFailure: boolean) =>
  otherFailure ? `a different failure: ${reason}` : reason;

/** Rounds without a verdict weaken the others: said beside them. */
function gapsIn({ good, bad, skip }: Tally): string {
  return good + bad > 0 && skip > 0 ? ` (${skip} of ${good + bad + skip} rounds did not say so)` : '';
}

function flakyReason({ good, bad }: Tally, rounds: readonly Judgement[]): string {
  const failing = rounds.findLast(({ verdict }) => verdict === 'bad');
  return `good in ${good} of ${good + bad} rounds, bad in ${bad} (${failing?.reason ?? ''})`;
}
