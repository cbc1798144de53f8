/** What the nightly job is told to do: `mcp-bisect.config.{mjs,json}`, its form, and what it comes to. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { clients } from '../clients/index.js';
import { BisectError, systemCode } from '../errors.js';
import { scenarios } from '../scenarios/index.js';
import { DEFAULT_CLIENT } from '../settings.js';

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

const IDS = clients.map(({ id }) => id);

const client = z.strictObject({
  client: text.refine((id) => IDS.includes(id), {
    error: ({ input }) => `unknown client "${String(input)}", of ${IDS.join(', ')}`,
  }),
  ...SELECTION,
});

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
    .array(client)
    .min(1)
    .superRefine((all, context) => {
      for (const [index, { client: id }] of all.entries())
        if (all.findIndex((one) => one.client === id) < index)
          context.addIssue({ code: 'custom', path: [index, 'client'], message: `"${id}" is there twice` });
    })
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

type Selection = Pick<NightlyConfig, keyof typeof SELECTION>;

/** What is asked of one client, with nothing left open. */
export type ClientPlan = { readonly client: string; readonly since: string | undefined } & {
  readonly [Field in Exclude<keyof Selection, 'since'>]-?: Exclude<Selection[Field], undefined>;
};

export interface NightlyPlan {
  readonly output: string;
  readonly retries: number;
  readonly confirm: number | undefined;
  readonly clients: readonly ClientPlan[];
  readonly notify: NonNullable<NightlyConfig['notify']>;
}

/** What the command line says over the file; what is undefined leaves it as it is. */
export interface Overrides extends Omit<Selection, 'modes' | 'scenarios'> {
  readonly client?: string | undefined;
  readonly scenarios?: readonly string[] | undefined;
  readonly mode?: z.infer<typeof mode> | undefined;
  readonly output?: string | undefined;
  readonly confirm?: number | undefined;
  readonly onChange?: string | undefined;
}

const DEFAULTS: Omit<ClientPlan, 'client'> = {
  since: undefined,
  releases: 12,
  test: 'all',
  scenarios: scenarios.map(({ id }) => id),
  modes: ['headless'],
  includePrereleases: false,
};

/** The configuration with the command line's word over it, and with defaults. */
export function planFrom(config: NightlyConfig, said: Overrides): NightlyPlan {
  const { output = 'nightly', retries = 7, confirm, notify = {} } = config;
  const named = config.clients ?? [{ client: DEFAULT_CLIENT }];
  const isAsked = ({ client: id }: { readonly client: string }) => id === said.client;
  const asked = said.client === undefined ? named : [named.find(isAsked) ?? { client: said.client }];
  // How many of the newest is another beginning than the one that is configured.
  const from = said.releases === undefined ? {} : { since: undefined };
  const word = { ...said, modes: said.mode && [said.mode] };
  return {
    output: said.output ?? output,
    retries,
    confirm: said.confirm ?? confirm,
    clients: asked.map((own) => {
      const chosen = { ...DEFAULTS, ...selected(config), ...selected(own), ...from, ...selected(word) };
      const [asks, modes] = [[...new Set(chosen.scenarios)], [...new Set(chosen.modes)]];
      return { ...chosen, client: own.client, scenarios: asks, modes };
    }),
    notify: said.onChange === undefined ? notify : { ...notify, command: said.onChange },
  };
}

/** The fields of a selection that are said: one that is there and undefined would hide that of the whole. */
const selected = (all: object): Partial<Omit<ClientPlan, 'client'>> =>
  Object.fromEntries(
    Object.entries(all).filter(([field, value]) => field in SELECTION && value !== undefined),
  );

/**
 * Checks a configuration field by field.
 * @param file what the user calls it: its path
 * @throws BisectError `BAD_CONFIG`, which names every field that is wrong
 */
export function parseConfig(value: unknown, file: string): NightlyConfig {
  const read = CONFIG.safeParse(value);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message }) => {
    const field = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
    return field === '' ? message : `${field.replace(/^\./, '')}: ${message}`;
  });
  throw new BisectError('BAD_CONFIG', `${file}: ${problems.join('; ')}`, {
    hint: 'docs/nightly.md lists every field',
    facts: { file, problems },
  });
}

const NAMES = ['mcp-bisect.config.mjs', 'mcp-bisect.config.json'];

export interface FoundConfig {
  readonly config: NightlyConfig;
  /** Absolute path; null where there is none. */
  readonly file: string | null;
  /** Where the paths in it begin: its folder, or `cwd`. */
  readonly folder: string;
}

/**
 * Reads the configuration.
 * @param path as the user named it, relative to `cwd`; undefined: one of the usual names in `cwd`, if there is one
 * @throws BisectError `BAD_CONFIG`
 */
export async function findConfig(path: string | undefined, cwd: string): Promise<FoundConfig> {
  const there = NAMES.map((name) => join(cwd, name)).filter((candidate) => existsSync(candidate));
  if (path === undefined && there.length > 1)
    throw badConfig(`${there.join(' and ')} are both there`, 'keep one of them, or name it with --config');
  const file = path === undefined ? there[0] : resolve(cwd, path);
  if (file === undefined) return { config: {}, file: null, folder: cwd };
  return { config: parseConfig(await valueIn(file), file), file, folder: dirname(file) };
}

async function valueIn(file: string): Promise<unknown> {
  const source = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw badConfig(
      `${file} cannot be read (${systemCode(cause) ?? 'unknown error'})`,
      'check --config',
      cause,
    );
  });
  const isJson = extname(file) === '.json';
  try {
    if (isJson) return JSON.parse(source.replace(/^\uFEFF/, ''));
    const { default: config } = (await import(pathToFileURL(file).href)) as { default?: unknown };
    if (config !== undefined) return config;
  } catch (cause) {
    const why = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];
    throw isJson
      ? badConfig(`${file} is not JSON: ${why}`, 'check its commas and quotes', cause)
      : badConfig(`${file} cannot be loaded: ${why}`, 'run it with "node" to see where', cause);
  }
  throw badConfig(`${file} has no default export`, 'write "export default { … }"');
}

const badConfig = (message: string, hint: string, cause?: unknown) =>
  new BisectError('BAD_CONFIG', message, { hint, ...(cause === undefined ? {} : { cause }) });
