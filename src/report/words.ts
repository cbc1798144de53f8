/** Small pieces of text that several outputs share. */
import type { PublicationTime } from '../registry/times.js';
import type { Isolation } from '../sandbox/room.js';

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

/** `1 tool`, `2 tools`; `other` where the plural is not made with an s: `counted(2, 'branch', 'branches')`. */
export const counted = (count: number, one: string, other = `${one}s`): string =>
  `${count} ${count === 1 ? one : other}`;

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
export function minutes(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** ` (time doubtful)` after a time that contradicts those of other releases. */
export const doubtOf = ({ timeDoubtful }: Pick<PublicationTime, 'timeDoubtful'>): string =>
  timeDoubtful ? ' (time doubtful)' : '';

/** `2026-05-21 21:31`, `2026-08-21 10:31 (time doubtful)`, `unknown` */
export const releasedText = (release: PublicationTime): string =>
  release.publishedAt === null ? 'unknown' : minutes(release.publishedAt) + doubtOf(release);

/** `0.973` → `97 %`, rounded down: nothing is said to be surer than it is. */
export function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
