/** The way of a search in words: what was asked for together, why, and what range that left. Pure. */
import type { Run } from '../run/run.js';
import type { Row } from '../search/answer.js';
import type { Why } from '../search/drive.js';
import { counted } from './words.js';

/** One step of a search. */
export interface PathStep {
  /** 1 or 2: of a window both sides are searched. */
  readonly search: number;
  /** Which side of the bad release of a window that is; null where there is one search. */
  readonly side: 'before' | 'after' | null;
  /** Since the search began; null in runs that did not note it. */
  readonly atMs: number | null;
  /** A few words: `both ends, before anything else`. */
  readonly why: string;
  readonly asked: readonly {
    readonly version: string;
    readonly rounds: number;
    readonly verdict: Row['verdict'];
  }[];
}

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
export function pathOf({ paths, answer: { rows, asked } }: Pick<Run, 'paths' | 'answer'>): PathStep[] {
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

/** The last release that is as the older end, and the first that is as the newer one. */
interface Known {
  from?: number;
  to?: number;
}

/** The range that was left after each step of each search, in a few words. */
export function rangesOf(
  { rows, changes, asked: wanted }: Run['answer'],
  path: readonly PathStep[],
): string[] {
  const places = new Map(rows.map(({ version }, index) => [version, index]));
  const searches = new Map<number, Known>();
  return path.map(({ search, asked }) => {
    const known = searches.get(search) ?? {};
    searches.set(search, known);
    const isFix = (changes[search - 1]?.direction ?? wanted) === 'fix';
    for (const { version, verdict } of asked) {
      const place = places.get(version);
      if (place === undefined || verdict === null || verdict === 'skip') continue;
      if ((verdict === 'bad') === isFix) known.from = Math.max(known.from ?? 0, place);
      else known.to = Math.min(known.to ?? place, place);
    }
    return leftOf(rows, known);
  });
}

/** An end that nobody has run may be as any other release. */
function leftOf(rows: readonly Row[], { from, to }: Known): string {
  const name = (place: number) => rows[place]?.version ?? '';
  if (from === undefined) return to === undefined ? 'all of them' : `what comes before ${name(to)}`;
  if (to === undefined) return `what comes after ${name(from)}`;
  if (from > to) return 'all of them, since verdicts contradict each other';
  const between = to - from - 1;
  return between > 0
    ? `${name(from)} to ${name(to)}, ${counted(between, 'release')} between them`
    : `${name(from)} and ${name(to)}, which are neighbours`;
}
