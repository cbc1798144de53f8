/** Which changes are news: told once, however often they are found, and by whichever night. Pure. */
import { createHash } from 'node:crypto';
import semver from 'semver';
import type { ToldChange } from '../ledger.js';
import type { SeenChange } from './watch.js';

/** A change to tell. */
export interface News {
  /** The same for the same change, whoever finds it. */
  readonly id: string;
  readonly kind: ToldChange['kind'];
  readonly change: SeenChange;
  /** Of a fix the regression that it ends; of a correction what it corrects; null where that was never told. */
  readonly about: string | null;
}

/** What was told, with its corrections carried out. */
interface Standing {
  readonly id: string;
  readonly direction: ToldChange['direction'];
  readonly before: string;
  readonly after: string;
}

/**
 * The changes that nobody was told of yet, the oldest release first.
 * @param subject its key
 * @param seen every change there is, by release
 * @param told every change of the subject that was told, in the order of telling
 * @param isPublished whether a release still is: a boundary that only moved because one vanished is no correction
 */
export function newsAmong(
  subject: string,
  seen: readonly SeenChange[],
  told: readonly ToldChange[],
  isPublished: (version: string) => boolean,
): News[] {
  const standing = standingOf(told);
  const open = new Set(standing);
  const news: News[] = [];
  for (const change of seen) {
    if (!change.isConfirmed) continue;
    const same = matchOf(change, [...open]);
    if (same) open.delete(same);
    const found = same
      ? correctionOf(subject, same, change, isPublished)
      : freshNews(subject, change, [...standing, ...standingNews(news)]);
    if (found) news.push(found);
  }
  return news;
}

function standingOf(told: readonly ToldChange[]): Standing[] {
  const standing = new Map<string, Standing>();
  for (const { id, kind, direction, before, after, about } of told) {
    const original = kind === 'correction' && about !== null ? about : id;
    standing.set(original, { id: original, direction, before, after });
  }
  return [...standing.values()];
}

const standingNews = (news: readonly News[]): Standing[] =>
  news
    .filter(({ kind }) => kind !== 'correction')
    .map(({ id, change: { direction, before, after } }) => ({ id, direction, before, after }));

/** The same boundary, or else one of the same direction that lies across this one: the same change, seen better or worse. */
function matchOf(change: SeenChange, open: readonly Standing[]): Standing | undefined {
  const alike = open.filter(({ direction }) => direction === change.direction);
  return alike.find((told) => isSame(told, change)) ?? alike.find((told) => overlaps(told, change));
}

const isSame = (told: Standing, { before, after }: SeenChange) => told.before === before && told.after === after;

const overlaps = (told: Standing, { before, after }: SeenChange) =>
  semver.compareBuild(told.before, after) < 0 && semver.compareBuild(before, told.after) < 0;

/** Worth saying where another release turns out to be the first: one between the two could be tested now, or came later. */
function correctionOf(
  subject: string,
  told: Standing,
  change: SeenChange,
  isPublished: (version: string) => boolean,
): News | undefined {
  if (told.after === change.after || ![told.before, told.after].every(isPublished)) return undefined;
  const isNarrower =
    semver.compareBuild(change.before, told.before) >= 0 && semver.compareBuild(change.after, told.after) <= 0;
  if (!isNarrower) return undefined;
  return { id: idOf(subject, 'correction', change), kind: 'correction', change, about: told.id };
}

function freshNews(subject: string, change: SeenChange, standing: readonly Standing[]): News {
  const { direction } = change;
  const before = standing
    .filter((told) => semver.compareBuild(told.after, change.after) < 0)
    .toSorted((one, other) => semver.compareBuild(one.after, other.after))
    .at(-1);
  // A regression that was fixed already is not fixed once more.
  const ended = before?.direction === 'regression' ? before : undefined;
  return {
    id: idOf(subject, direction, change),
    kind: direction,
    change,
    about: direction === 'fix' ? (ended?.id ?? null) : null,
  };
}

const idOf = (subject: string, kind: string, { before, after }: SeenChange) =>
  createHash('sha256').update(JSON.stringify([subject, kind, before, after])).digest('hex').slice(0, 16);
