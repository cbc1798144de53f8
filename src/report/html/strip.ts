/** The range that was left after each step of a search, as places on a line from 0 to 100. Pure. */
import type { PathStep, Report, ReportRow } from '../report.js';
import { shapeOfVerdict, toneOf, type Shape, type Tone } from './marks.js';
import { counted } from './numbers.js';

export interface Strip {
  /** The part of the line that may hold the change. */
  readonly from: number;
  readonly width: number;
  readonly marks: readonly {
    readonly at: number;
    readonly shape: Shape;
    readonly tone: Tone;
    readonly isNew: boolean;
  }[];
  /** The same in words. */
  readonly text: string;
}

type Known = ReadonlyMap<number, ReportRow['verdict']>;

/**
 * One strip for each step.
 * @param steps of one search, in order
 */
export function rangesOf(report: Pick<Report, 'rows' | 'answer'>, steps: readonly PathStep[]): Strip[] {
  const { rows, answer } = report;
  const places = new Map(rows.map(({ version }, index) => [version, index]));
  const change = answer.changes[(steps[0]?.search ?? 1) - 1];
  const isFix = (change?.direction ?? answer.asked) === 'fix';
  const known = new Map<number, ReportRow['verdict']>();
  return steps.map((step) => {
    const fresh = new Set<number>();
    for (const { version, verdict } of step.asked) {
      const place = places.get(version);
      if (place === undefined) continue;
      known.set(place, verdict);
      fresh.add(place);
    }
    return stripOf(rows, known, fresh, isFix);
  });
}

/** Between the last release that is as the older end and the first that is as the newer one. */
function leftOf(known: Known, last: number, isFix: boolean): readonly [number, number] {
  const [older, newer] = isFix ? (['bad', 'good'] as const) : (['good', 'bad'] as const);
  const places = (wanted: 'good' | 'bad') =>
    [...known].filter(([, verdict]) => verdict === wanted).map(([place]) => place);
  const [from, to] = [Math.max(0, ...places(older)), Math.min(last, ...places(newer))];
  return from <= to ? [from, to] : [0, last];
}

function stripOf(
  rows: readonly ReportRow[],
  known: Known,
  fresh: ReadonlySet<number>,
  isFix: boolean,
): Strip {
  const last = Math.max(1, rows.length - 1);
  const at = (place: number) => Math.round(200 + (place / last) * 9_600) / 100;
  const [from, to] = leftOf(known, rows.length - 1, isFix);
  return {
    from: at(from),
    width: Math.round((at(to) - at(from)) * 100) / 100,
    marks: [...known].map(([place, verdict]) => {
      const shape = shapeOfVerdict(verdict);
      return { at: at(place), shape, tone: toneOf(shape), isNew: fresh.has(place) };
    }),
    text: textOf(rows, from, to),
  };
}

function textOf(rows: readonly ReportRow[], from: number, to: number): string {
  const [older, newer] = [rows[from]?.version ?? '', rows[to]?.version ?? ''];
  const between = to - from - 1;
  if (between > 0) return `Left: ${older} to ${newer}, ${counted(between, 'release')} between them.`;
  return between === 0 ? `Left: ${older} and ${newer}, which are neighbours.` : `Left: ${older}.`;
}
