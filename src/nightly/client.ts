/** One client's part of a night: from the registry's answer to the changes that are news. */
import { loadCatalogue, type Catalogue, type CatalogueOptions } from '../session/catalogue.js';
import type { Client } from '../clients/client.js';
import type { BisectError } from '../errors.js';
import type { Validators } from '../registry/packument.js';
import type { Target } from '../registry/platform.js';
import type { Isolation } from '../sandbox/steps.js';
import type { openWorkbench, Workbench, WorkbenchOptions } from '../session/session.js';
import { ClientNight } from './client-night.js';
import type { ClientPlan } from './config.js';
import type { NightLog } from './log.js';
import type { RunMaker } from './news-run.js';
import { noteNews } from './noting.js';
import { isComplete, raiseWatermark, watermarksOf } from './progress-kept.js';
import type { Subject } from './subject.js';
import type { Watch } from './watch.js';
import { mergeReleases, windowOf, type NightRelease } from './window.js';

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
  readonly isolation: Isolation;
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
  const { plan, client } = question;
  const { includePrereleases } = plan;
  const catalogue = await loadCatalogue({
    ...world,
    client,
    includePrereleases,
    offline: false,
    vouched: true,
    signal,
    onWait: (note) => world.log.say('note', { note }),
  });
  const bench = await world.openWorkbench(world, catalogue);
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
  const { ledger, log, maker, retries, target, today, channels } = world;
  const { nights } = ledger;
  const { catalogue, isolation, notes } = bench;
  for (const note of notes) log.say('note', { note });
  const releases = releasesFor(question, catalogue, world);
  remember(releases, question, catalogue, world);
  const { rule } = maker;
  const night = new ClientNight(bench, {
    subjects,
    releases,
    test: plan.test,
    retries,
    rule,
    ledger,
    log,
    today,
  });
  await night.run(signal);
  const context = { ledger, releases: catalogue.releases, maker: { ...maker, isolation }, channels, log };
  let held = 0;
  for (const watch of night.watches) {
    const kept = await noteNews(watch, context, signal);
    held += kept.length;
    if (night.failures.length === 0) raiseWatermark(nights, watch, kept, releases);
  }
  return {
    client,
    watches: night.watches,
    releases,
    validators: catalogue.validators,
    isolation,
    notes,
    downloads: night.downloads,
    cacheHits: night.cacheHits,
    failures: night.failures,
    isComplete: isComplete({ night, releases, held, nights, retries, name: `${client.id} ${target}`, today }),
  };
}

function releasesFor(
  { client, subjects, plan }: ClientQuestion,
  { releases, distTags }: Catalogue,
  { ledger: { nights }, target }: ClientWorld,
): readonly NightRelease[] {
  const all = mergeReleases(releases, nights.releases(client.id, target), plan.includePrereleases);
  return windowOf(all, { ...plan, watermarks: watermarksOf(nights, subjects) }, distTags);
}

/** What is published of the window; where an executable was is not forgotten when it is gone. */
function remember(
  releases: readonly NightRelease[],
  { client }: ClientQuestion,
  catalogue: Catalogue,
  { ledger: { nights }, target }: ClientWorld,
): void {
  const inWindow = new Map(releases.map(({ version, isUnpublished }) => [version, isUnpublished]));
  const published = catalogue.releases.filter(({ version }) => inWindow.get(version) === false);
  nights.rememberReleases(client.id, target, published);
}
