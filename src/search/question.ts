/** What the search is asked, what it is told, and what it answers: the words that its other files share. */
import type { z } from 'zod';
import type { Direction } from '../registry/bounds.js';
import type { Tally } from '../verdict/standing.js';
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
