/** From the configuration, and the secrets of the environment, to what the ways of telling people are made of. */
import { BisectError } from '../errors.js';
import { commandKey, githubKey, webhookKey } from '../notify/keys.js';
import { addressOf, givenHeaders } from '../notify/webhook/address.js';
import type { NightlyPlan } from './config.js';

/** What channels are made of, as one JSON value: it is given to the process that does the telling, secrets and all. */
export type ChannelSettings =
  | { readonly kind: 'command'; readonly command: string; readonly cwd: string }
  | {
      readonly kind: 'github';
      readonly repository: string;
      readonly token: string;
      readonly apiUrl?: string | undefined;
      readonly labels?: readonly string[] | undefined;
      readonly closeFixed?: boolean | undefined;
    }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      readonly secret?: string | undefined;
    };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What is to be told where. It is checked here, before anything is run: the night with something to tell would be the wrong one to
 * find out that it cannot.
 * @param cwd where a command is run
 * @throws BisectError `BAD_CONFIG`, which names the field, if the environment has not what the configuration counts on, or a channel
 *   cannot be made of it
 */
export function channelSettings(
  { command, github, webhooks = [] }: NightlyPlan['notify'],
  env: Environment,
  cwd: string,
): ChannelSettings[] {
  return [
    ...(command === undefined ? [] : [{ kind: 'command', command, cwd } as const]),
    ...(github === undefined ? [] : [githubSettings(github === true ? {} : github, env)]),
    ...webhooks.map((webhook, index) => webhookSettings(webhook, env, `notify.webhooks[${index}]`)),
  ];
}

type GithubConfig = Exclude<NonNullable<NightlyPlan['notify']['github']>, true>;

function githubSettings(config: GithubConfig, env: Environment): ChannelSettings {
  const repository = config.repository ?? env['GITHUB_REPOSITORY'];
  if (!repository)
    throw badConfig('notify.github: no repository is named', 'name it as "owner/name" in "repository"');
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw badConfig(
      `notify.github: GITHUB_REPOSITORY is no repository: ${repository}`,
      'name it as "owner/name" in "repository"',
    );
  const token = env['GITHUB_TOKEN'] || env['GH_TOKEN'];
  if (!token)
    throw badConfig(
      `notify.github: there is no token for ${repository}`,
      'set GITHUB_TOKEN to one that may write issues there',
    );
  if (!/^[\x21-\x7E]+$/.test(token.trim()))
    throw badConfig(
      'notify.github: the token has characters that no token has',
      'check GITHUB_TOKEN for line breaks and blanks',
    );
  const apiUrl = config.apiUrl ?? env['GITHUB_API_URL'];
  if (apiUrl && !/^https?:\/\//.test(apiUrl))
    throw badConfig(
      'notify.github: GITHUB_API_URL is not an http(s) URL',
      'it ends with /api/v3 on a GitHub Enterprise Server; or give it as "apiUrl"',
    );
  return { kind: 'github', ...config, repository, token, ...(apiUrl ? { apiUrl } : {}) };
}

type WebhookConfig = NonNullable<NightlyPlan['notify']['webhooks']>[number];

function webhookSettings(
  { url, urlEnv, headers, secretEnv }: WebhookConfig,
  env: Environment,
  field: string,
): ChannelSettings {
  const given = url ?? required(urlEnv ?? '', `${field}.urlEnv`, env);
  const secret = secretEnv === undefined ? undefined : required(secretEnv, `${field}.secretEnv`, env);
  const address = usable(url === undefined ? `${field}.urlEnv: ${urlEnv ?? ''}` : `${field}.url`, () => {
    const parsed = addressOf(given);
    // A name and a password in it are sent as a header.
    givenHeaders(undefined, parsed);
    return parsed;
  });
  usable(`${field}.headers`, () => givenHeaders(headers, address));
  return { kind: 'webhook', url: given, headers, secret };
}

function required(name: string, field: string, env: Environment): string {
  const value = env[name];
  if (value) return value;
  throw badConfig(`${field} names ${name}, which is not set`, `set ${name} in the environment`);
}

/** @throws BisectError `BAD_CONFIG` of the field, where `make` says that it cannot be used */
function usable<Result>(field: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof BisectError)) throw error;
    throw badConfig(`${field}: ${error.message}`, error.hint ?? 'docs/nightly.md lists every field');
  }
}

const badConfig = (message: string, hint: string) => new BisectError('BAD_CONFIG', message, { hint });

/** The names of the channels in the ledger. */
export const channelKeys = (settings: readonly ChannelSettings[]): string[] => settings.map(channelKey);

/** The name of one channel in the ledger. */
export function channelKey(settings: ChannelSettings): string {
  switch (settings.kind) {
    case 'command':
      return commandKey();
    case 'github':
      return githubKey(settings.repository);
    case 'webhook':
      return webhookKey(settings.url);
  }
}
