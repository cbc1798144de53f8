/** How many rounds of a release are wanted, and how many of them are missing. */
import { type KnownTallies, type Rule, type Search } from './question.js';
import { readTally, type Tally } from '../verdict/standing.js';
import type { Verdict } from '../verdict/round.js';

/** Rounds beyond the wanted ones in which a release that has given a clear verdict may make up for skipped rounds. */
export const RETRIES = 3;

export const clearRounds = (tally: Tally | undefined): number => (tally ? tally.good + tally.bad : 0);

export const allRounds = (tally: Tally | undefined): number => (tally ? clearRounds(tally) + tally.skip : 0);

/**
 * Rounds to run until `wanted` clear ones are there. A release without any clear round is given up after `wanted` skipped
 * ones; one that is clear at times is asked for `RETRIES` more at most, and then taken with the rounds that it has.
 */
export function missingRounds(tally: Tally | undefined, wanted: number): number {
  const clear = clearRounds(tally);
  const total = allRounds(tally);
  if (clear === 0) return Math.max(0, wanted - total);
  return Math.max(0, Math.min(wanted - clear, wanted + RETRIES - total));
}

/** Clear rounds, all agreeing, that a release which an answer rests on must have. */
export const roundsToConfirm = ({ repeat, confirm }: Rule): number => Math.max(repeat, 1 + confirm);

/** What the search reads at a release: its verdict, or the number of rounds that it must ask for first. */
export type ReleaseReading = Verdict | { readonly missing: number };

export function readRelease({ known, rule }: Search, version: string): ReleaseReading {
  const tally = known.get(version);
  const missing = missingRounds(tally, rule.repeat);
  if (missing > 0 || !tally) return { missing };
  return isThin(tally, rule) ? 'skip' : readTally(tally).verdict;
}

/** So many rounds gave no verdict that the few which did are no ground for an answer. */
const isThin = (tally: Tally, rule: Rule): boolean =>
  tally.skip > RETRIES && clearRounds(tally) < roundsToConfirm(rule);

/** The first rounds of a release have the reason of the search for it; further ones are a repetition. */
export const reasonFor = <Why>(known: KnownTallies, version: string, why: Why): Why | 'repeat' =>
  allRounds(known.get(version)) > 0 ? 'repeat' : why;
