/** The answer in one line: for an issue, for a machine that knows pass, fail and error, and for a part of a report. Pure. */
import type { Terms } from '../scenarios/scenario.js';
import { termed } from '../scenarios/terms.js';
import type { Answer, Row } from '../search/answer.js';
import { firstIn, type Claim, type Claims, type ReportOn } from './claims.js';
import type { Comparison } from './comparison.js';
import type { PathStep } from './path.js';
import { shareOf } from './prose.js';
import { saidOf } from './rows.js';
import { sentenceOf } from './sentence.js';
import { cut } from './text.js';

/** A command may be as long as a script. */
const MAX_COMMAND = 120;

/** A title for an issue, and no more than the answer: `Claude Code 2.1.147 broke: GET listening stream answered with 404` */
export function titleOf({ run, client, claims: { broke, mended } }: ReportOn): string {
  const { answer, scenario, oracle } = run;
  const changes = [broke, mended].filter((claim) => claim !== undefined);
  const said = (worse: Words, better: Words) =>
    changes.flatMap((claim) => foundText(claim, claim === broke ? worse : better)).join(', and ');
  const unsure = changes.flatMap(unsureText)[0];
  if (oracle === null) {
    const known = said(BROKE, FIXED) || unsure || stateText(answer.rows);
    return `${client.title} ${termed(known, answer.terms)}: ${scenario.title}`;
  }
  // A command says of a release what its exit code says: that is no more than that its verdict changes.
  const moved = said(MOVED, MOVED);
  const known = moved ? `changes ${moved}, as judged` : unsure ? `${unsure}, as judged` : 'as judged';
  return `${client.title} ${known} by the command "${cut(oracle, MAX_COMMAND)}"`;
}

interface Words {
  readonly at: (version: string) => string;
  readonly between: string;
}

const BROKE: Words = { at: (version) => `${version} broke`, between: 'broke between' };
const FIXED: Words = { at: (version) => `${version} fixed`, between: 'was fixed between' };
const MOVED: Words = { at: (version) => `at ${version}`, between: 'between' };

/** Of a change that may lie in a release that nobody could test, the two ends are named. */
function foundText(claim: Claim, { at, between }: Words): string[] {
  if (claim.kind !== 'first') return [];
  const { version, before } = claim.first;
  return [claim.between.length === 0 ? at(version) : `${between} ${before} and ${version}`];
}

/** There is a change, but where it is, or whether it is the only one, is not known. */
function unsureText({ kind, change: { boundary, lastKnown } }: Claim): string[] {
  if (!boundary) return [];
  // Among noise the place itself is a guess.
  const changed = lastKnown === null ? 'may have changed' : 'changed';
  const others = kind === 'contradicted' ? ', and not only there' : '';
  return [`${changed} between ${boundary.before} and ${boundary.after}${others}`];
}

const newestTested = (rows: readonly Row[]): Row | undefined =>
  rows.findLast(({ basis, verdict }) => basis === 'tested' && verdict !== 'skip');

function stateText(rows: readonly Row[]): string {
  const tested = rows.filter(({ basis }) => basis === 'tested');
  const newest = newestTested(rows);
  const bad = tested.findLast(({ verdict }) => verdict === 'bad');
  if (bad) return `${bad.version} fails${newest === bad ? '' : `, and ${newest?.version} works`}`;
  const areGood = newest && tested.every(({ verdict }) => verdict === 'good');
  return areGood ? '(no release that fails was seen)' : '(no answer)';
}

/** What a machine that only knows pass, fail and error is told. `undecided`: nothing is known to be broken and nothing to be well. */
export interface Conclusion {
  readonly result: 'passed' | 'failed' | 'undecided';
  /** `regression`: it works no more. `broken`: the newest release that was tested does not work. */
  readonly type: 'regression' | 'broken' | 'inconclusive' | null;
  /** What is known, with the range that was asked about: it changes from run to run, and is no name of a case. */
  readonly message: string;
}

/**
 * A regression that was found fails. In all other cases that have an answer what counts is whether the newest release that was
 * tested works, and no more than that is claimed. A search for a fix that found nothing broken to begin with has no answer.
 */
export function conclusionOf(report: ReportOn): Conclusion {
  const { claims, run } = report;
  const { asked, outcome, rows, terms } = run.answer;
  const range = `(${rangeText(rows)})`;
  const said = `${sentenceOf(run.answer, claims)} ${range}`;
  const undecided = { result: 'undecided', type: 'inconclusive', message: said } as const;
  const failed = { result: 'failed', message: `${titleOf(report)} ${range}` } as const;
  const newest = newestTested(rows);
  if (outcome === 'inconclusive' || !newest) return undecided;
  if (asked !== 'fix' && outcome === 'found' && claims.firstBad !== null)
    return { ...failed, type: 'regression' };
  if (newest.verdict === 'bad') return { ...failed, type: 'broken' };
  if (asked === 'fix' && outcome !== 'found') return undecided;
  const message = `the newest release that was tested, ${newest.version}, ${termed('works', terms)} ${range}`;
  return { result: 'passed', type: null, message };
}

/** `asked of 2.1.142 to 2.1.150` */
function rangeText(rows: readonly Row[]): string {
  const [first, last] = [rows[0]?.version, rows.at(-1)?.version];
  if (first === undefined) return 'asked of no release';
  return first === last ? `asked of ${first}` : `asked of ${first} to ${last}`;
}

/**
 * `Last good 2.1.146 beside first broken 2.1.147`. Of two that need not be neighbours, or with releases between them that
 * nobody could test, only what each does: `2.1.1 (works) beside 2.1.4 (broken)`, or how often, where that is not always the
 * same. The older one is first.
 */
export function comparisonTitle(comparison: Comparison, answer: Answer): string {
  const { direction, isBoundary, untested, good, bad } = comparison;
  const isFix = direction === 'fix';
  const seen = (version: string, does: string) => {
    const share = shareOf(answer, version);
    return `${version} (${share ? `bad in ${share} rounds` : does})`;
  };
  const pair = isFix ? ['Last broken', bad, 'first fixed', good] : ['Last good', good, 'first broken', bad];
  if (isBoundary && untested.length === 0)
    return termed(`${pair[0]} ${pair[1]} beside ${pair[2]} ${pair[3]}`, answer.terms);
  const [well, badly] = [termed('works', answer.terms), termed('broken', answer.terms)];
  return isFix
    ? `${seen(bad, badly)} beside ${seen(good, well)}`
    : `${seen(good, well)} beside ${seen(bad, badly)}`;
}

/** The releases before a first broken or first fixed one of which nothing is known: it may be one of them in truth. */
export function untestedBefore({ all }: Claims, version: string): readonly string[] {
  const own = all.find((claim) => firstIn(claim)?.version === version);
  return own?.between.map((row) => row.version) ?? [];
}

/** A label for a headline: `first found broken` where a release that nobody could test may have been the first. */
export const headlineLabel = (claims: Claims, row: Row): string =>
  untestedBefore(claims, row.version).length > 0
    ? saidOf(row).replace('first ', 'first found ')
    : saidOf(row);

const SIDES = {
  before: 'before the bad release: where it broke',
  after: 'after the bad release: where it was fixed',
} as const;

/** Which of the two searches of a window a step belongs to. */
export const sideText = ({ side, search }: PathStep, terms: Terms | undefined): string =>
  side === null ? `search ${search}` : termed(SIDES[side], terms);
