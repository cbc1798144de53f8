/** `doctor`: is this machine able to run it, and isolated how. */
import { once } from 'node:events';
import { access, constants, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { clientById } from '../clients/index.js';
import { BisectError, systemCode } from '../errors.js';
import { makeDirectory } from '../disk.js';
import { coloursFor, print, printJson } from './console.js';
import { cacheDirFor, type Context } from './context.js';
import type { DoctorRequest, RunningRequest } from './requests.js';

interface Check {
  readonly name: string;
  /** `warn`: it works, but not as it should. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

/** @returns 0 if probes can be run here, 4 if not */
export async function doctor(request: DoctorRequest, context: Context): Promise<number> {
  const asked = await Promise.all([
    isolationCheck(request.isolation, context),
    cacheCheck(cacheDirFor(request, context)),
    checked('registry', 'fail', () => registryDetail(request, context)),
    checked('proxy', 'fail', () => proxyDetail(request, context)),
    checked('terminal', 'warn', async () => {
      await context.assertTerminal();
      return 'there is one for --mode interactive';
    }),
  ]);
  const checks = [platformCheck(context), ...asked];
  if (request.json) printJson(context.console, { schema: 1, checks });
  else {
    const colours = coloursFor(context.console);
    const marks = { ok: colours.green('✔'), warn: colours.yellow('!'), fail: colours.red('✘') };
    print(
      context.console,
      checks.map(({ name, state, detail }) => `${marks[state]} ${name}: ${detail}`).join('\n'),
    );
  }
  return checks.some(({ state }) => state === 'fail') ? 4 : 0;
}

function platformCheck({ ownTarget }: Context): Check {
  const node = `Node ${process.versions.node}`;
  return ownTarget
    ? { name: 'platform', state: 'ok', detail: `${ownTarget}, ${node}` }
    : {
        name: 'platform',
        state: 'fail',
        detail: `no client publishes executables for this machine (${node})`,
      };
}

/** What is well is told in a detail; what is not throws. */
async function checked(
  name: string,
  otherwise: Check['state'],
  detail: () => Promise<string>,
): Promise<Check> {
  try {
    return { name, state: 'ok', detail: await detail() };
  } catch (error) {
    if (!(error instanceof BisectError)) throw error;
    return { name, state: otherwise, detail: [error.message, error.hint].filter(Boolean).join('; ') };
  }
}

const NOT_ASKED = 'not asked (--offline)';
/** More than npm's own patience needs in a usual case, and less than anybody's. */
const PATIENCE_MS = 20_000;

async function registryDetail(request: DoctorRequest, context: Context): Promise<string> {
  if (request.offline) return NOT_ASKED;
  const late = AbortSignal.timeout(PATIENCE_MS);
  const client = clientById(request.client);
  try {
    const { releases, npm } = await context.loadCatalogue({
      client,
      target: context.ownTarget ?? 'linux-x64',
      cacheDir: cacheDirFor(request, context),
      registry: request.registry,
      offline: false,
      includePrereleases: false,
      env: context.console.env,
      cwd: context.cwd,
      vouched: true,
      signal: AbortSignal.any([context.signal, late]),
    });
    return `${npm.registry} knows ${releases.length} releases of ${client.package}`;
  } catch (error) {
    if (!late.aborted) throw error;
    throw new BisectError('REGISTRY_UNREACHABLE', `no answer within ${PATIENCE_MS / 1000} s`, {
      hint: 'name another one with --registry, or look at the proxy',
      cause: error,
    });
  }
}

/** Whether there is somebody at the proxy's address: what it lets through is seen by the registry's answer. */
async function proxyDetail(request: DoctorRequest, context: Context): Promise<string> {
  if (request.offline) return NOT_ASKED;
  const { registry, proxies } = await context.npmOptions({
    registry: request.registry,
    cacheDir: cacheDirFor(request, context),
    env: context.console.env,
    cwd: context.cwd,
    offline: false,
  });
  const proxy = registry.startsWith('https:') ? proxies.https : proxies.http;
  if (proxy === null) return 'none is configured';
  const { protocol, hostname, host, port } = new URL(proxy);
  const socket = connect({
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) });
    return `${host} is there`;
  } catch (cause) {
    const why = systemCode(cause) ?? 'no answer';
    throw new BisectError('REGISTRY_UNREACHABLE', `${host} cannot be reached (${why})`, {
      hint: 'correct proxy, https-proxy or noproxy in npm’s configuration, or HTTPS_PROXY in the environment',
      cause,
    });
  } finally {
    socket.destroy();
  }
}

async function isolationCheck(requested: RunningRequest['isolation'], context: Context): Promise<Check> {
  try {
    const { isolation, notes } = await context.chooseIsolation(requested);
    const state = isolation === 'none' ? 'warn' : 'ok';
    return { name: 'isolation', state, detail: [isolation, ...notes].join('; ') };
  } catch (error) {
    if (!(error instanceof BisectError)) throw error;
    return {
      name: 'isolation',
      state: 'fail',
      detail: [error.message, error.hint].filter(Boolean).join('; '),
    };
  }
}

const ENOUGH_BYTES = 2e9;

async function cacheCheck(folder: string): Promise<Check> {
  try {
    makeDirectory(folder);
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${folder}, ${(free / 1e9).toFixed(1)} GB free`;
    if (free >= ENOUGH_BYTES) return { name: 'cache', state: 'ok', detail };
    const hint =
      'a search keeps several executables of 0.2 GB each: make room, or name another with --cache-dir';
    return { name: 'cache', state: 'warn', detail: `${detail}; ${hint}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      name: 'cache',
      state: 'fail',
      detail: `${folder} cannot be used (${why}); name another with --cache-dir`,
    };
  }
}
