/** `doctor`: is this machine able to run it, and isolated how. */
import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { BisectError } from '../errors.js';
import { coloursFor, print, printJson } from './console.js';
import { cacheDirFor, type Context } from './context.js';
import type { CommonRequest, RunningRequest } from './requests.js';

interface Check {
  readonly name: string;
  /** `warn`: it works, but not as it should. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly detail: string;
}

/** @returns 0 if probes can be run here, 4 if not */
export async function doctor(
  request: CommonRequest & Pick<RunningRequest, 'isolation'>,
  context: Context,
): Promise<number> {
  const checks = [
    platformCheck(context),
    await isolationCheck(request.isolation, context),
    await cacheCheck(cacheDirFor(request, context)),
  ];
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
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const detail = `${folder}, ${(free / 1e9).toFixed(1)} GB free`;
    return { name: 'cache', state: free < ENOUGH_BYTES ? 'warn' : 'ok', detail };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      name: 'cache',
      state: 'fail',
      detail: `${folder} cannot be used (${why}); name another with --cache-dir`,
    };
  }
}
