/** From the configuration, and the secrets of the environment, to what the ways of telling people are made of. */
import { BisectError } from '../errors.js';
import { commandKey, githubKey, webhookKey } from '../notify/keys.js';
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
 * What is to be told where.
 * @param cwd where a command is run
 * @throws BisectError `BAD_CONFIG` if the environment has not what the configuration counts on
 */
export function channelSettings(
  { command, github, webhooks = [] }: NightlyPlan['notify'],
  env: Environment,
  cwd: string,
): ChannelSettings[] {
  return [
    ...(command === undefined ? [] : [{ kind: 'command', command, cwd } as const]),
    ...(github === undefined ? [] : [githubSettings(github === true ? {} : github, env)]),
    ...webhooks.map((webhook) => webhookSettings(webhook, env)),
  ];
}

type GithubConfig = Exclude<NonNullable<NightlyPlan['notify']['github']>, true>;

function githubSettings(config: GithubConfig, env: Environment): ChannelSettings {
  const repository = config.repository ?? env['GITHUB_REPOSITORY'];
  if (!repository)
    throw badConfig('notify.github: no repository is named', 'name it as "owner/name" in "repository"');
  const token = env['GITHUB_TOKEN'] || env['GH_TOKEN'];
  if (!token)
    throw badConfig(
      `notify.github: there is no token for ${repository}`,
      'set GITHUB_TOKEN to one that may write issues there',
    );
  const apiUrl = config.apiUrl ?? env['GITHUB_API_URL'];
  return { kind: 'github', ...config, repository, token, ...(apiUrl ? { apiUrl } : {}) };
}

type WebhookConfig = NonNullable<NightlyPlan['notify']['webhooks']>[number];

function webhookSettings(
  { url, urlEnv, headers, secretEnv }: WebhookConfig,
  env: Environment,
): ChannelSettings {
  const address = url ?? required(urlEnv ?? '', 'urlEnv', env);
  const secret = secretEnv === undefined ? undefined : required(secretEnv, 'secretEnv', env);
  return { kind: 'webhook', url: address, headers, secret };
}

function required(name: string, field: string, env: Environment): string {
  const value = env[name];
  if (value) return value;
  throw badConfig(
    `notify.webhooks: ${field} names ${name}, which is not set`,
    `set ${name} in the environment`,
  );
}

const badConfig = (message: string, hint: string) => new BisectError('BAD_CONFIG', message, { hint });

/** The names of the channels in the ledger. */
export const channelKeys = (settings: readonly ChannelSettings[]): string[] =>
  settings.map((one) => {
    switch (one.kind) {
      case 'command':
        return commandKey();
      case 'github':
        return githubKey(one.repository);
      case 'webhook':
        return webhookKey(one.url);
    }
  });
