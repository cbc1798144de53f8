/** The way of a search in words. Pure. */
import type { SearchStep, Why } from '../search/drive.js';
import type { Answer } from '../search/answer.js';
import type { PathStep } from './report.js';

/** What the search asks for, and why (src/search/question.ts). */
const REASONS: Readonly<Record<Why, string>> = {
  ends: 'both ends, before anything else',
  walk: 'a step further out, to find the end that nobody has named',
  middle: 'the middle of what is left',
  repeat: 'as many rounds of each release as were asked for',
  confirm: 'once more what the answer rests on',
  noise: 'where one more round tells most, since rounds disagreed',
};
const ONE_END = 'the end that was named, before anything else';

/** Every step of every search, with what the releases asked for came to in the end. Of a window the first looks back. */
export function pathOf(
  paths: readonly (readonly SearchStep[])[],
  { rows, asked }: Pick<Answer, 'rows' | 'asked'>,
): PathStep[] {
  const verdicts = new Map(rows.map(({ version, verdict }) => [version, verdict]));
  return paths.flatMap((steps, index) =>
    steps.map(({ atMs, why, rounds }) => ({
      search: index + 1,
      side: asked === 'window' ? (index === 0 ? 'before' : 'after') : null,
      atMs,
      why: why === 'ends' && rounds.length === 1 ? ONE_END : REASONS[why],
      asked: rounds.map(({ version, count }) => ({
        version,
        rounds: count,
        verdict: verdicts.get(version) ?? null,
      })),
    })),
  );
}
