/** `releases`, `scenarios`, `clients`: what there is. */
import { clientById, clients } from '../clients/index.js';
import type { Release } from '../registry/releases.js';
import { renderColumns } from '../report/terminal.js';
import { releasedText } from '../report/words.js';
import { printable } from '../report/text.js';
import { scenarios } from '../scenarios/index.js';
import { loadCatalogue } from '../session/catalogue.js';
import type { Typed } from './commands.js';
import { coloursFor, columnsOf, print, printJson, progressOn } from './console.js';
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
  if (request.json)
    printJson(context.console, {
      schema: 1,
      client: client.id,
      package: client.package,
      platform: target,
      distTags,
      releases: catalogue.releases.map(releaseDocument),
    });
  else {
    const tags = new Map(Object.entries(distTags).map(([tag, version]) => [version, tag]));
    const rows = catalogue.releases.map((release) => releaseCells(release, tags.get(release.version)));
    const head = ['Version', 'Released (UTC)', 'Runs as', 'Package'];
    print(
      context.console,
      renderColumns(head, rows, coloursFor(context.console), columnsOf(context.console)),
    );
  }
  return 0;
}

function releaseDocument({
  version,
  publishedAt,
  timeDoubtful,
  prerelease,
  deprecated,
  source,
  missing,
}: Release) {
  return {
    version,
    publishedAt,
    timeDoubtful,
    prerelease,
    deprecated,
    missing,
    package: source?.package ?? null,
    runner: source?.runner ?? null,
    integrity: source?.integrity ?? null,
  };
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
export async function listScenarios(request: Typed, context: Context): Promise<number> {
  const described = scenarios.map(({ id, title, issue, spec, expected = '', arms }) => ({
    id,
    title,
    issue,
    spec,
    expected,
    arms: arms.map((arm) => ({ id: arm.id, title: arm.title, control: arm.control })),
  }));
  if (request.json) printJson(context.console, { schema: 1, scenarios: described });
  else
    print(
      context.console,
      described
        .map(({ id, title, issue, spec, arms }) =>
          [
            id,
            `  ${title}`,
            `  ${issue}`,
            `  ${spec}`,
            `  arms: ${arms.map((arm) => arm.title).join(', ')}`,
          ].join('\n'),
        )
        .join('\n\n'),
    );
  return 0;
}

/** The clients that are known. */
export async function listClients(request: Typed, context: Context): Promise<number> {
  const described = clients.map(({ id, title, package: name, modelApi }) => ({
    id,
    title,
    package: name,
    modelApi,
  }));
  if (request.json) printJson(context.console, { schema: 1, clients: described });
  else
    print(
      context.console,
      renderColumns(
        ['Client', 'Title', 'Package'],
        described.map((client) => [client.id, client.title, client.package]),
        coloursFor(context.console),
        columnsOf(context.console),
      ),
    );
  return 0;
}
