/** The range that was left after each step of a search, in words. Pure. */
import type { Report, ReportRow } from './report.js';
import { counted } from './words.js';

/** The last release that is as the older end, and the first that is as the newer one. */
interface Known {
  from?: number;
  to?: number;
}

/**
 * A few words for each step of each search.
 * @param most steps
 */
export function rangesOf(
  { rows, answer, path }: Pick<Report, 'rows' | 'answer' | 'path'>,
  most: number = path.length,
): string[] {
  const places = new Map(rows.map(({ version }, index) => [version, index]));
  const searches = new Map<number, Known>();
  return path.slice(0, most).map(({ search, asked }) => {
    const known = searches.get(search) ?? {};
    searches.set(search, known);
    const isFix = (answer.changes[search - 1]?.direction ?? answer.asked) === 'fix';
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
function leftOf(rows: readonly ReportRow[], { from, to }: Known): string {
  const name = (place: number) => rows[place]?.version ?? '';
  if (from === undefined) return to === undefined ? 'all of them' : `what comes before ${name(to)}`;
  if (to === undefined) return `what comes after ${name(from)}`;
  if (from > to) return 'all of them, since verdicts contradict each other';
  const between = to - from - 1;
  return between > 0
    ? `${name(from)} to ${name(to)}, ${counted(between, 'release')} between them`
    : `${name(from)} and ${name(to)}, which are neighbours`;
}
