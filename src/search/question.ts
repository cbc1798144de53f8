/** What the search is asked, what it is told, and what it answers: the words that its other files share. */
import type { z } from 'zod';
import type { Direction } from '../registry/bounds.js';
import type { Verdict } from '../verdict/round.js';
import { readTally, type Tally } from '../verdict/standing.js';
import type { boundary, finalStep, rule, why } from './schema.js';

export interface Question {
  /** Testable releases in order, both ends included: at least two, or one where a side is open. */
  readonly versions: readonly string[];
  readonly direction: Direction;
  /** The side whose end nobody has claimed: it is looked for from the other end in growing steps. */
  readonly open?: 'older' | 'newer' | undefined;
}

export type KnownTallies = ReadonlyMap<string, Tally>;

export type Rule = z.infer<typeof rule>;

/** The rule that the calibration in docs/noise.md was measured with; why it confirms three times is told there. */
export const DEFAULT_RULE: Rule = { repeat: 1, confirm: 3, confidence: 0.95, maxRounds: 120 };

export type Boundary = z.infer<typeof boundary>;

export interface ProbeStep {
  readonly kind: 'probe';
  /** Run so many more rounds of these now, in any order or all at once. */
  readonly rounds: readonly { readonly version: string; readonly count: number }[];
  /** One of these is probably asked for next, so its tarball may be fetched meanwhile. */
  readonly likely: readonly string[];
  readonly why: z.infer<typeof why>;
}

/** What ends a search: where the change is, or that there is none to find. */
export type FinalStep = z.infer<typeof finalStep>;

export type Step = ProbeStep | FinalStep;

/** The change is after the first of these versions, and at the last of them at the latest. */
export function placedBetween(versions: readonly string[], confidence: number | null): FinalStep {
  const boundary = { before: versions[0] as string, after: versions.at(-1) as string };
  const suspects = versions.slice(1, -1);
  return suspects.length === 0
    ? { kind: 'found', boundary, confidence }
    : { kind: 'suspects', boundary, suspects, confidence };
}

/** Everything that a step depends on. */
export interface Search {
  readonly question: Question;
  readonly known: KnownTallies;
  readonly rule: Rule;
}

/** What is expected at the older and at the newer end. */
export function expectedEnds(direction: Direction): { older: 'good' | 'bad'; newer: 'good' | 'bad' } {
  return direction === 'regression' ? { older: 'good', newer: 'bad' } : { older: 'bad', newer: 'good' };
}

/** @throws RangeError if the question has too few releases, or the rule is not one that a search can follow */
export function assertSearchable({ question: { versions, open }, rule }: Search): void {
  if (versions.length < (open ? 1 : 2) || new Set(versions).size < versions.length)
    throw new RangeError('a search needs different releases: two ends, or one where a side is open');
  const counts = Number.isInteger(rule.repeat) && Number.isInteger(rule.confirm);
  if (!counts || rule.repeat < 1 || rule.confirm < 0)
    throw new RangeError('repeat is a whole number from 1 on, confirm one from 0 on');
  if (!(rule.confidence > 0.5 && rule.confidence < 1))
    throw new RangeError('confidence lies between 0.5 and 1');
  if (!(rule.maxRounds >= 1)) throw new RangeError('maxRounds is at least 1');
}

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
