/** One change that a search looked for: where it is, and what speaks against it. Pure. */
import type { z } from 'zod';
import type { change, outcome, row } from './schema.js';
import {
  clearVerdict,
  failureOf,
  hasClearMajority,
  isSameFailure,
  type Standing,
} from '../verdict/standing.js';
import { expectedEnds, placedBetween, type Boundary, type FinalStep } from './question.js';
import type { Direction } from '../registry/bounds.js';

export type Outcome = z.infer<typeof outcome>;
export type Change = z.infer<typeof change>;

/** How one search ended. */
export interface SearchEnd {
  readonly direction: Direction;
  readonly open?: 'older' | 'newer' | undefined;
  /** Nobody had named the bad release: it is the latest one. */
  readonly isAssumed?: boolean;
  /** The releases it searched, testable or not. */
  readonly versions: readonly string[];
  readonly step: FinalStep;
}

/** What is known of one release of the range. */
type Known = Pick<z.infer<typeof row>, 'version' | 'verdict' | 'basis' | 'flaky' | 'rounds'>;

/** @param rows every release shown, of which the search had a part */
export function changeOf(end: SearchEnd, rows: readonly Known[]): Change {
  const { direction, open, isAssumed = false, versions, step } = end;
  const own = new Set(versions);
  const within = rows.filter(({ version }) => own.has(version));
  const boundary = step.kind === 'found' || step.kind === 'suspects' ? step.boundary : null;
  const suspects = step.kind === 'suspects' ? step.suspects : [];
  const contradictions = contradictionsIn(within, end);
  const beyond = beyondOf(end);
  return {
    direction,
    open,
    isAssumed,
    ends: { older: versions[0] ?? '', newer: versions.at(-1) ?? '' },
    outcome: contradictions.length > 0 || beyond.length > 0 ? 'inconclusive' : outcomeOf(step),
    boundary,
    lastKnown: lastKnownOf(within, end),
    suspects,
    beyond,
    contradictions,
    confidence: step.kind === 'untestable-end' ? null : step.confidence,
    step,
  };
}

function outcomeOf({ kind }: FinalStep): Outcome {
  if (kind === 'found') return 'found';
  return kind === 'ends-agree' || kind === 'no-end' ? 'ends-agree' : 'inconclusive';
}

/** Releases on the open side that nobody could test: the end may be among them. */
function beyondOf({ open, versions, step }: SearchEnd): readonly string[] {
  if (step.kind !== 'no-end') return [];
  const place = versions.indexOf(step.seen);
  return open === 'older' ? versions.slice(0, place) : versions.slice(place + 1);
}

function lastKnownOf(rows: readonly Known[], { direction, step }: SearchEnd): string | null {
  if (step.kind !== 'found' && step.kind !== 'suspects') return null;
  const { before } = step.boundary;
  const row = rows.find(({ version }) => version === before);
  const isSo = row?.basis === 'tested' && row.verdict === expectedEnds(direction).older;
  return isSo && (!row.flaky || hasClearMajority(row.rounds)) ? before : null;
}

/** Among noise a single round on the wrong side says nothing; so many that agree do. */
const ROUNDS_BEYOND_NOISE = 3;

/** What earlier runs know may belie the search, which takes it that there is one change. */
function contradictionsIn(rows: readonly Known[], { direction, step }: SearchEnd): string[] {
  if (step.kind === 'ends-agree' || step.kind === 'untestable-end') return [];
  const { older, newer } = expectedEnds(direction);
  const doubtful = new Set(step.kind === 'suspects' ? step.suspects : []);
  const isWrong = (row: Known, index: number) => {
    if (row.basis !== 'tested' || doubtful.has(row.version) || !counts(row, step.confidence)) return false;
    // Without an end every release is on the side of the claimed one.
    if (step.kind === 'no-end') return row.verdict === (direction === 'regression' ? older : newer);
    const place = rows.findIndex(({ version }) => version === step.boundary.before);
    return row.verdict === (index <= place ? newer : older);
  };
  return rows.filter(isWrong).map(({ version }) => version);
}

function counts({ flaky, rounds }: Known, confidence: number | null): boolean {
  if (flaky) return hasClearMajority(rounds);
  return confidence === null || rounds.good + rounds.bad >= ROUNDS_BEYOND_NOISE;
}

/** Of several changes the one that is least sure; null where no release contradicted itself. */
export function lowestConfidence(changes: readonly Change[]): number | null {
  const known = changes.map(({ confidence }) => confidence).filter((value) => value !== null);
  return known.length > 0 ? Math.min(...known) : null;
}

/** The changes between neighbouring clear verdicts; skipped and unknown releases between them are suspects. */
export function changesAmong(
  versions: readonly string[],
  standings: ReadonlyMap<string, Standing>,
): SearchEnd[] {
  const verdicts = versions.map((version) => clearVerdict(standings.get(version)));
  const clear = [...verdicts.keys()].filter((place) => verdicts[place] !== undefined);
  return clear.slice(1).flatMap((place, index) => {
    const before = clear[index] as number;
    if (verdicts[before] === verdicts[place]) return [];
    const between = versions.slice(before, place + 1);
    const direction = verdicts[place] === 'bad' ? 'regression' : 'fix';
    return [{ direction, versions: between, step: placedBetween(between, null) }];
  });
}

/** Neighbouring tested releases that are both bad, but fail in different ways. */
export function differencesAmong(
  versions: readonly string[],
  standings: ReadonlyMap<string, Standing>,
): Boundary[] {
  const clear = versions.filter((version) => clearVerdict(standings.get(version)) !== undefined);
  const failures = clear.map((version) => {
    const standing = standings.get(version);
    return standing?.verdict === 'bad' ? failureOf(standing.judgement) : null;
  });
  return clear.slice(1).flatMap((after, index) => {
    const [one, other] = [failures[index], failures[index + 1]];
    return one && other && !isSameFailure(one, other) ? [{ before: clear[index] as string, after }] : [];
  });
}
