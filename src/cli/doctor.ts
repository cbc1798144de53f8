/** `doctor`: is this machine able to run it, and isolated how. */
import { once } from 'node:events';
import { access, constants, statfs } from 'node:fs/promises';
import { connect } from 'node:net';
import { clientById } from '../clients/index.js';
import { BisectError, systemCode } from '../errors.js';
import { assertTerminal, ownTarget } from '../machine.js';
import { makeDirectory } from '../disk.js';
import { loadNpmOptions } from '../registry/npm-config.js';
import { chooseIsolation } from '../sandbox/isolation.js';
import { loadCatalogue } from '../session/catalogue.js';
import type { Typed } from './commands.js';
import { coloursFor, printResult } from './console.js';
import { cacheDirFor, type Context } from './context.js';

interface Check {
  readonly name: string;
  /** `warn`: it works, but not as it should. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

/** Left out: `ok`. */
type Finding = Pick<Check, 'detail'> & Partial<Pick<Check, 'state'>>;

type DoctorRequest = Typed<'doctor'>;

/** @returns 0 if probes can be run here, 4 if not */
export async function doctor(request: DoctorRequest, context: Context): Promise<number> {
  const checks = await Promise.all([
    checked('platform', () => ({ detail: platformDetail() })),
    checked('isolation', async () => {
      const { isolation, notes } = await chooseIsolation(request.isolation);
      const state = isolation === 'none' ? 'warn' : 'ok';
      return { state, detail: [isolation, ...notes].join('; ') };
    }),
    checked('cache', () => cacheState(cacheDirFor(request))),
    checked('registry', async () => ({ detail: await registryDetail(request, context) })),
    checked('proxy', async () => ({ detail: await proxyDetail(request, context) })),
    checked(
      'terminal',
      () => {
        assertTerminal();
        return { detail: 'there is one for --mode interactive' };
      },
      'warn',
    ),
  ]);
  printResult(context.console, request.json, { checks }, () => {
    const colours = coloursFor(context.console);
    const marks = { ok: colours.green('✔'), warn: colours.yellow('!'), fail: colours.red('✘') };
    return checks.map(({ name, state, detail }) => `${marks[state]} ${name}: ${detail}`).join('\n');
  });
  return checks.some(({ state }) => state === 'fail') ? 4 : 0;
}

/** What is well is told in a detail; what is not throws. */
async function checked(
  name: string,
  check: () => Finding | Promise<Finding>,
  otherwise: Check['state'] = 'fail',
): Promise<Check> {
  try {
    return { name, state: 'ok', ...(await check()) };
  } catch (error) {
    if (!(error instanceof BisectError)) throw error;
    return { name, state: otherwise, detail: [error.message, error.hint].filter(Boolean).join('; ') };
  }
}

function platformDetail(): string {
  const [target, node] = [ownTarget(), `Node ${process.versions.node}`];
  if (target) return `${target}, ${node}`;
  throw new BisectError('UNKNOWN_PLATFORM', `no client publishes executables for this machine (${node})`);
}

const NOT_ASKED = 'not asked (--offline)';
/** More than npm's own patience needs in a usual case, and less than anybody's. */
const PATIENCE_MS = 20_000;

async function registryDetail(request: DoctorRequest, context: Context): Promise<string> {
  if (request.offline) return NOT_ASKED;
  const late = AbortSignal.timeout(PATIENCE_MS);
  const client = clientById(request.client);
  try {
    const { releases, npm } = await loadCatalogue({
      client,
      target: ownTarget() ?? 'linux-x64',
      cacheDir: cacheDirFor(request),
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
  const { registry, proxies } = await loadNpmOptions({
    registry: request.registry,
    cacheDir: cacheDirFor(request),
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

const ENOUGH_BYTES = 2e9;

async function cacheState(folder: string): Promise<Finding> {
  const elsewhere = 'name another with --cache-dir';
  try {
    makeDirectory(folder);
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${folder}, ${(free / 1e9).toFixed(1)} GB free`;
    if (free >= ENOUGH_BYTES) return { state: 'ok', detail };
    const hint = `a search keeps several executables of 0.2 GB each: make room, or ${elsewhere}`;
    return { state: 'warn', detail: `${detail}; ${hint}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { state: 'fail', detail: `${folder} cannot be used (${why}); ${elsewhere}` };
  }
}
