/** `releases`, `scenarios`, `clients`: what there is. */
import { clientById, clients } from '../clients/index.js';
import type { Release } from '../registry/releases.js';
import { releasedText } from '../report/words.js';
import { printable } from '../report/text.js';
import { scenarios } from '../scenarios/index.js';
import { loadCatalogue } from '../session/catalogue.js';
import type { Typed } from './commands.js';
import { columnsText, printResult, progressOn } from './console.js';
import { cacheDirFor, targetFor, type Context } from './context.js';

/** Every published release, in order, and whether it can be tested on the platform. */
export async function releases(request: Typed<'releases'>, context: Context): Promise<number> {
  const progress = await progressOn(context.console, request.quiet);
  const client = clientById(request.client);
  const target = targetFor(request.platform);
  const { console, cwd, signal } = context;
  const { registry, offline, includePrereleases } = request;
  const catalogue = await loadCatalogue({
    client,
    target,
    registry,
    offline,
    includePrereleases,
    cwd,
    signal,
    env: console.env,
    cacheDir: cacheDirFor(request),
    onWait: (what) => progress.note(what),
  });
  for (const note of catalogue.notes) progress.note(note);
  const { distTags } = catalogue;
  const document = {
    client: client.id,
    package: client.package,
    platform: target,
    distTags,
    releases: catalogue.releases.map(releaseDocument),
  };
  printResult(console, request.json, document, () => {
    const tags = new Map(Object.entries(distTags).map(([tag, version]) => [version, tag]));
    const rows = catalogue.releases.map((release) => releaseCells(release, tags.get(release.version)));
    return columnsText(console, ['Version', 'Released (UTC)', 'Runs as', 'Package'], rows);
  });
  return 0;
}

function releaseDocument({ source, ...release }: Release) {
  const { version, publishedAt, timeDoubtful, prerelease, deprecated, missing } = release;
  const { package: name = null, runner = null, integrity = null } = source ?? {};
  const said = { version, publishedAt, timeDoubtful, prerelease, deprecated, missing };
  return { ...said, package: name, runner, integrity };
}

function releaseCells(release: Release, tag: string | undefined): string[] {
  const { version, source, missing, deprecated } = release;
  const runs = source ? { native: 'executable', node: 'node' }[source.runner] : 'not testable';
  const notes = [source?.package ?? missing ?? '', tag && `(${tag})`, deprecated && 'deprecated'].filter(
    Boolean,
  );
  return [version, releasedText(release), runs, printable(notes.join(' '))];
}

/** The built-in scenarios with their arms. */
export async function listScenarios(request: Typed, { console }: Context): Promise<number> {
  const described = scenarios.map(({ id, title, issue, spec, expected = '', arms }) => {
    const asked = arms.map((arm) => ({ id: arm.id, title: arm.title, control: arm.control }));
    return { id, title, issue, spec, expected, arms: asked };
  });
  printResult(console, request.json, { scenarios: described }, () =>
    described
      .map(({ id, title, issue, spec, arms }) => {
        const titles = `arms: ${arms.map((arm) => arm.title).join(', ')}`;
        return [id, title, issue, spec, titles].join('\n  ');
      })
      .join('\n\n'),
  );
  return 0;
}

/** The clients that are known. */
export async function listClients(request: Typed, { console }: Context): Promise<number> {
  const described = clients.map(({ id, title, package: name, modelApi }) => {
    return { id, title, package: name, modelApi };
  });
  printResult(console, request.json, { clients: described }, () => {
    const rows = described.map((client) => [client.id, client.title, client.package]);
    return columnsText(console, ['Client', 'Title', 'Package'], rows);
  });
  return 0;
}
