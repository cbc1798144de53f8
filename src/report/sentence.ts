/** The answer in words: what a maintainer quotes. Pure. */
import type { Answer, Row } from '../search/answer.js';
import { lowestConfidence, type Change } from '../search/change.js';
import { expectedEnds } from '../search/question.js';
import { claimsOf, rangeOf, type Claim, type Claims, type FirstClaim } from './claims.js';
import { printable } from './text.js';
import { termed } from '../scenarios/terms.js';
import { betweenText, CHANGED, inOneLine, listed, minutes, noVerdictText, oneOf, percent } from './words.js';

/** The answer in a sentence or a few, and where there is none, what to do about it. */
export const sentenceOf = (answer: Answer, { all }: Pick<Claims, 'all'> = claimsOf(answer)): string =>
  termed(inOurWords(answer, all), answer.terms);

function inOurWords(answer: Answer, claims: readonly Claim[]): string {
  if (answer.asked === 'scan' && !answer.isUnfinished) return scanText(answer, claims);
  const [broke, mended] = claims;
  const isWindow = broke?.kind === 'first' && mended?.kind === 'first' && !answer.isUnfinished;
  // What both sides of a window say of its bad release is said once.
  const said = isWindow
    ? [foundText(broke, mended)]
    : new Set(answer.asked === 'scan' ? [] : claims.map(claimText));
  return inOneLine(answer.isUnfinished && 'Not finished: this is what is known so far.', ...said);
}

/** Every change in order; between two of them all tested releases agree. */
function scanText({ rows, differences = [] }: Answer, claims: readonly Claim[]): string {
  const last = rows.findLast(({ basis, verdict }) => basis === 'tested' && verdict !== 'skip');
  if (!last) return 'Nothing is known of these releases.';
  const flaky = rows.filter((row) => row.flaky).map(({ version }) => version);
  return [
    ...(claims.length > 0
      ? claims.map((claim) => inOneLine(claimText(claim), unconfirmedText(claim)))
      : [`No change: every tested release ${last.verdict === 'good' ? 'works' : 'is broken'}.`]),
    ...differences.map(({ before, after }) => `${before} and ${after} fail in different ways.`),
    ...(flaky.length > 0 ? [`Flaky: ${listed(flaky, 'and')}.`] : []),
  ].join('\n');
}

/** Of what the ledger happens to know, one round may be all. */
const unconfirmedText = ({ once }: Claim) =>
  once.length > 0 && `Not confirmed: ${listed(once, 'and')} gave one verdict only.`;

function claimText(claim: Claim): string {
  switch (claim.kind) {
    case 'first':
      return foundText(claim);
    case 'one-of':
      return oneOfText(claim, claim.candidates);
    case 'contradicted':
      return contradictedText(claim);
    case 'no-end':
      return inOneLine(noEndText(claim, claim.seen), surenessOf(claim.change.confidence));
    case 'ends-agree':
      return endsText(claim);
    case 'untestable-end':
      return untestableText(claim.answer, claim.versions);
  }
}

/** A change that was found, or both sides of a window. */
function foundText(...found: readonly FirstClaim[]): string {
  const gapText = ({ between, first }: FirstClaim) =>
    betweenText(between, found.length > 1 ? `between ${first.before} and ${first.version}` : undefined);
  return inOneLine(
    ...found.map(
      ({ answer, first, change }) => `First ${CHANGED[change.direction]}: ${dated(answer, first.version)}.`,
    ),
    ...found.map(({ change }) => earlierText(change)),
    ...found.map(gapText),
    surenessOf(lowestConfidence(found.map(({ change }) => change))),
  );
}

/** Said only where rounds of one release disagreed. */
const surenessOf = (confidence: number | null) =>
  confidence !== null && `Runs of the same release disagreed: this is ${percent(confidence)} sure.`;

/** `Last known good: 2.1.146.`, where there is one. */
const earlierText = ({ lastKnown, direction }: Change) =>
  lastKnown !== null && `Last known ${direction === 'regression' ? 'good' : 'broken'}: ${lastKnown}.`;

function oneOfText({ answer, change, between }: Claim, candidates: readonly string[]): string {
  const what = `the first ${CHANGED[change.direction]} release`;
  const { confidence, suspects } = change;
  if (confidence !== null) {
    const guess =
      confidence > 0.5
        ? `${what} is probably ${oneOf(candidates)} (${percent(confidence)} sure)`
        : `no place of the change is more probable than another; ${oneOf(candidates)} is ${percent(confidence)} sure to be ${what}`;
    return inOneLine(
      `Inconclusive: ${guess}, since runs of the same release disagreed.`,
      earlierText(change),
      'More runs may tell: --repeat 5.',
    );
  }
  const why = noVerdictText(answer.rows.filter(({ version }) => suspects.includes(version)));
  return inOneLine(
    `Inconclusive: ${what} is ${oneOf(candidates)}, since ${why}.`,
    earlierText(change),
    betweenText(between),
  );
}

/** There is a boundary where the search says, but it need not be the first one. */
function contradictedText(claim: Claim): string {
  const { boundary, contradictions, direction, step } = claim.change;
  const others = contradictionsText(claim);
  if (step.kind === 'no-end')
    return `Inconclusive: ${step.seen} is broken, but ${others}, as earlier runs found. Name ${contradictions.at(direction === 'fix' ? 0 : -1)} with --good.`;
  const nearer = direction === 'regression' ? '--good and --bad' : '--bad and --good';
  return `Inconclusive: there is a change between ${boundary?.before} and ${boundary?.after}, but not only there: ${others}. Narrow the range with ${nearer} around the change that you mean, or see every change with "mcp-bisect table --scan".`;
}

/** `1.0.1 is bad and 1.0.3 is good`: what stands on the wrong side of a boundary. */
export const contradictionsText = ({ answer, change }: Claim): string =>
  listed(
    change.contradictions.map((version) => `${version} is ${rowOf(answer, version)?.verdict}`),
    'and',
  );

function untestableText({ rows }: Answer, versions: readonly string[]): string {
  const ends = rows.filter(({ version }) => versions.includes(version));
  const others = ends.filter(({ label }) => label === 'different failure');
  const untestable = ends.filter((row) => !others.includes(row));
  const named = untestable.map(({ version, reason }) => `${version} (${printable(reason)})`);
  const causes = [
    ...(untestable.length > 0 ? [`${listed(named, 'and')} could not be tested`] : []),
    ...others.map(({ version, reason }) => `${version} shows ${printable(reason)}`),
  ];
  return `Inconclusive: ${causes.join('; ')}. Choose a neighbouring release as the bound.`;
}

function noEndText(claim: Claim, seen: string): string {
  const { answer, change } = claim;
  const { direction, ends, beyond } = change;
  const isRegression = direction === 'regression';
  const last = dated(answer, seen);
  if (beyond.length > 0) {
    // What is beyond the last broken release gave no verdict: each with its reason.
    const [what, where] = isRegression ? ['works', 'before'] : ['is fixed', 'after'];
    const rows = beyond.map((version) => rowOf(answer, version) ?? { version, ...UNSEEN });
    return `Inconclusive: ${last} is broken, and ${noVerdictText(rows, ` ${where} it`)}: no release that ${what} was found.`;
  }
  if (isRegression && seen === ends.newer) return `There is no release before ${last}, and that is broken.`;
  const rows = rangeOf(claim);
  // The search goes in growing steps: of what it passed over nothing is known.
  const unknown = unknownText(rows);
  if (!isRegression)
    return unknown === ''
      ? `Not fixed: ${last}, the newest release, is still broken.`
      : `Not fixed: ${last}, the newest release, is broken; ${unknown}.`;
  const earlier = answer.asked === 'window' ? 'earlier ' : '';
  return unknown === ''
    ? `No ${earlier}release works: the oldest one, ${last}, is broken as well.`
    : `None of the ${rows.filter(isBad).length} releases up to ${ends.newer} that gave a verdict works; ${unknown}.`;
}

/** A release that is not shown was never there to be asked. */
const UNSEEN = { label: 'not available', verdict: null, flaky: false, integrity: null } as const;

const isBad = ({ basis, verdict }: Row) => basis === 'tested' && verdict === 'bad';

/** `6 between them were not tested, 1 gave no verdict`; empty where all of them are known. */
function unknownText(rows: readonly Row[]): string {
  const others = rows.filter((row) => !isBad(row));
  const silent = others.filter(({ basis }) => basis === 'tested').length;
  const untested = others.length - silent;
  return [
    untested > 0 && `${untested} between them ${untested === 1 ? 'was' : 'were'} not tested`,
    silent > 0 && `${silent} gave no verdict`,
  ]
    .filter(Boolean)
    .join(', ');
}

type EndsAgree = Extract<Claim, { kind: 'ends-agree' }>;

function endsText(claim: EndsAgree): string {
  const { answer, change, found } = claim;
  const { ends, isAssumed, open, direction, confidence } = change;
  const expected = expectedEnds(direction);
  const sides = (['older', 'newer'] as const).filter(
    (side) => side !== open && found[side] !== expected[side],
  );
  const wrong = sides.map((side) => {
    const state = `${found[side]} (${printable(rowOf(answer, ends[side])?.reason ?? '')})`;
    return isAssumed && expected[side] === 'bad'
      ? `the latest release, ${ends[side]}, is ${state}`
      : `${ends[side]} was given as --${expected[side]}, but it is ${state}`;
  });
  return inOneLine(`Nothing to bisect: ${wrong.join('; ')}.`, surenessOf(confidence), adviceFor(claim));
}

/** What to do when the ends of a range are not as claimed: a sentence or two that name the option which answers. */
function adviceFor(claim: EndsAgree): string {
  const { answer, change, found } = claim;
  const isRegression = change.direction === 'regression';
  if (change.open === undefined && found.older !== found.newer)
    return `The ends are the other way round: exchange --good and --bad, and ${isRegression ? 'add --find-fix' : 'leave --find-fix out'}.`;
  const verdict = change.open === 'older' ? found.newer : found.older;
  const claimed = verdict === 'good' ? 'bad' : 'good';
  // Beyond the range that was asked about a release is no bound of this question.
  const others = rangeOf(claim).filter(
    (row) =>
      row.basis === 'tested' && row.verdict !== 'skip' && (row.verdict === 'good') !== (verdict === 'good'),
  );
  if (others.length > 0) {
    const names = others.map(({ version }) => version);
    return `Earlier runs found ${listed(names, 'and')} ${claimed}: name one of them with --${claimed}.`;
  }
  if (verdict !== 'good')
    return `Name ${isRegression ? 'an older' : 'a newer'} release that works with --good.`;
  if (!isRegression && answer.asked !== 'window')
    return 'Name an older release that shows the failure with --bad.';
  // The reported failure may be over: only a release that shows it leads to where it began.
  const from = answer.changes[0]?.open === undefined ? (answer.rows[0]?.version ?? '') : '<version>';
  return `If a failure was reported, it is fixed by now or lies in between: name the release of the report with --bad ("--window --bad <version>" finds the first broken and the first fixed release around it), or test every release with "mcp-bisect table --scan --from ${from}".`;
}

const rowOf = ({ rows }: Answer, version: string): Row | undefined =>
  rows.find((row) => row.version === version);

/** `2.1.147 (published 2026-05-21 21:31 UTC)`; a time that is doubtful is not said. */
function dated(answer: Answer, version: string): string {
  const { publishedAt = null, timeDoubtful = false } = rowOf(answer, version) ?? {};
  return publishedAt === null || timeDoubtful
    ? version
    : `${version} (published ${minutes(publishedAt)} UTC)`;
}
