/** Small pieces of text that several outputs share. */
import type { Row } from '../search/answer.js';
import type { PublicationTime } from '../registry/releases.js';
import type { Isolation } from '../sandbox/steps.js';

/** By what a client was kept from the network and the user's files. */
export const SEALED_BY: Readonly<Record<Isolation, string>> = {
  bwrap: 'sealed by bubblewrap',
  unshare: 'sealed by unshare',
  none: 'not sealed off',
};

/** In the place of it where a command read the executables (`--static`). */
export const NOT_RUN = 'static: no client was run';

/** What a release is after a change, before a noun as well: `the first broken release`. */
export const CHANGED = { regression: 'broken', fix: 'fixed' } as const;

/** Sentences in a row; those that are left out are `false` or empty. */
export const inOneLine = (...sentences: readonly (string | false | undefined)[]): string =>
  sentences.filter(Boolean).join(' ');

/** `1 tool`, `2 tools` */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

/** `a`, `a or b`, `a, b or c` */
export function listed(items: readonly string[], word: 'and' | 'or'): string {
  const last = items.at(-1) ?? '';
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} ${word} ${last}` : last;
}

/** As many as a sentence can carry; the table names the rest. */
const NAMED = 6;

/** `a, b or c`; of many `one of 12, from a to z`. */
export const oneOf = (versions: readonly string[]): string =>
  versions.length <= NAMED
    ? listed(versions, 'or')
    : `one of ${versions.length}, from ${versions[0]} to ${versions.at(-1)}`;

/** `a, b and c`; of many `releases from a to z`. */
export const allOf = (versions: readonly string[]): string =>
  versions.length <= NAMED ? listed(versions, 'and') : `releases from ${versions[0]} to ${versions.at(-1)}`;

/** `2026-05-21T21:31:12.533Z` → `2026-05-21 21:31`. */
export const minutes = (iso: string): string => iso.slice(0, 16).replace('T', ' ');

/** `2026-05-21 21:31 UTC` */
export const atMinute = (iso: string): string => `${minutes(iso)} UTC`;

/** `640` → `640 ms`, `12400` → `12.4 s`, `754000` → `12 min 34 s` */
export function minutesAndSeconds(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `10485760` → `10,485,760` */
export const grouped = (count: number): string => count.toLocaleString('en');

/** ` (time doubtful)` after a time that contradicts those of other releases. */
export const doubtOf = ({ timeDoubtful }: Pick<PublicationTime, 'timeDoubtful'>): string =>
  timeDoubtful ? ' (time doubtful)' : '';

/** `2026-05-21 21:31`, `2026-08-21 10:31 (time doubtful)`, `unknown` */
export const releasedText = (release: PublicationTime): string =>
  release.publishedAt === null ? 'unknown' : minutes(release.publishedAt) + doubtOf(release);

/** `0.973` → `97 %`, rounded down: nothing is said to be surer than it is. */
export const percent = (share: number): string => `${Math.floor(share * 100)} %`;

/** `2.1.2, between them, is not available here.` Empty where there is none. */
export const betweenText = (between: readonly Row[], where = 'between them'): string =>
  between.length > 0 ? `${noVerdictText(between, `, ${where},`)}.` : '';

/** What there is to say of a release without a verdict. */
type Unjudged = Pick<Row, 'version' | 'label' | 'verdict' | 'flaky' | 'integrity'>;

/**
 * `2.1.2 could not be tested, and 2.1.3 is not available here`: each with what kept it from a verdict.
 * @param where what is said after the names: ` after it`
 */
export function noVerdictText(rows: readonly Unjudged[], where = ''): string {
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

function causeOf({ label, verdict, flaky, integrity }: Unjudged): Cause {
  if (label === 'different failure') return 'other';
  if (label === 'excluded') return 'excluded';
  if (flaky) return 'undecided';
  if (verdict !== null) return 'untestable';
  return integrity === null ? 'not available' : 'not tested';
}

/** `3 good, 1 bad`: how the rounds of a release came out; empty where there are none. */
export const roundsText = ({ rounds }: Pick<Row, 'rounds'>): string =>
  (['good', 'bad', 'skip'] as const)
    .filter((verdict) => rounds[verdict] > 0)
    .map((verdict) => `${rounds[verdict]} ${verdict}`)
    .join(', ');
