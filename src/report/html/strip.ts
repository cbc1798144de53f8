/** The range that was left after each step of a search, as places on a line from 0 to 100. Pure. */
import type { PathStep, Report, ReportRow } from '../report.js';
import { shapeOfVerdict, toneOf, type Shape, type Tone } from './marks.js';
import { counted } from '../words.js';

export interface Strip {
  /** The part of the line that may hold the change. */
  readonly from: number;
  readonly width: number;
  /** What is known within it; of very many, what was asked last. */
  readonly marks: readonly {
    readonly at: number;
    readonly shape: Shape;
    readonly tone: Tone;
    readonly isNew: boolean;
  }[];
  /** The same in words. */
  readonly text: string;
}

/** More of them would cover each other. */
const MAX_MARKS = 60;

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
      // What is asked again is asked last.
      known.delete(place);
      known.set(place, verdict);
      fresh.add(place);
    }
    return stripOf(rows, known, fresh, isFix);
  });
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** Which ends are known: an end that nobody has run may be as any other release. */
  readonly has: 'both' | 'older' | 'newer' | 'neither' | 'contradiction';
}

/** Between the last release that is as the older end and the first that is as the newer one. */
function leftOf(known: Known, last: number, isFix: boolean): Range {
  const [older, newer] = isFix ? (['bad', 'good'] as const) : (['good', 'bad'] as const);
  let [from, to]: [number | undefined, number | undefined] = [undefined, undefined];
  for (const [place, verdict] of known) {
    if (verdict === older) from = Math.max(from ?? 0, place);
    if (verdict === newer) to = Math.min(to ?? last, place);
  }
  if (from !== undefined && to !== undefined)
    return from <= to ? { from, to, has: 'both' } : { from: 0, to: last, has: 'contradiction' };
  const has = from === undefined ? (to === undefined ? 'neither' : 'newer') : 'older';
  return { from: from ?? 0, to: to ?? last, has };
}

function stripOf(
  rows: readonly ReportRow[],
  known: Known,
  fresh: ReadonlySet<number>,
  isFix: boolean,
): Strip {
  const last = Math.max(1, rows.length - 1);
  const at = (place: number) => Math.round(200 + (place / last) * 9_600) / 100;
  const range = leftOf(known, rows.length - 1, isFix);
  const { from, to } = range;
  const within = [...known].filter(([place]) => place >= from && place <= to);
  return {
    from: at(from),
    width: Math.round((at(to) - at(from)) * 100) / 100,
    marks: within.slice(-MAX_MARKS).map(([place, verdict]) => {
      const shape = shapeOfVerdict(verdict);
      return { at: at(place), shape, tone: toneOf(shape), isNew: fresh.has(place) };
    }),
    text: textOf(rows, range),
  };
}

function textOf(rows: readonly ReportRow[], { from, to, has }: Range): string {
  const [older, newer] = [rows[from]?.version ?? '', rows[to]?.version ?? ''];
  const between = to - from - 1;
  switch (has) {
    case 'neither':
      return 'Left: all of them.';
    case 'contradiction':
      return 'Left: all of them, since verdicts contradict each other.';
    case 'older':
      return `Left: what comes after ${older}.`;
    case 'newer':
      return `Left: what comes before ${newer}.`;
    case 'both':
      return between > 0
        ? `Left: ${older} to ${newer}, ${counted(between, 'release')} between them.`
        : `Left: ${older} and ${newer}, which are neighbours.`;
  }
}
