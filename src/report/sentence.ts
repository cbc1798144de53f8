/** The answer in words: what a maintainer quotes. Pure. */
import { expectedEnds, type Verdict } from '../bisection.js';
import type { Answer, Row } from './answer.js';
import { printable } from './printable.js';

/** One sentence with the answer, and where there is none, what to do about it. */
export function sentenceOf(answer: Answer): string {
  if (answer.contradictions.length > 0) return contradictionSentence(answer);
  switch (answer.step.kind) {
    case 'found':
      return foundSentence(answer);
    case 'suspects':
      return suspectsSentence(answer);
    case 'untestable-end':
      return untestableSentence(answer, answer.step.versions);
    case 'ends-agree':
      return endsSentence(answer, answer.step);
  }
}

function foundSentence(answer: Answer): string {
  const { before, after } = answer.boundary ?? { before: '', after: '' };
  const [later, earlier] =
    answer.direction === 'regression'
      ? ['First broken', 'Last known good']
      : ['First fixed', 'Last known broken'];
  return `${later}: ${after}${published(answer, after)}. ${earlier}: ${before}.`;
}

function suspectsSentence(answer: Answer): string {
  const { before, after } = answer.boundary ?? { before: '', after: '' };
  const [what, earlier] =
    answer.direction === 'regression' ? ['broken', 'Last known good'] : ['fixed', 'Last known broken'];
  const untested = listed(answer.suspects, 'and');
  return `Inconclusive: the first ${what} release is ${listed([...answer.suspects, after], 'or')}, since ${untested} could not be tested. ${earlier}: ${before}.`;
}

/** There is a boundary where the search says, but it need not be the first one. */
function contradictionSentence({ boundary, contradictions, direction, rows }: Answer): string {
  const { before, after } = boundary ?? { before: '', after: '' };
  const verdictOf = (version: string) => rows.find((row) => row.version === version)?.verdict ?? 'skip';
  const others = contradictions.map((version) => `${version} is ${verdictOf(version)}`);
  const nearer = direction === 'regression' ? '--good and --bad' : '--bad and --good';
  return `Inconclusive: there is a change between ${before} and ${after}, but not only there: ${listed(others, 'and')}. Narrow the range with ${nearer} around the change that you mean.`;
}

/** `a`, `a or b`, `a, b or c` */
function listed(items: readonly string[], word: 'and' | 'or'): string {
  const last = items.at(-1) ?? '';
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} ${word} ${last}` : last;
}

function untestableSentence(answer: Answer, versions: readonly string[]): string {
  const causes = versions.map((version) => `${version} (${printable(rowOf(answer, version)?.reason ?? '')})`);
  return `Inconclusive: ${causes.join(' and ')} could not be tested. Choose a neighbouring release as the bound.`;
}

function endsSentence(answer: Answer, ends: { older: Verdict; newer: Verdict }): string {
  const expected = expectedEnds(answer.direction);
  const [older, newer] = [answer.rows[0], answer.rows.at(-1)];
  const wrong = [
    older && ends.older !== expected.older && claim(older, expected.older, ends.older),
    newer && ends.newer !== expected.newer && claim(newer, expected.newer, ends.newer),
  ].filter(Boolean);
  return `Nothing to bisect: ${wrong.join('; ')}. ${advice(answer, ends)}`;
}

function claim(row: Row, claimed: Verdict, found: Verdict): string {
  return `${row.version} was given as --${claimed}, but it is ${found} (${printable(row.reason)})`;
}

function advice({ direction, rows }: Answer, { older, newer }: { older: Verdict; newer: Verdict }): string {
  const isRegression = direction === 'regression';
  if (older !== newer)
    return isRegression
      ? 'The ends are the other way round: exchange --good and --bad, and add --find-fix.'
      : 'The ends are the other way round: exchange --good and --bad, and leave --find-fix out.';
  const others = rows.filter(
    ({ basis, verdict }) => basis === 'tested' && verdict !== 'skip' && verdict !== older,
  );
  if (others.length > 0) {
    const claimed = older === 'good' ? 'bad' : 'good';
    const names = others.map(({ version }) => version);
    return `Earlier runs found ${listed(names, 'and')} ${claimed}: name one of them with --${claimed}.`;
  }
  if (older === 'bad') return `Name ${isRegression ? 'an older' : 'a newer'} release that works with --good.`;
  return isRegression
    ? 'Name a release that shows the failure with --bad: a later release may be fixed already.'
    : 'Name an older release that shows the failure with --bad.';
}

const rowOf = ({ rows }: Answer, version: string) => rows.find((row) => row.version === version);

function published(answer: Answer, version: string): string {
  const at = rowOf(answer, version)?.publishedAt;
  return at ? ` (published ${minutes(at)} UTC)` : '';
}

/** `2026-05-21T21:31:12.533Z` → `2026-05-21 21:31`. */
export function minutes(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
