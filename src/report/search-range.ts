/** The range that was left after each step of a search, in words. Pure. */
import type { PathStep, Report, ReportRow } from './report.js';
import { counted } from './words.js';

type Known = ReadonlyMap<number, ReportRow['verdict']>;

/** One sentence for each step of each search. */
export function rangesOf({ rows, answer, path }: Pick<Report, 'rows' | 'answer' | 'path'>): string[] {
  const places = new Map(rows.map(({ version }, index) => [version, index]));
  const searches = new Map<number, Map<number, ReportRow['verdict']>>();
  return path.map(({ search, asked }: PathStep) => {
    const known = searches.get(search) ?? new Map<number, ReportRow['verdict']>();
    searches.set(search, known);
    for (const { version, verdict } of asked) {
      const place = places.get(version);
      if (place !== undefined) known.set(place, verdict);
    }
    const isFix = (answer.changes[search - 1]?.direction ?? answer.asked) === 'fix';
    return leftOf(rows, known, isFix);
  });
}

/** Between the last release that is as the older end and the first that is as the newer one. An end nobody has run may be any. */
function leftOf(rows: readonly ReportRow[], known: Known, isFix: boolean): string {
  const [older, newer] = isFix ? (['bad', 'good'] as const) : (['good', 'bad'] as const);
  const placesOf = (wanted: string) =>
    [...known].filter(([, verdict]) => verdict === wanted).map(([place]) => place);
  const [olders, newers] = [placesOf(older), placesOf(newer)];
  const [from, to] = [
    olders.length > 0 ? Math.max(...olders) : undefined,
    newers.length > 0 ? Math.min(...newers) : undefined,
  ];
  const name = (place: number) => rows[place]?.version ?? '';
  if (from === undefined) return to === undefined ? 'all of them' : `what comes before ${name(to)}`;
  if (to === undefined) return `what comes after ${name(from)}`;
  if (from > to) return 'all of them, since verdicts contradict each other';
  const between = to - from - 1;
  return between > 0
    ? `${name(from)} to ${name(to)}, ${counted(between, 'release')} between them`
    : `${name(from)} and ${name(to)}, which are neighbours`;
}
