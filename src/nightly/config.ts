/** What the nightly job is told to do: the form of `mcp-bisect.config.{mjs,json}`, and what it comes to. */
import { z } from 'zod';
import { clients } from '../clients/index.js';
import { DEFAULT_CLIENT } from '../settings.js';
import { BisectError } from '../errors.js';
import { scenarios } from '../scenarios/index.js';

const text = z.string().trim().min(1);
const mode = z.enum(['headless', 'interactive']);
const count = (least: number, most: number) => z.int().min(least).max(most);

/** What may be said for all clients together, and otherwise for one of them. */
const SELECTION = {
  /** From which release on: a version (published or not), a dist-tag, or a day. Without it the newest `releases`. */
  since: text.optional(),
  /** How many of the newest releases, where `since` is not given; and every one since the last that was tested. */
  releases: count(1, 1000).optional(),
  /** `all`: every new release. `until-known`: the newest, and more only where its verdict is not that of the one before. */
  test: z.enum(['all', 'until-known']).optional(),
  /** Built-in scenarios by name, and files of your own, relative to the folder of this file. */
  scenarios: z.array(text).min(1).optional(),
  modes: z.array(mode).min(1).optional(),
  /** Count prereleases as releases. */
  includePrereleases: z.boolean().optional(),
};

const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

const github = z.strictObject({
  /** `owner/name`; left out: GITHUB_REPOSITORY of the environment. The token is GITHUB_TOKEN, or GH_TOKEN. */
  repository: z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, 'must be "owner/name"')
    .optional(),
  labels: z.array(text).optional(),
  /** Close the issue of a regression once it is fixed. */
  closeFixed: z.boolean().optional(),
  /** Of GitHub Enterprise: `https://<host>/api/v3`; left out: GITHUB_API_URL, or github.com's. */
  apiUrl: httpUrl.optional(),
});

const webhook = z
  .strictObject({
    url: httpUrl.optional(),
    /** Name of an environment variable that holds the address, where that is a secret. */
    urlEnv: text.optional(),
    headers: z.record(text, z.string()).optional(),
    /** Name of an environment variable whose value signs the body (HMAC-SHA256). */
    secretEnv: text.optional(),
  })
  .refine(
    ({ url, urlEnv }) => (url === undefined) !== (urlEnv === undefined),
    'needs either "url" or "urlEnv"',
  );

const CONFIG = z.strictObject({
  ...SELECTION,
  /** Where tables, evidence and reports go, relative to the folder of this file. */
  output: text.optional(),
  /** On how many nights a release without a verdict is tried. */
  retries: count(1, 1000).optional(),
  /** How many more rounds both sides of a change are run before it is news. */
  confirm: count(0, 20).optional(),
  clients: z
    .array(z.strictObject({ client: text, ...SELECTION }))
    .min(1)
    .optional(),
  notify: z
    .strictObject({
      /** As `--on-change`. */
      command: text.optional(),
      github: z.union([z.literal(true), github]).optional(),
      webhooks: z.array(webhook).optional(),
    })
    .optional(),
});

/** What a configuration file holds; everything may be left out. */
export type NightlyConfig = z.input<typeof CONFIG>;

export type TestWhich = 'all' | 'until-known';

/** What is asked of one client, with nothing left open. */
export interface ClientPlan {
  readonly client: string;
  readonly since: string | undefined;
  readonly releases: number;
  readonly test: TestWhich;
  readonly scenarios: readonly string[];
  readonly modes: readonly z.infer<typeof mode>[];
  readonly includePrereleases: boolean;
}

export interface NightlyPlan {
  readonly output: string;
  readonly retries: number;
  readonly confirm: number | undefined;
  readonly clients: readonly ClientPlan[];
  readonly notify: NonNullable<NightlyConfig['notify']>;
}

/** What the command line says over the file; what is undefined leaves it as it is. */
export interface Overrides {
  readonly client?: string | undefined;
  readonly scenarios?: readonly string[] | undefined;
  readonly mode?: z.infer<typeof mode> | undefined;
  readonly since?: string | undefined;
  readonly releases?: number | undefined;
  readonly test?: TestWhich | undefined;
  readonly includePrereleases?: boolean | undefined;
  readonly output?: string | undefined;
  readonly confirm?: number | undefined;
  readonly onChange?: string | undefined;
}

const DEFAULT_OUTPUT = 'nightly';
const DEFAULT_RELEASES = 12;
const DEFAULT_RETRIES = 7;

/**
 * Checks a configuration field by field.
 * @param name what the user calls it: the file's path
 * @throws BisectError `BAD_CONFIG`, which names every field that is wrong
 */
export function parseConfig(value: unknown, name: string): NightlyConfig {
  const read = CONFIG.safeParse(value);
  const problems = read.success ? clientProblems(read.data) : read.error.issues.map(describe);
  if (read.success && problems.length === 0) return read.data;
  throw new BisectError('BAD_CONFIG', `${name}: ${problems.join('; ')}`, {
    hint: 'docs/nightly.md lists every field',
    facts: { file: name, problems },
  });
}

function describe({ path, message }: z.core.$ZodIssue): string {
  const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return field === '' ? message : `${field.replace(/^\./, '')}: ${message}`;
}

function clientProblems({ clients: named = [] }: NightlyConfig): string[] {
  const ids = named.map(({ client }) => client);
  const known = clients.map(({ id }) => id);
  return ids.flatMap((id, index) => [
    ...(known.includes(id)
      ? []
      : [`clients[${index}].client: unknown client "${id}", of ${known.join(', ')}`]),
    ...(ids.indexOf(id) < index ? [`clients[${index}].client: "${id}" is there twice`] : []),
  ]);
}

/** The configuration with the command line's word over it, and with defaults. */
export function planFrom(config: NightlyConfig, said: Overrides): NightlyPlan {
  const { output = DEFAULT_OUTPUT, retries = DEFAULT_RETRIES, confirm, notify = {} } = config;
  const named = config.clients ?? [{ client: DEFAULT_CLIENT }];
  const asked =
    said.client === undefined ? named : [named.find(isClient(said.client)) ?? { client: said.client }];
  return {
    output: said.output ?? output,
    retries,
    confirm: said.confirm ?? confirm,
    clients: asked.map((own) => clientPlan({ ...config, ...defined(own) }, own.client, said)),
    notify: said.onChange === undefined ? notify : { ...notify, command: said.onChange },
  };
}

const isClient =
  (id: string) =>
  ({ client }: { readonly client: string }) =>
    client === id;

type Selection = Pick<NightlyConfig, keyof typeof SELECTION>;

function clientPlan(chosen: Selection, client: string, said: Overrides): ClientPlan {
  return {
    client,
    since: said.since ?? (said.releases === undefined ? chosen.since : undefined),
    releases: said.releases ?? chosen.releases ?? DEFAULT_RELEASES,
    test: said.test ?? chosen.test ?? 'all',
    scenarios: unique(said.scenarios ?? chosen.scenarios ?? scenarios.map(({ id }) => id)),
    modes: unique(said.mode === undefined ? (chosen.modes ?? ['headless']) : [said.mode]),
    includePrereleases: said.includePrereleases ?? chosen.includePrereleases ?? false,
  };
}

const unique = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)];

/** Without fields that are there and undefined: they would hide those of the whole. */
const defined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Value;
