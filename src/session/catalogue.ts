/** What is published: the releases of a client for one platform, with what the registry had to be asked for. */
import type { Client } from '../clients/client.js';
import { BisectError } from '../errors.js';
import { loadNpmOptions, type NpmOptions } from '../registry/npm-config.js';
import { fetchPackument, type Validators } from '../registry/packument.js';
import type { Target } from '../registry/platform.js';
import { listReleases, packagesToFetch, type Release } from '../registry/releases.js';

export interface CatalogueOptions {
  readonly client: Client;
  readonly target: Target;
  readonly cacheDir: string;
  readonly registry: string | undefined;
  readonly offline: boolean;
  readonly includePrereleases: boolean;
  /** Bounds as typed: prereleases that they name are listed in any case. */
  readonly bounds?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Have the registry vouch for every answer, also where it said that the last one is good for a while; no older one serves. */
  readonly vouched?: boolean;
  /** Ends the asking. */
  readonly signal?: AbortSignal;
  /** Told what the registry wants to be waited for, now or for a tarball. */
  readonly onWait?: NpmOptions['onWait'];
}

export interface Catalogue {
  /** In order of version, prereleases among them only if asked for. */
  readonly releases: readonly Release[];
  readonly distTags: Readonly<Record<string, string>>;
  /** Said when the registry could not be asked and an older answer serves. */
  readonly notes: readonly string[];
  readonly npm: NpmOptions;
  /** With what the client's own packument came. */
  readonly validators: Validators;
}

/**
 * Asks the registry for the client's package and the platform packages that its releases name.
 * @throws BisectError of the registry; the reason of `signal`
 */
export async function loadCatalogue(options: CatalogueOptions): Promise<Catalogue> {
  const { client, target, includePrereleases, signal } = options;
  const settings = await loadNpmOptions(options);
  const npm: NpmOptions = options.vouched
    ? { ...settings, preferOffline: false, preferOnline: true }
    : settings;
  const locate = (manifest: Parameters<Client['locate']>[0]) => client.locate(manifest, target);
  const main = await fetchPackument(client.package, npm, signal);
  const others = await Promise.all(
    packagesToFetch(main.packument, locate).map((name) => fetchPackument(name, npm, signal)),
  );
  const platformPackuments = new Map(others.map(({ packument }) => [packument.name, packument]));
  const notes = [main, ...others].flatMap(({ fromCache }) => fromCache?.reason ?? []);
  if (options.vouched && notes[0] !== undefined) throw notFresh(client.package, notes[0]);
  const query = { packument: main.packument, locate, platformPackuments, includePrereleases };
  return {
    releases: listReleases({ ...query, keep: options.bounds ?? [] }),
    distTags: main.packument['dist-tags'],
    notes: [...new Set(notes)],
    npm,
    validators: main.validators,
  };
}

const notFresh = (name: string, reason: string) =>
  new BisectError(
    'REGISTRY_UNREACHABLE',
    `whether there are new releases of ${name} is not known: ${reason}`,
    {
      hint: 'run it again when the registry answers, or name another one with --registry',
      facts: { package: name },
    },
  );
