/** One client's part of a night: from the registry's answer to the changes that are news. */
import { loadCatalogue, type Catalogue, type CatalogueOptions } from '../catalogue.js';
import type { Client } from '../clients/client.js';
import type { Ledger } from '../ledger.js';
import { loadNpmOptions } from '../registry/npm-config.js';
import { isUnchanged, type Validators } from '../registry/packument.js';
import type { Target } from '../registry/platform.js';
import { reportOf } from '../report/report-of.js';
import { redactRun } from '../report/redact.js';
import type { Isolation } from '../sandbox/isolation.js';
import { openWorkbench, type Workbench, type WorkbenchOptions } from '../workbench.js';
import { ClientNight } from './client-night.js';
import type { ClientPlan } from './config.js';
import type { NightLog } from './log.js';
import { messageOf } from './message-of.js';
import { newsAmong, type News } from './news.js';
import { runOnChange, type RunMaker } from './news-run.js';
import type { Subject } from './subject.js';
import type { Watch } from './watch.js';
import { isRunnable, mergeReleases, windowOf, type SeenRelease } from './window.js';

/** What is asked of one client, looked up. */
export interface ClientQuestion {
  readonly plan: ClientPlan;
  readonly client: Client;
  readonly subjects: readonly Subject[];
}

/** What the world has to offer. */
export interface ClientWorld
  extends Omit<WorkbenchOptions, 'target'>, Pick<CatalogueOptions, 'registry' | 'env' | 'cwd'> {
  readonly target: Target;
  readonly retries: number;
  readonly maker: Omit<RunMaker, 'isolation'>;
  /** Where what is found is to be told: keys of channels. */
  readonly channels: readonly string[];
  readonly log: NightLog;
}

export interface ClientAnswer {
  readonly client: Client;
  readonly watches: readonly Watch[];
  /** The releases of the night, the oldest first. */
  readonly releases: readonly SeenRelease[];
  /** With what the packument came that it rests on. */
  readonly validators: Validators;
  readonly isolation: Isolation;
  readonly notes: readonly string[];
  readonly downloads: number;
  /** Executables that were needed and there already. */
  readonly cacheHits: number;
  /** Whether another night would find nothing to do, if nothing is published until then. */
  readonly isComplete: boolean;
}

/**
 * Whether the registry has nothing that it had not on the night before: one conditional request.
 * @throws BisectError of the registry; the reason of `signal`
 */
export async function hasNothingNew(
  { client }: ClientQuestion,
  validators: Validators,
  world: ClientWorld,
  signal: AbortSignal,
): Promise<boolean> {
  const npm = await loadNpmOptions({ ...world, offline: false });
  return isUnchanged(client.package, validators, npm, signal);
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
  const { plan, client } = question;
  const { includePrereleases } = plan;
  const catalogue = await loadCatalogue({
    ...world,
    client,
    includePrereleases,
    offline: false,
    fresh: true,
    signal,
  });
  const bench = await openWorkbench(world, catalogue);
  try {
    return await answerOn(bench, question, world, signal);
  } finally {
    await bench.close();
  }
}

async function answerOn(
  bench: Workbench,
  question: ClientQuestion,
  world: ClientWorld,
  signal: AbortSignal,
): Promise<ClientAnswer> {
  const { client, subjects, plan } = question;
  const { ledger, retries, log, maker } = world;
  const { catalogue, isolation, notes } = bench;
  for (const note of notes) log.say('note', { note });
  const releases = releasesFor(question, bench, world);
  const inWindow = new Set(releases.map(({ version }) => version));
  const published = catalogue.releases.filter(({ version }) => inWindow.has(version));
  ledger.nights.rememberReleases(client.id, world.target, published);
  const night = new ClientNight(bench, {
    subjects,
    releases,
    test: plan.test,
    retries,
    rule: maker.rule,
    ledger,
    log,
  });
  await night.run(signal);
  for (const watch of night.watches) await noteNews(watch, catalogue, { ...maker, isolation }, world, signal);
  return {
    client,
    watches: night.watches,
    releases,
    validators: catalogue.validators,
    isolation,
    notes,
    downloads: night.downloads,
    cacheHits: night.cacheHits,
    isComplete: isComplete(question, releases, night, world),
  };
}

function releasesFor(
  { client, subjects, plan }: ClientQuestion,
  { catalogue, examinerFor }: Workbench,
  { ledger, target }: ClientWorld,
): readonly SeenRelease[] {
  const remembered = ledger.nights.releases(client.id, target);
  const all = mergeReleases(catalogue.releases, remembered, plan.includePrereleases);
  const examiners = subjects.map(({ scenario, mode }) =>
    examinerFor({ client, scenario, mode, oracle: false, onStage: () => {} }),
  );
  const isKnown = (release: SeenRelease) =>
    isRunnable(release) && examiners.some((examiner) => examiner.recall(release).length > 0);
  return windowOf(all, { ...plan, isKnown }, catalogue.distTags);
}

/** Writes what is news into the ledger, from where it will be told whatever happens. */
async function noteNews(
  watch: Watch,
  { releases }: Catalogue,
  maker: RunMaker,
  { ledger, channels, log }: ClientWorld,
  signal: AbortSignal,
): Promise<void> {
  const { subject } = watch;
  const published = new Map(releases.map((release) => [release.version, release]));
  const told = ledger.nights.changes(subject.key);
  for (const news of newsAmong(subject.key, watch.changes(), told, (version) => published.has(version))) {
    const run = await runOnChange(watch, news.change, maker, signal);
    if (!run) {
      log.change(subject, { ...news.change, isNews: false });
      continue;
    }
    ledger.keep(run);
    const report = reportOf(redactRun(run), subject.client);
    const message = messageOf(news, subject, report, published.get(news.change.after)?.publishedAt ?? null);
    addNews(ledger, subject, news, { message, run: run.id, channels });
    log.say('news', { id: news.id, kind: news.kind, subject: subject.key, title: message.title });
  }
}

function addNews(
  { nights }: Ledger,
  { key }: Subject,
  { id, kind, about, change: { direction, before, after } }: News,
  rest: Pick<Parameters<Ledger['nights']['addChange']>[0], 'message' | 'run' | 'channels'>,
): void {
  nights.addChange({ id, subject: key, kind, direction, before, after, about, ...rest });
}

/**
 * A release without an executable may get one: platform packages are published one after the other. It is looked for as often as one
 * without a verdict is tried.
 */
function isComplete(
  { client }: ClientQuestion,
  releases: readonly SeenRelease[],
  { isOpenTomorrow }: ClientNight,
  { ledger: { nights }, target, retries }: ClientWorld,
): boolean {
  const name = `${client.id} ${target}`;
  const before = new Map(nights.skips(name).map((skip) => [skip.version, skip.nights]));
  const published = releases.filter(({ isUnpublished }) => !isUnpublished);
  const absent = published.filter(
    ({ version, missing }) => missing !== null && (before.get(version) ?? 0) < retries,
  );
  for (const { version, missing } of absent)
    nights.noteSkip(name, { version, question: '', reason: missing ?? '' });
  return absent.length === 0 && !isOpenTomorrow;
}
