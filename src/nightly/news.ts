/** Which changes are news, told once however often they are found, and by whichever night; and what is told of them. Pure. */
import { createHash } from 'node:crypto';
import semver from 'semver';
import type { ToldChange } from '../ledger/ledger.js';
import type { Message } from '../notify/message.js';
import type { PublicationTime } from '../registry/releases.js';
import { markdownOf } from '../report/issue.js';
import type { Report } from '../report/report.js';
import { sentenceOf } from '../report/sentence.js';
import { titleOf } from '../report/title.js';
import { termed } from '../scenarios/terms.js';
import type { Subject } from './subjects.js';
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
 */
export function newsAmong(subject: string, seen: readonly SeenChange[], told: readonly ToldChange[]): News[] {
  const matches = matchesOf(
    seen.filter(({ isConfirmed }) => isConfirmed),
    standingOf(told),
  );
  const news: News[] = [];
  for (const [change, same] of matches) {
    const found = same
      ? correctionOf(subject, same, change)
      : freshNews(subject, change, standingOf([...told, ...news.map(asTold)]));
    if (found) news.push(found);
  }
  return news;
}

const asTold = ({ change, ...news }: News) => ({ ...change, ...news });

function standingOf(told: readonly (Standing & Pick<ToldChange, 'kind' | 'about'>)[]): Standing[] {
  const standing = new Map<string, Standing>();
  for (const { id, kind, direction, before, after, about } of told) {
    const original = kind === 'correction' && about !== null ? about : id;
    standing.set(original, { id: original, direction, before, after });
  }
  return [...standing.values()];
}

/**
 * Each change with the one that was told and is the same, seen better or worse: with the same first release, or else one that lies
 * across it. The former go first, so that no release is told twice to be the first.
 */
function matchesOf(
  seen: readonly SeenChange[],
  standing: readonly Standing[],
): Map<SeenChange, Standing | undefined> {
  const matches = new Map<SeenChange, Standing | undefined>(seen.map((change) => [change, undefined]));
  const open = new Set(standing.toSorted((one, other) => semver.compareBuild(one.after, other.after)));
  for (const isMatch of [hasSameFirst, overlaps])
    for (const change of seen.filter((one) => !matches.get(one))) {
      const same = [...open].find((told) => told.direction === change.direction && isMatch(told, change));
      if (same) open.delete(same);
      matches.set(change, same);
    }
  return matches;
}

const hasSameFirst = (told: Standing, { after }: SeenChange) => told.after === after;

const overlaps = (told: Standing, { before, after }: SeenChange) =>
  semver.compareBuild(told.before, after) < 0 && semver.compareBuild(before, told.after) < 0;

/** Worth saying where another release turns out to be the first: one between the two could be tested now, or came later. */
function correctionOf(subject: string, told: Standing, change: SeenChange): News | undefined {
  if (told.after === change.after) return undefined;
  const isNarrower =
    semver.compareBuild(change.before, told.before) >= 0 &&
    semver.compareBuild(change.after, told.after) <= 0;
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
  createHash('sha256')
    .update(JSON.stringify([subject, kind, before, after]))
    .digest('hex')
    .slice(0, 16);

/** GitHub takes 65,536 characters; what a channel adds has room beside it. */
const MAX_CHARS = 65_000;

/**
 * @param report redacted
 * @param published when the first release that is different was
 */
export function messageOf(
  { id, kind, about, change }: News,
  subject: Subject,
  report: Report,
  { publishedAt, timeDoubtful }: PublicationTime,
): Message {
  const { before, after, suspects, direction } = change;
  const preface = termed(PREFACES[kind], subject.scenario.terms);
  const text = markdownOf(report, { maxChars: MAX_CHARS - preface.length });
  const { client, scenario, platform, mode } = subject;
  const title = `${kind === 'correction' ? 'Correction: ' : ''}${titleOf(report)}`;
  return {
    id,
    kind,
    subject: subject.key,
    about,
    title,
    text: `${preface}${text}`,
    document: {
      schema: 1,
      id,
      kind,
      direction,
      about,
      client: client.id,
      package: client.package,
      scenario: scenario.id,
      scenarioTitle: scenario.title,
      platform,
      mode,
      before,
      after,
      publishedAt,
      timeDoubtful,
      suspects,
      title,
      sentence: sentenceOf(report.run.answer, report.claims),
      run: report.run.id,
      report: text,
    },
  };
}

const PREFACES: Readonly<Record<News['kind'], string>> = {
  regression: '',
  fix: 'The nightly job finds this fixed.\n\n',
  correction: 'What was reported here began in another release than was known then.\n\n',
};
