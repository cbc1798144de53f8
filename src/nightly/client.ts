/** One client's part of a night: from the registry's answer to the changes that are news, and how far the night has come. */
import type { Client } from '../clients/client.js';
import type { BisectError } from '../errors.js';
import type { NightLedger } from '../ledger/ledger.js';
import type { Validators } from '../registry/packument.js';
import type { Target } from '../registry/platform.js';
import { loadCatalogue, type Catalogue, type CatalogueOptions } from '../session/catalogue.js';
import type { openWorkbench, Workbench, WorkbenchOptions } from '../session/session.js';
import { ClientNight } from './client-night.js';
import type { NightLog } from './log.js';
import { noteNews, type RunMaker } from './noting.js';
import type { ClientQuestion, Subject } from './subjects.js';
import { nameOf, Watch, type SeenChange } from './watch.js';
import { isRunnable, mergeReleases, windowOf, type NightRelease } from './window.js';

/** What the world has to offer. */
export interface ClientWorld
  extends Omit<WorkbenchOptions, 'target'>, Pick<CatalogueOptions, 'registry' | 'env' | 'cwd'> {
  readonly target: Target;
  readonly openWorkbench: typeof openWorkbench;
  readonly retries: number;
  readonly maker: Omit<RunMaker, 'isolation'>;
  /** Where what is found is to be told: keys of channels. */
  readonly channels: readonly string[];
  readonly log: NightLog;
  /** `2026-11-23`, UTC: nights are counted by their days. */
  readonly today: string;
}

export interface ClientAnswer {
  readonly client: Client;
  readonly watches: readonly Watch[];
  /** The releases of the night, the oldest first. */
  readonly releases: readonly NightRelease[];
  /** With what the packument came that it rests on. */
  readonly validators: Validators;
  readonly notes: readonly string[];
  readonly downloads: number;
  /** Executables that were needed and there already. */
  readonly cacheHits: number;
  /** Tarballs that the registry did not give. */
  readonly failures: readonly BisectError[];
  /** Whether another night would find nothing to do, if nothing is published until then. */
  readonly isComplete: boolean;
}

/**
 * Tests what is to be tested, and writes into the ledger what is to be told.
 * @throws BisectError when the environment fails: what was learned until then is in the ledger
 */
export async function askClient(
  question: ClientQuestion,
  world: ClientWorld,
  signal: AbortSignal,
): Promise<ClientAnswer> {
  const { client, plan } = question;
  const { ledger, log, maker, channels } = world;
  const catalogue = await loadCatalogue({
    ...world,
    client,
    includePrereleases: plan.includePrereleases,
    offline: false,
    vouched: true,
    signal,
    onWait: (note) => log.say('note', { note }),
  });
  const bench = await world.openWorkbench(world, catalogue);
  const { isolation, notes, store } = bench;
  try {
    for (const note of notes) log.say('note', { note });
    const releases = releasesFor(question, catalogue, world);
    const watches = watchesOf(question, releases, bench, world);
    const night = new ClientNight({ watches, releases, test: plan.test, store, log });
    await night.run(signal);
    const context = { ledger, releases: catalogue.releases, maker: { ...maker, isolation }, channels, log };
    let held = 0;
    for (const watch of watches) {
      const kept = await noteNews(watch, context, signal);
      held += kept.length;
      if (night.failures.length === 0) raiseWatermark(ledger.nights, watch, kept, releases);
    }
    const { downloads, cacheHits, failures } = night;
    const { validators } = catalogue;
    const isComplete = !isWaiting(night, releases, world) && failures.length === 0 && held === 0;
    return { client, watches, releases, validators, notes, downloads, cacheHits, failures, isComplete };
  } finally {
    await bench.close();
  }
}

/** The window; where an executable of it was is not forgotten when it is gone. */
function releasesFor(
  { client, subjects, plan }: ClientQuestion,
  catalogue: Catalogue,
  { ledger: { nights }, target }: ClientWorld,
): readonly NightRelease[] {
  const known = nights.releases(client.id, target);
  const all = mergeReleases(catalogue.releases, known, plan.includePrereleases);
  const watermarks = subjects.flatMap(
    (subject) => (nights.finished(watermarkOf(subject)) as string | undefined) ?? [],
  );
  const releases = windowOf(all, { ...plan, watermarks }, catalogue.distTags);
  const published = new Set(
    releases.filter(({ isUnpublished }) => !isUnpublished).map(({ version }) => version),
  );
  nights.rememberReleases(
    client.id,
    target,
    catalogue.releases.filter(({ version }) => published.has(version)),
  );
  return releases;
}

function watchesOf(
  { client, subjects }: ClientQuestion,
  releases: readonly NightRelease[],
  bench: Workbench,
  { ledger: { nights }, log, maker: { rule }, retries, today }: ClientWorld,
): Watch[] {
  const { catalogue } = bench;
  return subjects.map((subject) => {
    const { scenario, mode } = subject;
    const rounds = bench.roundsFor({ client, scenario, mode, oracle: undefined, onStage: log.stage });
    const known = { subject, releases, catalogue, rounds, rule, nights, retries, today };
    return new Watch({ ...known, onRound: (...round) => log.round(subject, ...round) });
  });
}

/** The release up to which all is found out. */
const watermarkOf = ({ key }: Subject) => `watermark ${key}`;

/**
 * Notes how far a whole night has come: up to the newest release with a verdict that can be run again, but not beyond a change that
 * is not told. A night that was ended before this starts again where the one before it had come to.
 * @param held changes that were held back
 * @param releases the oldest first
 */
function raiseWatermark(
  nights: NightLedger,
  watch: Watch,
  held: readonly SeenChange[],
  releases: readonly NightRelease[],
): void {
  const untold = new Set(held.map(nameOf));
  const open = watch.changes().find((change) => !change.isConfirmed || untold.has(nameOf(change)));
  // One that may not be run again is nothing to compare the next one with.
  const isThere = ({ version, isUnpublished }: NightRelease) =>
    !isUnpublished && !watch.doubtful.has(version);
  const newest = releases.findLast(
    (release) => isRunnable(release) && isThere(release) && watch.isClear(release),
  );
  // A release that is due by its date alone, before others that are not, is so again: no mark is needed for it.
  const tail = releases.findLastIndex(({ isDue }) => !isDue) + 1;
  const place = releases.findIndex(({ version }) => version === open?.before);
  const reached = (open ? releases[Math.max(place, tail)] : newest)?.version;
  if (reached !== undefined) nights.noteFinished(watermarkOf(watch.subject), reached);
}

/** Whether another night would find something to do, if nothing is published until then. Counts this one. */
function isWaiting(
  night: ClientNight,
  releases: readonly NightRelease[],
  { ledger: { nights }, retries, today, target }: ClientWorld,
): boolean {
  /** Counts one more night of waiting for each; whether there is one that is still waited for. */
  const waitFor = (name: string, missing: readonly (readonly [version: string, reason: string])[]) => {
    const before = new Map(nights.skips(name).map((skip) => [skip.version, skip.nights]));
    const open = missing.filter(([version]) => (before.get(version) ?? 0) < retries);
    for (const [version, reason] of open)
      nights.noteSkip(name, { version, question: '', reason, day: today });
    return open.length > 0;
  };
  // A release without an executable may get one: platform packages are published one after the other.
  const absent = releases.flatMap(({ version, missing, isUnpublished }) =>
    missing === null || isUnpublished ? [] : [[version, missing] as const],
  );
  const client = night.watches[0]?.subject.client.id ?? '';
  const waits = [
    waitFor(`${client} ${target}`, absent),
    // The tarball of a side of a change may be there again.
    ...night.watches.map(({ subject, doubtful }) =>
      waitFor(
        `${subject.key} again`,
        [...doubtful].map((version) => [version, 'could not be run again']),
      ),
    ),
  ];
  const isUnsure = night.watches.some((watch) => watch.changes().some(({ isConfirmed }) => !isConfirmed));
  return waits.includes(true) || isUnsure || night.isOpenTomorrow;
}
