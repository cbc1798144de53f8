/** The answer in words: what a maintainer quotes. Pure. */
import { expectedEnds, type Verdict } from '../search/search.js';
import { adviceFor } from './advice.js';
import type { Answer, Row } from '../search/answer.js';
import { lowestConfidence, type Change } from '../search/change.js';
import { printable } from './text.js';
import { termed } from './terms.js';
import { rangeOf } from './turning-points.js';
import { betweenText, noVerdictText, untestedBetween } from './untested.js';
import { listed, minutes, oneOf, percent } from './words.js';

/** The answer in a sentence or a few, and where there is none, what to do about it. */
export function sentenceOf(answer: Answer): string {
  return termed(inOurWords(answer), answer.terms);
}

function inOurWords(answer: Answer): string {
  if (answer.isUnfinished) return unfinishedSentence(answer);
  if (answer.asked === 'scan') return scanSentence(answer);
  const [first, second] = answer.changes;
  if (first && second && isPlain(first) && isPlain(second)) return windowSentence(answer, first, second);
  // What both sides of a window say of its bad release is said once.
  return [...new Set(answer.changes.map((change) => changeSentence(answer, change)))].join(' ');
}

/** Of a window one side may have been found by then. */
function unfinishedSentence(answer: Answer): string {
  const known = answer.asked === 'scan' ? [] : answer.changes.map((change) => changeSentence(answer, change));
  return ['Not finished: this is what is known so far.', ...known].join(' ');
}

const isPlain = ({ step, contradictions }: Change) => step.kind === 'found' && contradictions.length === 0;

function windowSentence(answer: Answer, broke: Change, mended: Change): string {
  const sentences = [
    `First broken: ${dated(answer, broke.boundary?.after)}. First fixed: ${dated(answer, mended.boundary?.after)}.`,
    `${earlierOf(broke)}${earlierOf(mended)}`.trim(),
    ...[broke, mended].map((change) => namedBetween(answer, change)),
    surenessOf(lowestConfidence([broke, mended])),
  ];
  return sentences.filter(Boolean).join(' ');
}

/** Of two changes each has its own "between": here with the names of its ends. */
function namedBetween(answer: Answer, change: Change): string {
  const { before, after } = change.boundary ?? { before: '', after: '' };
  const between = untestedBetween(answer, change);
  return between.length === 0 ? '' : `${noVerdictText(between, `, between ${before} and ${after},`)}.`;
}

/** Every change in order; between two of them all tested releases agree. */
function scanSentence(answer: Answer): string {
  const { changes, rows } = answer;
  const tested = rows.filter(({ basis, verdict }) => basis === 'tested' && verdict !== 'skip');
  const last = tested.at(-1);
  if (!last) return 'Nothing is known of these releases.';
  const places =
    changes.length === 0
      ? [`No change: every tested release ${last.verdict === 'good' ? 'works' : 'is broken'}.`]
      : changes.map((change) => changeSentence(answer, change) + unconfirmed(answer, change));
  for (const { before, after } of answer.differences ?? [])
    places.push(`${before} and ${after} fail in different ways.`);
  const flaky = rows.filter((row) => row.flaky).map(({ version }) => version);
  if (flaky.length > 0) places.push(`Flaky: ${listed(flaky, 'and')}.`);
  return places.join('\n');
}

/** Of what the ledger happens to know, one round may be all. */
function unconfirmed({ rows }: Answer, { boundary }: Change): string {
  const sides = [boundary?.before, boundary?.after].map((version = '') => rowOf(rows, version));
  const once = sides.filter((row) => row && row.rounds.good + row.rounds.bad < 2);
  if (once.length === 0) return '';
  return ` Not confirmed: ${listed(
    once.map((row) => row?.version ?? ''),
    'and',
  )} gave one verdict only.`;
}

function changeSentence(answer: Answer, change: Change): string {
  if (change.contradictions.length > 0) return contradictionSentence(answer, change);
  const { step } = change;
  switch (step.kind) {
    case 'found':
      return foundSentence(answer, change);
    case 'suspects':
      return suspectsSentence(answer, change);
    case 'untestable-end':
      return untestableSentence(answer, step.versions);
    case 'no-end':
      return [noEndSentence(answer, change, step.seen), surenessOf(change.confidence)]
        .filter(Boolean)
        .join(' ');
    case 'ends-agree':
      return endsSentence(answer, change, step);
  }
}

function foundSentence(answer: Answer, change: Change): string {
  const later = change.direction === 'regression' ? 'First broken' : 'First fixed';
  return [
    `${later}: ${dated(answer, change.boundary?.after)}.${earlierOf(change)}`,
    betweenText(untestedBetween(answer, change)),
    surenessOf(change.confidence),
  ]
    .filter(Boolean)
    .join(' ');
}

/** Said only where rounds of one release disagreed. */
function surenessOf(confidence: number | null): string {
  if (confidence === null) return '';
  return `Runs of the same release disagreed: this is ${percent(confidence)} sure.`;
}

function suspectsSentence(answer: Answer, change: Change): string {
  const { rows } = answer;
  const { boundary, suspects, direction, confidence } = change;
  const what = direction === 'regression' ? 'broken' : 'fixed';
  const candidates = [...suspects, boundary?.after ?? ''];
  if (confidence !== null) return noiseSentence(change, confidence, what, candidates);
  const first = `the first ${what} release is ${oneOf(candidates)}`;
  const why = noVerdictText(rows.filter(({ version }) => suspects.includes(version)));
  const between = betweenText(untestedBetween(answer, change));
  return [`Inconclusive: ${first}, since ${why}.${earlierOf(change)}`, between].filter(Boolean).join(' ');
}

/** ` Last known good: 2.1.146.`, where there is one. */
function earlierOf({ lastKnown, direction }: Change): string {
  if (lastKnown === null) return '';
  return ` ${direction === 'regression' ? 'Last known good' : 'Last known broken'}: ${lastKnown}.`;
}

function noiseSentence(
  change: Change,
  confidence: number,
  what: string,
  candidates: readonly string[],
): string {
  const guess =
    confidence > 0.5
      ? `the first ${what} release is probably ${oneOf(candidates)} (${percent(confidence)} sure)`
      : `no place of the change is more probable than another; ${oneOf(candidates)} is ${percent(confidence)} sure to be the first ${what} release`;
  return `Inconclusive: ${guess}, since runs of the same release disagreed.${earlierOf(change)} More runs may tell: --repeat 5.`;
}

/** There is a boundary where the search says, but it need not be the first one. */
function contradictionSentence(
  { rows }: Answer,
  { boundary, contradictions, direction, step }: Change,
): string {
  const { before, after } = boundary ?? { before: '', after: '' };
  const verdictOf = (version: string) => rowOf(rows, version)?.verdict ?? 'skip';
  const others = contradictions.map((version) => `${version} is ${verdictOf(version)}`);
  if (step.kind === 'no-end')
    return `Inconclusive: ${step.seen} is broken, but ${listed(others, 'and')}, as earlier runs found. Name ${contradictions.at(direction === 'fix' ? 0 : -1)} with --good.`;
  const nearer = direction === 'regression' ? '--good and --bad' : '--bad and --good';
  return `Inconclusive: there is a change between ${before} and ${after}, but not only there: ${listed(others, 'and')}. Narrow the range with ${nearer} around the change that you mean, or see every change with "mcp-bisect table --scan".`;
}

function untestableSentence({ rows }: Answer, versions: readonly string[]): string {
  const ends = rows.filter(({ version }) => versions.includes(version));
  const others = ends.filter(({ label }) => label === 'different failure');
  const untestable = ends.filter((row) => !others.includes(row));
  const named = untestable.map(({ version, reason }) => `${version} (${printable(reason)})`);
  const causes = [
    untestable.length > 0 && `${listed(named, 'and')} could not be tested`,
    ...others.map(({ version, reason }) => `${version} shows ${printable(reason)}`),
  ];
  return `Inconclusive: ${causes.filter(Boolean).join('; ')}. Choose a neighbouring release as the bound.`;
}

function noEndSentence(answer: Answer, change: Change, seen: string): string {
  const { direction, ends, beyond } = change;
  if (beyond.length > 0) return beyondSentence(answer, change, seen);
  if (direction === 'regression' && seen === ends.newer)
    return `There is no release before ${dated(answer, seen)}, and that is broken.`;
  if (direction === 'regression') return noneWorks(answer, change, seen);
  const unknown = unknownText(rangeOf(answer, change));
  return unknown === ''
    ? `Not fixed: ${dated(answer, seen)}, the newest release, is still broken.`
    : `Not fixed: ${dated(answer, seen)}, the newest release, is broken; ${unknown}.`;
}

/** What is beyond the last broken release gave no verdict: each with its reason. */
function beyondSentence(answer: Answer, { direction, beyond }: Change, seen: string): string {
  const [what, where] = direction === 'regression' ? ['works', 'before'] : ['is fixed', 'after'];
  const why = noVerdictText(
    answer.rows.filter(({ version }) => beyond.includes(version)),
    ` ${where} it`,
  );
  return `Inconclusive: ${dated(answer, seen)} is broken, and ${why}: no release that ${what} was found.`;
}

/** The search back goes in growing steps: of what it passed over nothing is known. */
function noneWorks(answer: Answer, change: Change, seen: string): string {
  const rows = rangeOf(answer, change);
  const unknown = unknownText(rows);
  const earlier = answer.asked === 'window' ? 'earlier ' : '';
  if (unknown === '')
    return `No ${earlier}release works: the oldest one, ${dated(answer, seen)}, is broken as well.`;
  return `None of the ${rows.filter(isBad).length} releases up to ${change.ends.newer} that gave a verdict works; ${unknown}.`;
}

const isBad = ({ basis, verdict }: Row) => basis === 'tested' && verdict === 'bad';

/** `6 between them were not tested, 1 gave no verdict`; empty where all of them are known. */
function unknownText(rows: readonly Row[]): string {
  const others = rows.filter((row) => !isBad(row));
  const silent = others.filter(({ basis }) => basis === 'tested').length;
  const untested = others.length - silent;
  const parts = [
    untested > 0 && `${untested} between them ${untested === 1 ? 'was' : 'were'} not tested`,
    silent > 0 && `${silent} gave no verdict`,
  ];
  return parts.filter(Boolean).join(', ');
}

function endsSentence(
  answer: Answer,
  change: Change,
  ends: { readonly older: Verdict; readonly newer: Verdict },
): string {
  const { direction, open } = change;
  const expected = expectedEnds(direction);
  const sides = (['older', 'newer'] as const).filter(
    (side) => side !== open && ends[side] !== expected[side],
  );
  const wrong = sides.map((side) =>
    claim(answer, change, side, { claimed: expected[side], found: ends[side] }),
  );
  const sentences = [`Nothing to bisect: ${wrong.join('; ')}.`, surenessOf(change.confidence)];
  return [...sentences, adviceFor(answer, change, ends)].filter(Boolean).join(' ');
}

function claim(
  { rows }: Answer,
  { ends, isAssumed }: Change,
  side: 'older' | 'newer',
  { claimed, found }: { readonly claimed: Verdict; readonly found: Verdict },
): string {
  const version = ends[side];
  const state = `${found} (${printable(rowOf(rows, version)?.reason ?? '')})`;
  return isAssumed && claimed === 'bad'
    ? `the latest release, ${version}, is ${state}`
    : `${version} was given as --${claimed}, but it is ${state}`;
}

const rowOf = (rows: readonly Row[], version: string) => rows.find((row) => row.version === version);

/** `2.1.147 (published 2026-05-21 21:31 UTC)`; a time that is doubtful is not said. */
function dated({ rows }: Answer, version = ''): string {
  const { publishedAt = null, timeDoubtful = false } = rowOf(rows, version) ?? {};
  return publishedAt === null || timeDoubtful
    ? version
    : `${version} (published ${minutes(publishedAt)} UTC)`;
}
