/** The result of a bisection as one value, from which table, sentence and JSON are made. Pure. */
import {
  expectedEnds,
  standings,
  type Basis,
  type Boundary,
  type Direction,
  type Standing,
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

type Unlabelled = Omit<Row, 'label'>;

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
  /** Tested releases on the wrong side of the boundary: then there is more than one change in the range. */
  readonly contradictions: readonly string[];
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
  const unlabelled = rowsOf(releases, judgements);
  const contradictions = contradictionsIn(unlabelled, direction, boundary);
  const isFirst = suspects.length === 0 && contradictions.length === 0;
  const rows = unlabelled.map((row) => ({
    ...row,
    label: suspects.includes(row.version) ? 'suspect' : labelOf(row, direction, boundary, isFirst),
  }));
  return {
    outcome: contradictions.length > 0 ? 'inconclusive' : outcomeOf(step),
    direction,
    boundary,
    suspects,
    contradictions,
    rows,
    step,
  };
}

function outcomeOf(step: FinalStep): Outcome {
  if (step.kind === 'found' || step.kind === 'ends-agree') return step.kind;
  return 'inconclusive';
}

/** What earlier runs know may belie the search, which takes it that there is one change. */
function contradictionsIn(
  rows: readonly Unlabelled[],
  direction: Direction,
  boundary: Boundary | null,
): string[] {
  if (!boundary) return [];
  const { older, newer } = expectedEnds(direction);
  const place = rows.findIndex(({ version }) => version === boundary.before);
  const wrong = ({ verdict, basis }: Unlabelled, index: number) =>
    basis === 'tested' && verdict === (index <= place ? newer : older);
  return rows.filter(wrong).map(({ version }) => version);
}

function rowsOf(releases: readonly Release[], judgements: ReadonlyMap<string, Judgement>): Unlabelled[] {
  const testable = releases.filter(({ source }) => source !== null).map(({ version }) => version);
  const verdicts = new Map([...judgements].map(([version, { verdict }]) => [version, verdict]));
  const standing = new Map(standings(testable, verdicts).map((value, index) => [testable[index], value]));
  return releases.map(({ version, publishedAt, source, missing }) => ({
    version,
    publishedAt,
    verdict: standing.get(version)?.verdict ?? null,
    basis: basisOf(standing.get(version), judgements.get(version)),
    runs: judgements.get(version)?.runs ?? 0,
    reason: judgements.get(version)?.reason ?? missing ?? '',
    integrity: source?.integrity ?? null,
  }));
}

/** A release whose tarball could not be had has a verdict, skip, but was not run. */
function basisOf(standing: Standing | undefined, judgement: Judgement | undefined): Basis | null {
  return judgement?.runs === 0 ? null : (standing?.basis ?? null);
}

/** @param isFirst whether nothing before the boundary's end can have changed already */
function labelOf(
  { version, verdict, integrity }: Unlabelled,
  direction: Direction,
  boundary: Boundary | null,
  isFirst: boolean,
): Label {
  const isRegression = direction === 'regression';
  if (version === boundary?.before) return isRegression ? 'last known good' : 'last known broken';
  if (version === boundary?.after && isFirst) return isRegression ? 'first broken' : 'first fixed';
  if (verdict === null) return integrity === null ? 'not available' : 'not tested';
  return VERDICT_LABELS[verdict];
}

const VERDICT_LABELS = { good: 'works', bad: 'broken', skip: 'untestable' } as const;
