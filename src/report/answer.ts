/** The result of a bisection as one value, from which table, sentence and JSON are made. Pure. */
import {
  standings,
  type Basis,
  type Boundary,
  type Direction,
  type Step,
  type Verdict,
} from '../bisection.js';
import type { Release } from '../registry/releases.js';
import type { Judgement } from '../verdict.js';

export type Outcome = 'found' | 'ends-agree' | 'inconclusive';

/** One published release of the range. */
export interface Row {
  readonly version: string;
  /** ISO 8601, UTC; null where the registry does not say. */
  readonly publishedAt: string | null;
  readonly verdict: Verdict | null;
  readonly basis: Basis | null;
  readonly label: Label;
  readonly runs: number;
  /** The evidence, the cause of a skip, or why the release cannot be tested here; empty for an inferred one. */
  readonly reason: string;
  readonly integrity: string | null;
}

export type Label =
  | 'works'
  | 'last known good'
  | 'first broken'
  | 'broken'
  | 'last known broken'
  | 'first fixed'
  | 'untestable'
  | 'suspect'
  | 'not tested'
  | 'not available';

export interface Answer {
  readonly outcome: Outcome;
  readonly direction: Direction;
  readonly boundary: Boundary | null;
  readonly suspects: readonly string[];
  readonly rows: readonly Row[];
  readonly step: FinalStep;
}

export type FinalStep = Exclude<Step, { kind: 'probe' }>;

/**
 * @param releases every published release between the bounds, in order
 * @param judgements every verdict known on them
 */
export function answerOf(
  step: FinalStep,
  direction: Direction,
  releases: readonly Release[],
  judgements: ReadonlyMap<string, Judgement>,
): Answer {
  const boundary = step.kind === 'found' || step.kind === 'suspects' ? step.boundary : null;
  const suspects = step.kind === 'suspects' ? step.suspects : [];
  const rows = rowsOf(releases, judgements).map((row) => ({
    ...row,
    label: labelOf(row, direction, boundary, suspects),
  }));
  return { outcome: outcomeOf(step), direction, boundary, suspects, rows, step };
}

function outcomeOf(step: FinalStep): Outcome {
  if (step.kind === 'found' || step.kind === 'ends-agree') return step.kind;
  return 'inconclusive';
}

function rowsOf(
  releases: readonly Release[],
  judgements: ReadonlyMap<string, Judgement>,
): Omit<Row, 'label'>[] {
  const testable = releases.filter(({ source }) => source !== null).map(({ version }) => version);
  const verdicts = new Map([...judgements].map(([version, { verdict }]) => [version, verdict]));
  const standing = new Map(standings(testable, verdicts).map((value, index) => [testable[index], value]));
  return releases.map(({ version, publishedAt, source, missing }) => ({
    version,
    publishedAt,
    verdict: standing.get(version)?.verdict ?? null,
    basis: standing.get(version)?.basis ?? null,
    runs: judgements.get(version)?.runs ?? 0,
    reason: judgements.get(version)?.reason ?? missing ?? '',
    integrity: source?.integrity ?? null,
  }));
}

function labelOf(
  { version, verdict, integrity }: Omit<Row, 'label'>,
  direction: Direction,
  boundary: Boundary | null,
  suspects: readonly string[],
): Label {
  const isRegression = direction === 'regression';
  if (version === boundary?.before) return isRegression ? 'last known good' : 'last known broken';
  if (version === boundary?.after && suspects.length === 0)
    return isRegression ? 'first broken' : 'first fixed';
  if (suspects.includes(version)) return 'suspect';
  if (verdict === null) return integrity === null ? 'not available' : 'not tested';
  return { good: 'works', bad: 'broken', skip: 'untestable' }[verdict] as Label;
}
