/** One complete run of a release, under every arm: what was seen, and what it was judged to be. */
import type { Observation } from '../probe/observation.js';
import type { Finding } from '../scenarios/scenario.js';

export type Verdict = 'good' | 'bad' | 'skip';

/**
 * Why a release was skipped. `environment`: a failure on our side, so asking again may well give a verdict. `oracle`: the
 * user's command said so, or took too long; `oracle-aborted`: it failed itself, and the search with it. `excluded`: the user said
 * that it is not to be run.
 */
export type SkipCause =
  | 'environment'
  | 'start'
  | 'version'
  | 'control'
  | 'unclear'
  | 'oracle'
  | 'oracle-aborted'
  | 'excluded';

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

/** What is said of a release that the user left out. */
export const excluded = (reason = 'excluded'): Judgement => ({
  verdict: 'skip',
  cause: 'excluded',
  reason,
  findings: [],
  runs: 0,
});

/** A judgement with what it rests on. */
export interface Round {
  readonly judgement: Judgement;
  readonly observations: readonly Observation[];
}
