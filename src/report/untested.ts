/** Releases without a verdict that an answer has to name, and why they have none. Pure. */
import type { Answer, Row } from '../search/answer.js';
import type { Change } from '../search/change.js';
import { allOf } from './words.js';

/**
 * The releases between the two of a boundary of which nothing is known, and which are not called suspects already: above all
 * those that were never published for this platform. The search passes over them; the change may lie in one of them.
 */
export function untestedBetween({ rows }: Answer, { boundary, suspects }: Change): Row[] {
  if (!boundary) return [];
  const place = (version: string) => rows.findIndex((row) => row.version === version);
  const [before, after] = [place(boundary.before), place(boundary.after)];
  return rows.filter(
    ({ version, verdict }, index) =>
      index > before &&
      index < after &&
      !suspects.includes(version) &&
      (verdict === null || verdict === 'skip'),
  );
}

/** `2.1.2, between them, is not available here.` Empty where there is none. */
export function betweenText(between: readonly Row[]): string {
  return between.length === 0 ? '' : `${noVerdictText(between, ', between them,')}.`;
}

/**
 * `2.1.2 could not be tested, and 2.1.3 is not available here`: each with what kept it from a verdict.
 * @param where what is said after the names: ` after it`
 */
export function noVerdictText(rows: readonly Row[], where = ''): string {
  const groups = new Map<Cause, string[]>(CAUSES.map((cause) => [cause, []]));
  for (const row of rows) groups.get(causeOf(row))?.push(row.version);
  const said = [...groups].flatMap(([cause, versions]) =>
    versions.length > 0 ? [`${allOf(versions)}${where} ${phrase(cause, versions.length > 1)}`] : [],
  );
  return said.join(', and ');
}

const CAUSES = ['untestable', 'excluded', 'not available', 'not tested', 'undecided', 'other'] as const;
type Cause = (typeof CAUSES)[number];

function causeOf({ label, verdict, flaky, integrity }: Row): Cause {
  if (label === 'different failure') return 'other';
  if (label === 'excluded') return 'excluded';
  if (flaky) return 'undecided';
  if (verdict !== null) return 'untestable';
  return integrity === null ? 'not available' : 'not tested';
}

function phrase(cause: Cause, isMany: boolean): string {
  switch (cause) {
    case 'untestable':
      return 'could not be tested';
    case 'excluded':
      return `${isMany ? 'were' : 'was'} excluded`;
    case 'not available':
      return `${isMany ? 'are' : 'is'} not available here`;
    case 'not tested':
      return `${isMany ? 'were' : 'was'} not tested`;
    case 'undecided':
      return 'came out both ways equally often';
    case 'other':
      return 'failed in a different way';
  }
}
