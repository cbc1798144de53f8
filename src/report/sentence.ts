/** The answer in words: what a maintainer quotes. Pure. */
import { expectedEnds, type Verdict } from '../bisection.js';
import { adviceFor } from './advice.js';
import type { Answer, Row } from './answer.js';
import { lowestConfidence, type Change } from './change.js';
import { printable } from './printable.js';
import { listed, minutes, percent } from './words.js';

/** The answer in a sentence or a few, and where there is none, what to do about it. */
export function sentenceOf(answer: Answer): string {
  if (answer.asked === 'scan') return scanSentence(answer);
  const [first, second] = answer.changes;
  if (first && second && isPlain(first) && isPlain(second)) return windowSentence(answer, first, second);
  // What both sides of a window say of its bad release is said once.
  return [...new Set(answer.changes.map((change) => changeSentence(answer, change)))].join(' ');
}

const isPlain = ({ step, contradictions }: Change) => step.kind === 'found' && contradictions.length === 0;

function windowSentence(answer: Answer, broke: Change, mended: Change): string {
  const sentences = [
    `First broken: ${dated(answer, broke.boundary?.after)}. First fixed: ${dated(answer, mended.boundary?.after)}.`,
    `${earlierOf(broke)}${earlierOf(mended)}`.trim(),
    surenessOf(lowestConfidence([broke, mended])),
  ];
  return sentences.filter(Boolean).join(' ');
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
  const those = (isMeant: (row: Row) => boolean) =>
    rows.filter((row) => suspects.includes(row.version) && isMeant(row)).map(({ version }) => version);
  const others = those(({ label }) => label === 'different failure');
  const unknown = those(({ verdict }) => verdict === null);
  const undecided = those(({ flaky }) => flaky);
  const explained = new Set([...others, ...unknown, ...undecided]);
  const untestable = suspects.filter((version) => !explained.has(version));
  const causes = [
    untestable.length > 0 && `${allOf(untestable)} could not be tested`,
    unknown.length > 0 && `${allOf(unknown)} ${unknown.length > 1 ? 'were' : 'was'} not tested`,
    undecided.length > 0 && `${listed(undecided, 'and')} came out both ways equally often`,
    others.length > 0 && `${listed(others, 'and')} failed in a different way`,
  ];
  return `Inconclusive: ${first}, since ${causes.filter(Boolean).join(', and ')}.${earlierOf(change)}`;
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

/** As many as a sentence can carry; the table names the rest. */
const NAMED = 6;

const oneOf = (versions: readonly string[]) =>
  versions.length <= NAMED
    ? listed(versions, 'or')
    : `one of ${versions.length}, from ${versions[0]} to ${versions.at(-1)}`;

const allOf = (versions: readonly string[]) =>
  versions.length <= NAMED ? listed(versions, 'and') : `releases from ${versions[0]} to ${versions.at(-1)}`;

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

function noEndSentence(answer: Answer, { direction, ends, beyond }: Change, seen: string): string {
  if (beyond.length > 0) {
    const [what, where] = direction === 'regression' ? ['works', 'before'] : ['is fixed', 'after'];
    return `Inconclusive: ${dated(answer, seen)} is broken, and ${allOf(beyond)} ${where} it could not be tested: no release that ${what} was found.`;
  }
  if (direction === 'regression' && seen === ends.newer)
    return `There is no release before ${dated(answer, seen)}, and that is broken.`;
  return direction === 'regression'
    ? `No release works: the oldest one, ${dated(answer, seen)}, is broken as well.`
    : `Not fixed: ${dated(answer, seen)}, the newest release, is still broken.`;
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

/** `2.1.147 (published 2026-05-21 21:31 UTC)` */
function dated({ rows }: Answer, version = ''): string {
  const at = rowOf(rows, version)?.publishedAt;
  return at ? `${version} (published ${minutes(at)} UTC)` : version;
}
