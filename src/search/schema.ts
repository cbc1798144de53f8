/** The form of what a search says, for files that come from elsewhere: types are made of it, and it is loaded where one is read. */
import { z } from 'zod';
import type { Terms } from '../scenarios/scenario.js';
import type { Tally } from '../verdict/standing.js';
import {
  count,
  integrity,
  list,
  milliseconds,
  shape,
  text,
  time,
  verdict,
  version,
  versions,
} from '../verdict/schema.js';

export const direction = z.enum(['regression', 'fix']);
export const outcome = z.enum(['found', 'ends-agree', 'inconclusive']);

export const rule = z.object({
  /** Rounds of each release that the search asks for: at least 1. */
  repeat: count,
  /** Extra rounds of each release that an answer rests on, before it is given. */
  confirm: count,
  /** Posterior probability (above 0.5, below 1) at which the noise-tolerant mode answers. */
  confidence: z.number(),
  /** Rounds of the whole search after which the noise-tolerant mode gives up as inconclusive. */
  maxRounds: z.number(),
});

/** Two neighbouring tested releases with different verdicts. */
export const boundary = z.object({ before: version, after: version });

/** Null: every release which was run agreed with itself; else the posterior probability (0 to 1) of what is named. */
const confidence = z.number().min(0).max(1).nullable();

/** What ends a search. */
export const finalStep = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('found'), boundary, confidence }),
  /**
   * The ends are not as claimed: there is nothing to search for between them. An open end has the verdict that was
   * looked for on its side, which the claimed end turned out to have as well.
   */
  z.object({ kind: z.literal('ends-agree'), older: verdict, newer: verdict, confidence }),
  /** Open side: nothing with the other verdict up to `seen`, the last testable release of the list. */
  z.object({ kind: z.literal('no-end'), seen: version, confidence }),
  /** An end that was claimed could not be tested. */
  z.object({ kind: z.literal('untestable-end'), versions }),
  /**
   * Any of `suspects` or `boundary.after` may be where the change is: releases that cannot be tested (all tried, or a
   * sample of a long run of them), or, with a confidence, the credible set of the noise-tolerant mode. There may be none
   * between the boundary then: it is the only candidate, but less probable than demanded.
   */
  z.object({ kind: z.literal('suspects'), boundary, suspects: versions, confidence }),
]);

/** Why a release was asked for. */
export const why = z.enum(['ends', 'walk', 'middle', 'repeat', 'confirm', 'noise']);

/** One step of the search path: which releases were asked for together, how many more rounds of each, when and why. */
export const searchStep = z.object({
  /** Since the search began. */
  atMs: milliseconds,
  why,
  rounds: list(z.object({ version, count })),
});

/** A search without releases has no ends. */
const end = z.union([version, z.literal('')]);

export const change = z.object({
  direction,
  /** The side on which nobody had claimed an end. */
  open: z.enum(['older', 'newer']).optional(),
  /** Nobody had named the bad release: it is the latest one. */
  isAssumed: z.boolean(),
  /** The first and the last release of the range; on an open side the last one that there is. */
  ends: z.object({ older: end, newer: end }),
  outcome,
  boundary: boundary.nullable(),
  /** `boundary.before`, if it was run and is what it is taken for: among noise a boundary may be a guess. */
  lastKnown: version.nullable(),
  suspects: versions,
  /** Releases beyond the last one that could be tested, on a side where no end was found. */
  beyond: versions,
  /** Tested releases on the wrong side of the boundary: then there is more than one change in the range. */
  contradictions: versions,
  /** How probable the answer is, where rounds of one release disagreed; null where none did. */
  confidence,
  step: finalStep,
});

export const label = z.enum([
  'works',
  'last known good',
  'first broken',
  'broken',
  'last known broken',
  'first fixed',
  'flaky',
  'different failure',
  'untestable',
  'suspect',
  'excluded',
  'not tested',
  'not available',
]);

/** One published release of the range. */
export const row = z.object({
  version,
  publishedAt: time.nullable(),
  /** See PublicationTime. Runs of earlier versions of this tool do not say. */
  timeDoubtful: z.boolean().default(false),
  verdict: verdict.nullable(),
  basis: z.enum(['tested', 'inferred']).nullable(),
  label,
  /** The label in the scenario's own words, where it has some. */
  said: text.max(60).exactOptional(),
  /** How often its arms were run; and how its rounds came out. */
  runs: count,
  rounds: shape<Tally>({ good: count, bad: count, skip: count }),
  flaky: z.boolean(),
  /** The evidence, the cause of a skip, or why the release cannot be tested here; empty for an inferred one. */
  reason: text,
  integrity: integrity.nullable(),
});

const term = text.max(30).optional();

export const answer = z.object({
  /** What was asked: one change, both sides of a window of bad releases, or every change there is. */
  asked: z.enum(['regression', 'fix', 'window', 'scan']),
  outcome,
  /** One for each search; of a scan every change, in order. */
  changes: list(change),
  rows: list(row),
  /** An error ended it before everything that was asked for was known: the searches that had come to an end are in `changes`. */
  isUnfinished: z.boolean().exactOptional(),
  /** Of a scan: neighbouring bad releases that fail in different ways. */
  differences: list(boundary).exactOptional(),
  /** The scenario's own words. */
  terms: shape<Terms>({ works: term, broken: term, broke: term, fixed: term }).exactOptional(),
});
