/** The result of a search as one value, from which table, sentence and JSON are made. Pure. */
import type { z } from 'zod';
import type { answer, label, row } from './schema.js';
import { type Change, changeOf, type Outcome, type SearchEnd } from './change.js';
import { type Standing, type Tally, withInferred } from '../verdict/standing.js';
import type { Release } from '../registry/releases.js';
import type { Terms } from '../scenarios/scenario.js';
import { termed } from '../scenarios/terms.js';

export type Row = z.infer<typeof row>;
export type Label = z.infer<typeof label>;
export type Answer = z.infer<typeof answer>;
export type Asked = Answer['asked'];

/**
 * @param releases every published release to show, in order
 * @param standings all that is known of them
 * @param isUnfinished whether an error ended it: then it is no answer, whatever is known
 * @param terms the scenario's own words, if it has some
 */
export function answerOf(
  asked: Asked,
  ends: readonly SearchEnd[],
  releases: readonly Release[],
  standings: ReadonlyMap<string, Standing>,
  isUnfinished = false,
  terms?: Terms,
): Answer {
  const unlabelled = rowsOf(releases, standings, inferableIn(asked, ends));
  const changes = ends.map((end) => changeOf(end, unlabelled));
  const rows = unlabelled.map((row) => {
    const label = labelOf(row, changes, standings);
    return { ...row, label, ...(terms && { said: termed(label, terms) }) };
  });
  const known = { asked, changes, rows, ...(terms && { terms }) };
  return isUnfinished
    ? { ...known, outcome: 'inconclusive', isUnfinished }
    : { ...known, outcome: outcomeOf(asked, changes) };
}

/** A window whose one side is known, and whose other side does not exist, is an answer. */
function outcomeOf(asked: Asked, changes: readonly Change[]): Outcome {
  const has = (outcome: Outcome) => changes.some((change) => change.outcome === outcome);
  if (has('inconclusive')) return 'inconclusive';
  if (asked === 'scan') return 'found';
  return has('found') ? 'found' : 'ends-agree';
}

const NO_ROUNDS: Tally = { good: 0, bad: 0, skip: 0 };

/**
 * Releases of which something may be inferred: those of a range in which one change was found. Where none was, the untested
 * ones may well be otherwise: a window of bad releases between two good ones is how many regressions end.
 */
function inferableIn(asked: Asked, ends: readonly SearchEnd[]): ReadonlySet<string> {
  if (asked === 'scan') return new Set();
  const placed = ends.filter(({ step }) => step.kind === 'found' || step.kind === 'suspects');
  return new Set(placed.flatMap(({ versions }) => versions));
}

function rowsOf(
  releases: readonly Release[],
  standings: ReadonlyMap<string, Standing>,
  inferable: ReadonlySet<string>,
): Omit<Row, 'label'>[] {
  const testable = releases.filter(({ source }) => source !== null).map(({ version }) => version);
  const verdicts = new Map([...standings].map(([version, { verdict }]) => [version, verdict]));
  const known = new Map(withInferred(testable, verdicts).map((value, index) => [testable[index], value]));
  return releases.map(({ version, publishedAt, timeDoubtful, source, missing }) => {
    const standing = standings.get(version);
    const one = known.get(version);
    const counts = one !== undefined && (one.basis !== 'inferred' || inferable.has(version));
    return {
      version,
      publishedAt,
      timeDoubtful,
      verdict: counts ? one.verdict : null,
      // A release whose tarball could not be had has a verdict, skip, but was not run.
      basis: standing?.runs === 0 || !counts ? null : one.basis,
      runs: standing?.runs ?? 0,
      rounds: standing?.rounds ?? NO_ROUNDS,
      flaky: standing?.flaky ?? false,
      reason: standing?.reason ?? missing ?? '',
      integrity: source?.integrity ?? null,
    };
  });
}

function labelOf(
  row: Omit<Row, 'label'>,
  changes: readonly Change[],
  standings: ReadonlyMap<string, Standing>,
): Label {
  const { version, verdict, integrity, flaky } = row;
  for (const change of changes) {
    const label = labelAt(row, change);
    if (label) return label;
  }
  if (standings.get(version)?.judgement.cause === 'excluded') return 'excluded';
  if (flaky) return 'flaky';
  if (standings.get(version)?.otherFailure) return 'different failure';
  if (verdict === null) return integrity === null ? 'not available' : 'not tested';
  if (changes.some(({ suspects }) => suspects.includes(version))) return 'suspect';
  return VERDICT_LABELS[verdict];
}

/** What a release is to one change. Where nothing is sure to have changed first, its later end is no "first". */
function labelAt({ version }: Pick<Row, 'version'>, change: Change): Label | undefined {
  const { direction, boundary, lastKnown, outcome } = change;
  const isRegression = direction === 'regression';
  if (version === lastKnown) return isRegression ? 'last known good' : 'last known broken';
  if (version === boundary?.after && outcome === 'found')
    return isRegression ? 'first broken' : 'first fixed';
  return undefined;
}

const VERDICT_LABELS = { good: 'works', bad: 'broken', skip: 'untestable' } as const;
