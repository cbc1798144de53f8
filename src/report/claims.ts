/**
 * What is claimed of an answer, and what each claim rests on: the one place where a claim is made. Title, sentence, complaint,
 * warnings, forms and documents say what stands here, and no more. Pure.
 */
import type { Client } from '../clients/client.js';
import type { Run } from '../run/run.js';
import type { Answer, Row } from '../search/answer.js';
import type { Change } from '../search/change.js';
import type { KeptRound, Verdict } from '../verdict/round.js';

const proven = Symbol('proven');

/**
 * That a release is the first that was found otherwise, and nothing stands against it. Made here alone: nobody else can say so.
 * Whether it is the first that *is* otherwise is another matter (`About.between`).
 */
export interface First {
  readonly [proven]: true;
  readonly version: string;
  readonly before: string;
}

interface About {
  readonly answer: Answer;
  readonly change: Change;
  /**
   * The releases between the two of a boundary of which nothing is known, and which are not called suspects already: above all
   * those that were never published for this platform. The search passes over them; the change may lie in one of them.
   */
  readonly between: readonly Row[];
  /** Those of the two of which there is one round only: it may be chance. */
  readonly once: readonly string[];
}

/** What one search came to. */
export type Claim = About &
  (
    | { readonly kind: 'first'; readonly first: First }
    /** It is one of these, the last of which is known to be otherwise: no verdict on the others, or rounds disagreed. */
    | { readonly kind: 'one-of'; readonly candidates: readonly string[] }
    /** Releases on the wrong side (`Change.contradictions`): there is more than one change. */
    | { readonly kind: 'contradicted' }
    /** All are alike up to this one, behind which there are at most releases without a verdict (`Change.beyond`). */
    | { readonly kind: 'no-end'; readonly seen: string }
    | { readonly kind: 'ends-agree'; readonly found: { readonly older: Verdict; readonly newer: Verdict } }
    | { readonly kind: 'untestable-end'; readonly versions: readonly string[] }
  );

export type FirstClaim = Extract<Claim, { kind: 'first' }>;

export interface Claims {
  /** One for each change, in order. */
  readonly all: readonly Claim[];
  /** The newest change for the worse, and one for the better that comes after it, or that alone was asked for. */
  readonly broke: Claim | undefined;
  readonly mended: Claim | undefined;
  /** Of `broke`. With suspects before it the first release known to be bad need not be the first. */
  readonly lastGood: string | null;
  readonly firstBad: string | null;
  /** The newest release that is known to be bad, tested. One that fails in another way is none: its row says so. */
  readonly newestBad: string | null;
}

/** The claims that an answer allows. */
export function claimsOf(answer: Answer): Claims {
  const all = answer.changes.map((change) => claimOf(answer, change));
  const worse = all.findLastIndex(({ change }) => change.direction === 'regression');
  const mended = all.find(({ change }, index) => change.direction === 'fix' && index > worse);
  const broke = all[worse];
  return {
    all,
    broke,
    mended,
    lastGood: broke?.change.lastKnown ?? null,
    firstBad: firstIn(broke)?.version ?? null,
    newestBad:
      answer.rows.findLast(({ basis, verdict }) => basis === 'tested' && verdict === 'bad')?.version ?? null,
  };
}

function claimOf(answer: Answer, change: Change): Claim {
  const about = { answer, change, between: untestedIn(answer, change), once: onceIn(answer, change) };
  const { step, suspects, contradictions } = change;
  if (contradictions.length > 0) return { ...about, kind: 'contradicted' };
  switch (step.kind) {
    case 'found': {
      const { before, after } = step.boundary;
      return { ...about, kind: 'first', first: { [proven]: true, version: after, before } };
    }
    case 'suspects':
      return { ...about, kind: 'one-of', candidates: [...suspects, step.boundary.after] };
    case 'no-end':
      return { ...about, kind: 'no-end', seen: step.seen };
    case 'ends-agree':
      return { ...about, kind: 'ends-agree', found: step };
    case 'untestable-end':
      return { ...about, kind: 'untestable-end', versions: step.versions };
  }
}

function untestedIn({ rows }: Answer, { boundary, suspects }: Change): Row[] {
  if (!boundary) return [];
  const place = (version: string) => rows.findIndex((row) => row.version === version);
  const between = rows.slice(place(boundary.before) + 1, Math.max(0, place(boundary.after)));
  return between.filter(
    ({ version, verdict }) => !suspects.includes(version) && (verdict === null || verdict === 'skip'),
  );
}

function onceIn({ rows }: Answer, { boundary }: Change): string[] {
  const sides = boundary ? [boundary.before, boundary.after] : [];
  return sides.filter((version) => {
    const row = rows.find((one) => one.version === version);
    return row !== undefined && row.rounds.good + row.rounds.bad === 1;
  });
}

/** The release in which a change was found. */
export const firstIn = (claim: Claim | undefined): First | undefined =>
  claim?.kind === 'first' ? claim.first : undefined;

/**
 * Whether it worked before. `yes`: a release in which it broke was found after one that works. `no`: every release was
 * tested, back to the oldest, and none works; or every one of the range was tested, and all work (then there is no `newestBad`).
 * `unknown` in all other cases, where it was not asked, and where the releases are not known to be those that ran: a command that
 * judges may have started any other.
 */
export function isRegression({ run, client, claims: { broke } }: ReportOn): 'yes' | 'no' | 'unknown' {
  const { answer } = run;
  if (unproved(run, client).length > 0) return 'unknown';
  if (broke?.kind === 'first' && broke.change.lastKnown !== null) return 'yes';
  if (broke?.change.outcome === 'inconclusive') return 'unknown';
  if (!broke) return answer.asked === 'scan' && areAll(answer.rows, 'good') ? 'no' : 'unknown';
  const rows = rangeOf(broke);
  return areAll(rows, 'good') || (broke.kind === 'no-end' && areAll(rows, 'bad')) ? 'no' : 'unknown';
}

/** The rounds that were kept of a release, the oldest first. */
export const roundsOn = ({ releases }: Pick<Run, 'releases'>, version: string): readonly KeptRound[] =>
  Object.hasOwn(releases, version) ? (releases[version] ?? []) : [];

/**
 * Releases with a verdict of which no record shows that it was they that ran. Only a command that judges may say so without
 * one: it is free to start something else (verdict/oracle.ts). What was not run is proved by the tarball.
 */
export function unproved(run: Run, client: Client): string[] {
  if (run.oracle === null || run.mode === 'static') return [];
  const judged = run.answer.rows.filter(({ basis, verdict }) => basis === 'tested' && verdict !== 'skip');
  const isUnproved = ({ version, verdict }: Row) => {
    const telling = roundsOn(run, version).filter((one) => one.isWhole && one.judgement.verdict === verdict);
    const seen = telling.flatMap(({ observations }) => observations);
    return seen.length === 0 || seen.some(({ journal }) => client.reportedVersion(journal) === undefined);
  };
  return judged.filter(isUnproved).map(({ version }) => version);
}

/** What there is to claim something of. */
export interface ReportOn {
  readonly run: Run;
  /** The adapter of `run.client`. */
  readonly client: Client;
  readonly claims: Claims;
}

const areAll = (rows: readonly Row[], wanted: 'good' | 'bad') =>
  rows.length > 0 &&
  rows.every(({ basis, verdict, flaky }) => basis === 'tested' && verdict === wanted && !flaky);

/** The rows that one search was about. */
export function rangeOf({ answer: { rows }, change: { ends } }: Claim): readonly Row[] {
  const place = (version: string) => rows.findIndex((row) => row.version === version);
  // An open end may lie beyond what is shown.
  const last = place(ends.newer);
  return rows.slice(Math.max(0, place(ends.older)), last < 0 ? undefined : last + 1);
}
