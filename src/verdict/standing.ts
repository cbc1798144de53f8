/** What the rounds of a release come to, and what they say of releases that were not run. Pure. */
import type { Judgement, Verdict } from './round.js';

/** How a bad release fails: the arms that fail, and the symptoms of each. */
export type Failure = ReadonlyMap<string, ReadonlySet<string>>;

/** The failure that `judgement` found; empty unless that is bad. */
export function failureOf({ findings }: Judgement): Failure {
  const failing = findings.filter(({ outcome }) => outcome === 'fail');
  return new Map(failing.map(({ arm, symptoms }) => [arm, new Set(symptoms)]));
}

/**
 * Whether two failures are the same: the same arms fail, each with a symptom in common. A race may add a symptom to one of
 * them (tools lost, and then the session opened anew); an arm that fails here and passes there is another matter.
 */
export function isSameFailure(one: Failure, other: Failure): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([arm, symptoms]) => {
    const others = other.get(arm);
    if (!others) return false;
    return (symptoms.size === 0 && others.size === 0) || [...symptoms].some((symptom) => others.has(symptom));
  });
}

/** How a release fails that was claimed to be bad: as most of its bad rounds do, of equals as the oldest. Null without any. */
export function commonFailure(rounds: readonly Judgement[]): Failure | null {
  const failures = rounds.filter(({ verdict }) => verdict === 'bad').map(failureOf);
  const votes = (failure: Failure) => failures.filter((other) => isSameFailure(failure, other)).length;
  let most: Failure | null = null;
  for (const failure of failures) if (most === null || votes(failure) > votes(most)) most = failure;
  return most;
}

/** Results of the rounds (complete runs) of one release. */
export interface Tally {
  readonly good: number;
  readonly bad: number;
  readonly skip: number;
}

/**
 * Counts rounds by what they say of the failure in question.
 * @param failure how the release fails that was claimed to be bad; null: any failure will do
 */
export function tallyOf(rounds: readonly Judgement[], failure: Failure | null): Tally {
  const tally = { good: 0, bad: 0, skip: 0 };
  for (const round of rounds) tally[verdictOn(round, failure)] += 1;
  return tally;
}

const verdictOn = (round: Judgement, failure: Failure | null): Verdict =>
  isOther(round, failure) ? 'skip' : round.verdict;

const isOther = (round: Judgement, failure: Failure | null): boolean =>
  round.verdict === 'bad' && failure !== null && !isSameFailure(failureOf(round), failure);

/** Whether a round failed, but otherwise than `failure`. */
export const failsOtherwise = (rounds: readonly Judgement[], failure: Failure | null): boolean =>
  rounds.some((round) => isOther(round, failure));

/**
 * The verdict of one release: what most of its clear rounds say. Skipped rounds do not vote; without any clear round, or
 * with as many good as bad ones, there is no verdict but `skip`. `flaky`: good and bad both occurred.
 */
export function readTally({ good, bad }: Tally): { verdict: Verdict; flaky: boolean } {
  const verdict = good === bad ? 'skip' : good > bad ? 'good' : 'bad';
  return { verdict, flaky: good > 0 && bad > 0 };
}

/** Share of its clear rounds that a clear majority has at least. */
export const CLEAR_MAJORITY = 2 / 3;

/**
 * Rounds by which the majority of a release that has erred leads at least. A release that flaps half of the time has two
 * thirds on one side soon and by chance; a lead of five it seldom has within thirty rounds.
 */
export const CLEAR_LEAD = 5;

/** Whether the clear rounds of a release, where they disagree, disagree so little that it has a verdict all the same. */
export function hasClearMajority({ good, bad }: Tally): boolean {
  const [most, least] = [Math.max(good, bad), Math.min(good, bad)];
  return least === 0 || (most - least >= CLEAR_LEAD && most >= CLEAR_MAJORITY * (good + bad));
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
  readonly rounds: Tally;
  /** The newest round that is as the whole: its evidence stands for the release. */
  readonly judgement: Judgement;
}

/**
 * Sums rounds up; undefined where there are none.
 * @param failure as in `tallyOf`
 */
export function standingOf(rounds: readonly Judgement[], failure: Failure | null): Standing | undefined {
  const tally = tallyOf(rounds, failure);
  const { verdict, flaky } = readTally(tally);
  const judgement = rounds.findLast((round) => verdictOn(round, failure) === verdict) ?? rounds.at(-1);
  if (!judgement) return undefined;
  const otherFailure = verdict === 'skip' && isOther(judgement, failure);
  const runs = rounds.reduce((sum, round) => sum + round.runs, 0);
  const said = (otherFailure ? 'a different failure: ' : '') + judgement.reason;
  const reason = flaky ? flakyReason(tally, rounds) : said + gapsIn(tally);
  return { verdict, flaky, otherFailure, reason, runs, rounds: tally, judgement };
}

/** Rounds without a verdict weaken the others: said beside them. */
function gapsIn({ good, bad, skip }: Tally): string {
  return good + bad > 0 && skip > 0 ? ` (${skip} of ${good + bad + skip} rounds did not say so)` : '';
}

function flakyReason({ good, bad }: Tally, rounds: readonly Judgement[]): string {
  const failing = rounds.findLast(({ verdict }) => verdict === 'bad');
  return `good in ${good} of ${good + bad} rounds, bad in ${bad} (${failing?.reason ?? ''})`;
}

/** The verdict of a release that can be a side of a change: one that disagrees with itself too often has none. */
export function clearVerdict(standing: Standing | undefined): 'good' | 'bad' | undefined {
  if (!standing || standing.verdict === 'skip' || !hasClearMajority(standing.rounds)) return undefined;
  return standing.verdict;
}

export type Basis = 'tested' | 'inferred';

/**
 * What is known of every release of `versions` (in order). An untested one has the verdict of the tested ones around it where these
 * agree, and none where they do not. Skips say nothing about their neighbours.
 */
export function withInferred(
  versions: readonly string[],
  known: ReadonlyMap<string, Verdict>,
): { readonly verdict: Verdict | null; readonly basis: Basis | null }[] {
  const tested = versions.map((version) => known.get(version));
  return tested.map((verdict, index) => {
    if (verdict !== undefined) return { verdict, basis: 'tested' };
    const before = tested.slice(0, index).findLast(isClear);
    return before !== undefined && before === tested.slice(index + 1).find(isClear)
      ? { verdict: before, basis: 'inferred' }
      : { verdict: null, basis: null };
  });
}

const isClear = (verdict: Verdict | undefined) => verdict === 'good' || verdict === 'bad';
