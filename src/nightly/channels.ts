/** Where people are told: from the configuration, and the secrets of the environment, to the ways of telling them. */
import { BisectError } from '../errors.js';
import { commandChannel, type CommandSettings } from '../notify/command.js';
import { githubChannel, type GithubSettings } from '../notify/github.js';
import type { Channel } from '../notify/message.js';
import { addressOf, givenHeaders, webhookChannel, type WebhookSettings } from '../notify/webhook.js';
import type { NightlyPlan } from './config.js';

/** What channels are made of, as one JSON value: it is given to the process that does the telling, secrets and all. */
export type ChannelSettings =
  | ({ readonly kind: 'command' } & Pick<CommandSettings, 'command' | 'cwd'>)
  | ({ readonly kind: 'github' } & Omit<GithubSettings, 'patience' | 'wait'>)
  | ({ readonly kind: 'webhook' } & Omit<WebhookSettings, 'patience' | 'wait'>);

/** @param env of a command */
export function channelOf(settings: ChannelSettings, env: NodeJS.ProcessEnv): Channel {
  switch (settings.kind) {
    case 'command':
      return commandChannel({ ...settings, env });
    case 'github':
      return githubChannel(settings);
    case 'webhook':
      return webhookChannel(settings);
  }
}

/** The names of the channels in the ledger. */
export const channelKeys = (settings: readonly ChannelSettings[]): string[] =>
  settings.map((one) => channelOf(one, {}).key);

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
  const repository = config.repository || env['GITHUB_REPOSITORY'] || '';
  const token = (env['GITHUB_TOKEN'] || env['GH_TOKEN'] || '').trim();
  const apiUrl = config.apiUrl || env['GITHUB_API_URL'] || undefined;
  const problems: [isThere: boolean, said: string, hint: string][] = [
    [repository === '', 'no repository is named', 'name it as "owner/name" in "repository"'],
    [
      !/^[\w.-]+\/[\w.-]+$/.test(repository),
      `GITHUB_REPOSITORY is no repository: ${repository}`,
      'name it as "owner/name" in "repository"',
    ],
    [
      token === '',
      `there is no token for ${repository}`,
      'set GITHUB_TOKEN to one that may write issues there',
    ],
    [
      !/^[\x21-\x7E]+$/.test(token),
      'the token has characters that no token has',
      'check GITHUB_TOKEN for line breaks and blanks',
    ],
    [
      !/^https?:\/\//.test(apiUrl ?? 'https://'),
      'GITHUB_API_URL is not an http(s) URL',
      'it ends with /api/v3 on a GitHub Enterprise Server; or give it as "apiUrl"',
    ],
  ];
  for (const [isThere, said, hint] of problems) if (isThere) throw badConfig(`notify.github: ${said}`, hint);
  return { kind: 'github', ...config, repository, token, apiUrl };
}

type WebhookConfig = NonNullable<NightlyPlan['notify']['webhooks']>[number];

function webhookSettings(
  { url, urlEnv = '', headers, secretEnv }: WebhookConfig,
  env: Environment,
  field: string,
): ChannelSettings {
  const given = url ?? required(urlEnv, `${field}.urlEnv`, env);
  const secret = secretEnv === undefined ? undefined : required(secretEnv, `${field}.secretEnv`, env);
  const address = usable(url === undefined ? `${field}.urlEnv: ${urlEnv}` : `${field}.url`, () => {
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
    const { message, hint } = error as BisectError;
    throw badConfig(`${field}: ${message}`, hint ?? '');
  }
}

const badConfig = (message: string, hint: string) => new BisectError('BAD_CONFIG', message, { hint });
