/** Releases without a verdict that an answer has to name, and why they have none. Pure. */
import type { Row } from '../search/answer.js';
import { allOf } from './words.js';

/** `2.1.2, between them, is not available here.` Empty where there is none. */
export const betweenText = (between: readonly Row[], where = 'between them'): string =>
  between.length > 0 ? `${noVerdictText(between, `, ${where},`)}.` : '';

/**
 * `2.1.2 could not be tested, and 2.1.3 is not available here`: each with what kept it from a verdict.
 * @param where what is said after the names: ` after it`
 */
export function noVerdictText(rows: readonly Row[], where = ''): string {
  const said = (Object.keys(CAUSES) as Cause[]).flatMap((cause) => {
    const versions = rows.filter((row) => causeOf(row) === cause).map(({ version }) => version);
    const [one, many = one] = CAUSES[cause];
    return versions.length > 0 ? [`${allOf(versions)}${where} ${versions.length > 1 ? many : one}`] : [];
  });
  return said.join(', and ');
}

/** Of one release and of many, in the order in which they are said. */
const CAUSES = {
  untestable: ['could not be tested'],
  excluded: ['was excluded', 'were excluded'],
  'not available': ['is not available here', 'are not available here'],
  'not tested': ['was not tested', 'were not tested'],
  undecided: ['came out both ways equally often'],
  other: ['failed in a different way'],
} as const;
type Cause = keyof typeof CAUSES;

function causeOf({ label, verdict, flaky, integrity }: Row): Cause {
  if (label === 'different failure') return 'other';
  if (label === 'excluded') return 'excluded';
  if (flaky) return 'undecided';
  if (verdict !== null) return 'untestable';
  return integrity === null ? 'not available' : 'not tested';
}
