/** The evidence pages of releases: what was recorded of each, as others may read it. */
import { keptScenarioOf } from '../run/run.js';
import type { Identity } from '../machine.js';
import type { TestableRelease } from '../registry/releases.js';
import type { Round } from '../verdict/round.js';
import { armsOf } from '../report/evidence.js';
import type { PageRound, ReleasePage, TableRow } from '../report/nightly/version-table.js';
import { redactRecorded } from '../report/redact/redact.js';
import type { Subject } from './subject.js';
import type { Watch } from './watch.js';
import { isRunnable, type SeenRelease } from './window.js';

/** What a page is made of, before it is made: the records that stand for its cells. */
export interface PageMatter {
  readonly row: TableRow;
  readonly rounds: readonly StandingRound[];
}

interface StandingRound {
  readonly subject: Subject;
  readonly id: number;
  /** Reads it from the ledger. */
  readonly read: () => Round | undefined;
}

/** @param row of `release`; its reasons redacted */
export function pageMatter(release: SeenRelease, row: TableRow, watches: readonly Watch[]): PageMatter {
  return {
    row,
    rounds: isRunnable(release) ? watches.flatMap((watch) => standingRound(watch, release) ?? []) : [],
  };
}

/** The newest round with the verdict of the release, or, without any verdict, the newest that came to none. */
function standingRound(watch: Watch, release: TestableRelease): StandingRound | undefined {
  const { subject, examiner } = watch;
  const known = examiner.known(release);
  if (known.length === 0) {
    const skip = examiner.recallSkip(release);
    return skip && { subject, id: skip.id, read: () => skip };
  }
  const judgement = watch.summary(release)?.judgement;
  const { id } = known.find((round) => round.judgement === judgement) ?? known.at(-1) ?? { id: 0 };
  return { subject, id, read: () => examiner.recall(release).find((round) => round.id === id) };
}

/** What the page depends on: with the same key it would be the same. */
export const pageKey = ({ row, rounds }: PageMatter): string =>
  JSON.stringify([row, rounds.map(({ subject, id }) => [subject.key, id])]);

/** The page itself, without keys, names and paths of this machine. */
export function releasePage(
  { row, rounds }: PageMatter,
  watches: readonly Watch[],
  identity: Identity,
): ReleasePage {
  const [first] = watches;
  const { client, platform } = (first as Watch).subject;
  return {
    client: client.id,
    title: client.title,
    package: client.package,
    platform,
    row,
    columns: watches.map(({ subject }) => subject.column),
    rounds: Object.fromEntries(
      rounds.flatMap(({ subject, read }) => {
        const round = read();
        return round ? [[subject.column.key, pageRound(subject, round, identity)]] : [];
      }),
    ),
  };
}

function pageRound(
  { client, scenario }: Subject,
  { judgement, observations }: Round,
  identity: Identity,
): PageRound {
  const redacted = redactRecorded({ judgement, observations }, identity, { client: client.id, scenario });
  return {
    isolation: redacted.observations[0]?.isolation ?? 'bwrap',
    arms: armsOf(
      { ...redacted, isWhole: true },
      { scenario: keptScenarioOf(scenario), oracle: null },
      client,
    ),
  };
}
