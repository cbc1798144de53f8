/** npm's settings as its users made them: npmrc files, `npm_config_*`, proxies; loaded by npm's own loader. */
import { dirname, join } from 'node:path';
import Config from '@npmcli/config';
import npm from '@npmcli/config/lib/definitions/index.js';
import { BisectError, systemCode } from '../errors.js';
import { packumentCacheOf } from './packument-cache.js';

/** How long a registry is waited for. */
export interface Patience {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Until an answer begins, and between two pieces of it. */
  readonly idleMs: number;
  /** For a whole packument. A tarball may take as long as it keeps coming. */
  readonly totalMs: number;
  /** Further attempts after the first; none is begun once half of `idleMs` has passed, so that silence is met once. */
  readonly retries: number;
  /** Pause before the first further attempt; each next one waits three times as long. */
  readonly retryAfterMs: number;
}

/** What the registry is spoken to with: npm's flat options (credentials included: never print it), and ours. */
export interface NpmOptions {
  readonly registry: string;
  /** Folder of the HTTP cache of packuments. */
  readonly cache: string;
  readonly offline: boolean;
  readonly patience: Patience;
  /** Proxies by the protocol of the address asked for; null where there is none. */
  readonly proxies: { readonly http: string | null; readonly https: string | null };
  readonly noProxy: string;
  /** Told what the registry wants to be waited for, and how long. */
  readonly onWait?: ((what: string) => void) | undefined;
  /** Whose tarball addresses are rewritten to the configured registry: see `tarballUrl`. */
  readonly replaceRegistryHost: string;
  readonly [option: string]: unknown;
}

export interface NpmOptionsRequest {
  /** Overrides every configured default registry, as npm's own `--registry` does; scoped registries stay. */
  readonly registry?: string | undefined;
  /** The tool's cache directory: packuments are kept in `npm` below it, not in the user's npm cache. */
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the project's npmrc is looked for. */
  readonly cwd: string;
  readonly offline: boolean;
  readonly patience?: Partial<Patience> | undefined;
  readonly onWait?: NpmOptions['onWait'];
}

const PATIENCE: Patience = {
  connectMs: 5000,
  idleMs: 10_000,
  totalMs: 30_000,
  retries: 2,
  retryAfterMs: 250,
};

/**
 * Loads npm's settings for this project, user and machine.
 * @throws BisectError `BAD_OPTION` when `registry` is no http(s) address, a proxy is none that can be spoken to, or the npmrc has
 * credentials in a form that npm refuses too
 */
export async function loadNpmOptions(request: NpmOptionsRequest): Promise<NpmOptions> {
  const config = await loadConfig(request);
  const { flat } = config;
  const { registry, credentials } = splitCredentials(request.registry ?? String(flat['registry']));
  return {
    ...flat,
    ...credentials,
    registry,
    cache: packumentCacheOf(request.cacheDir),
    offline: request.offline || flat['offline'] === true,
    patience: { ...PATIENCE, ...configuredPatience(config), ...request.patience },
    onWait: request.onWait,
    proxies: proxies(flat, request.env),
    noProxy: text(flat['noProxy']) ?? variable(request.env, 'no_proxy') ?? '',
    replaceRegistryHost: text(flat['replaceRegistryHost']) ?? 'npmjs',
    // npm's own would say "npm/undefined": this is not npm.
    userAgent: `mcp-bisect node/${process.version} ${process.platform} ${process.arch}`,
  };
}

async function loadConfig({ env, cwd }: NpmOptionsRequest): Promise<Config> {
  // Where Node installs npm: its `npmrc` there holds what the distributor set, for example the prefix.
  const bin = dirname(process.execPath);
  const modules = process.platform === 'win32' ? [bin] : [dirname(bin), 'lib'];
  const config = new Config({
    definitions: npm.definitions,
    shorthands: npm.shorthands,
    flatten: npm.flatten,
    nerfDarts: npm.nerfDarts,
    npmPath: join(...modules, 'node_modules', 'npm'),
    // A copy: the loader writes npm's variables for child processes into it.
    env: { ...env },
    argv: [],
    cwd,
    warn: false,
  });
  try {
    await config.load();
    config.validate();
    return config;
  } catch (error) {
    // Names keys, never values.
    throw systemCode(error) === 'ERR_INVALID_AUTH'
      ? badOption(
          'the npmrc has credentials that belong to no registry (for example `_authToken` without `//host/:`)',
          'run `npm config fix`',
        )
      : badOption('npm cannot load its configuration', 'run `npm config list` to see why');
  }
}

const badOption = (message: string, hint: string) => new BisectError('BAD_OPTION', message, { hint });

/** Takes user and password out of the address, so that no address in a message or a cache can hold them. */
function splitCredentials(address: string): { registry: string; credentials: Record<string, string> } {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw badOption(
      'the registry is not an http or https address',
      'give it like https://registry.npmjs.org/',
    );
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  if (!username && !password) return { registry: url.href, credentials: {} };
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const key = `//${url.host}${url.pathname}:_auth`;
  return { registry: url.href, credentials: { [key]: Buffer.from(pair).toString('base64') } };
}

/** What the user set counts; npm's defaults are made for installing hundreds of packages, not for one list. */
function configuredPatience(config: Config): Partial<Patience> {
  const { flat } = config;
  const timeout = config.isDefault('fetch-timeout') ? null : Number(flat['timeout']);
  const retry = config.isDefault('fetch-retries') ? null : Object(flat['retry']);
  return {
    ...(timeout ? { connectMs: timeout, idleMs: timeout, totalMs: timeout } : {}),
    ...(retry ? { retries: Number(retry.retries) } : {}),
  };
}

/** What npm's agent can speak to: of anything else it knows no more than `Invalid URL`. */
const isProxy = (address: string): boolean =>
  URL.canParse(address) && /^(?:https?|socks(?:4a?|5h?)?):$/.test(new URL(address).protocol);

/**
 * npm sends everything through the one proxy that its settings name. The variables go by protocol, with npm's
 * precedence: `HTTPS_PROXY` for both, `HTTP_PROXY` and `PROXY` for plain HTTP only.
 */
function proxies(
  flat: Readonly<Record<string, unknown>>,
  env: NpmOptionsRequest['env'],
): NpmOptions['proxies'] {
  const https = text(flat['httpsProxy']) ?? text(flat['proxy']) ?? variable(env, 'https_proxy') ?? null;
  const http = https ?? variable(env, 'http_proxy') ?? variable(env, 'proxy') ?? null;
  if ([https, http].every((proxy) => proxy === null || isProxy(proxy))) return { https, http };
  // Without the address: it may hold a password.
  throw badOption(
    'the configured proxy is not an address of http, https or socks',
    'write it like http://proxy.example:3128, in `proxy` and `https-proxy` of your npmrc, or in HTTPS_PROXY, HTTP_PROXY and PROXY',
  );
}

const variable = (env: NpmOptionsRequest['env'], name: string) =>
  text(env[name]) ?? text(env[name.toUpperCase()]);

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
