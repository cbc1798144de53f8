/** How far nights have come: what the next one starts from, and whether it would find anything to do. */
import type { NightLedger } from '../ledger/ledger.js';
import type { ClientNight } from './client-night.js';
import type { Subject } from './subject.js';
import type { SeenChange, Watch } from './watch.js';
import { isRunnable, type NightRelease } from './window.js';

const nameOf = ({ key }: Subject) => `watermark ${key}`;

/** The releases up to which all is found out, of every subject that was watched before. */
export const watermarksOf = (nights: NightLedger, subjects: readonly Subject[]): string[] =>
  subjects.flatMap((subject) => (nights.finished(nameOf(subject)) as string | undefined) ?? []);

/**
 * Notes how far a whole night has come: up to the newest release with a verdict that can be run again, but not beyond a change that
 * is not told. A night that was ended before this starts again where the one before it had come to.
 * @param held changes that were held back
 * @param releases the oldest first
 */
export function raiseWatermark(
  nights: NightLedger,
  watch: Watch,
  held: readonly SeenChange[],
  releases: readonly NightRelease[],
): void {
  const isOpen = ({ before, after, isConfirmed }: SeenChange) =>
    !isConfirmed || held.some((one) => one.before === before && one.after === after);
  const open = watch.changes().find(isOpen);
  // One that may not be run again is nothing to compare the next one with.
  const isThere = ({ version, isUnpublished }: NightRelease) =>
    !isUnpublished && !watch.doubtful.includes(version);
  const newest = releases.findLast(
    (release) => isRunnable(release) && isThere(release) && watch.isClear(release),
  );
  // A release that is due by its date alone, before others that are not, is so again: no mark is needed for it.
  const tail = releases.findLastIndex(({ isDue }) => !isDue) + 1;
  const place = releases.findIndex(({ version }) => version === open?.before);
  const reached = (open ? releases[Math.max(place, tail)] : newest)?.version;
  if (reached !== undefined) nights.noteFinished(nameOf(watch.subject), reached);
}

export interface NightEnd {
  readonly night: ClientNight;
  readonly releases: readonly NightRelease[];
  /** How many changes were held back. */
  readonly held: number;
  readonly nights: NightLedger;
  readonly retries: number;
  /** `claude-code linux-x64` */
  readonly name: string;
  readonly today: string;
}

/** Whether another night would find nothing to do, if nothing is published until then. */
export function isComplete(end: NightEnd): boolean {
  const { night, held } = end;
  const isUnsure = night.watches.some((watch) => watch.changes().some(({ isConfirmed }) => !isConfirmed));
  const waits = [absentWaits(end), ...night.watches.map((watch) => doubtfulWait(watch, end))];
  return (
    night.failures.length === 0 && held === 0 && !isUnsure && !night.isOpenTomorrow && !waits.includes(true)
  );
}

/**
 * A release without an executable may get one: platform packages are published one after the other. It is looked for as often as one
 * without a verdict is tried.
 */
function absentWaits({ releases, name, ...end }: NightEnd): boolean {
  const absent = releases.filter(({ missing, isUnpublished }) => missing !== null && !isUnpublished);
  return waitFor(
    name,
    absent.map(({ version, missing }) => ({ version, reason: missing ?? '' })),
    end,
  );
}

/** The tarball of a side of a change may be there again. */
function doubtfulWait({ doubtful, subject }: Watch, end: NightEnd): boolean {
  const reason = 'could not be run again';
  return waitFor(
    `${subject.key} again`,
    doubtful.map((version) => ({ version, reason })),
    end,
  );
}

/** Counts one more night of waiting for each; whether there is one that is still waited for. */
function waitFor(
  name: string,
  missing: readonly { readonly version: string; readonly reason: string }[],
  { nights, retries, today }: Pick<NightEnd, 'nights' | 'retries' | 'today'>,
): boolean {
  const before = new Map(nights.skips(name).map((skip) => [skip.version, skip.nights]));
  const open = missing.filter(({ version }) => (before.get(version) ?? 0) < retries);
  for (const { version, reason } of open)
    nights.noteSkip(name, { version, question: '', reason, day: today });
  return open.length > 0;
}
