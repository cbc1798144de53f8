/** What commands that run releases have in common: a session, opened for what was asked, and closed whatever comes. */
import { clientById } from '../clients/index.js';
import { scenarioFor } from '../custom/module.js';
import { badOption } from '../errors.js';
import { ownTarget } from '../machine.js';
import { assertRunnable } from '../registry/platform.js';
import { withArms, type Scenario } from '../scenarios/scenario.js';
import { defaultJobs } from '../settings.js';
import { openSession, type Session, type SessionOptions } from '../session/session.js';
import type { Oracle } from '../verdict/oracle.js';
import type { Typed } from './commands.js';
import { progressOn } from './console.js';
import { cacheDirFor, targetFor, type Context } from './context.js';
import type { Progress } from './progress.js';

/** What is asked for wherever releases are run. */
export type RunningRequest = Omit<Typed<'probe'>, 'show' | 'redact'>;

export interface Opened {
  readonly session: Session;
  readonly options: SessionOptions;
  readonly progress: Progress;
}

/**
 * Has `ask` ask a session, with everything that the request names looked up, or read from its file.
 * @param bounds as typed
 * @param recorded in the place of the scenario that is named, of which nothing is run
 * @throws BisectError for bad input and for a failing environment
 */
export async function inSession<Result>(
  request: RunningRequest,
  bounds: readonly (string | undefined)[],
  context: Context,
  ask: (opened: Opened) => Promise<Result>,
  { recorded, runs = true }: { readonly recorded?: Scenario | undefined; readonly runs?: boolean } = {},
): Promise<Result> {
  const progress = await progressOn(context.console, request.quiet);
  const options = await optionsFor(request, bounds, context, progress, recorded);
  if (runs && !request.static) assertRunnable(options.target, ownTarget());
  const session = await openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    return await ask({ session, options, progress });
  } finally {
    progress.close();
    // The answer is out by then: what goes wrong now is said, and changes neither it nor the exit code.
    await session.close().catch((error: unknown) => progress.note(`clearing up: ${messageOf(error)}`));
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function optionsFor(
  request: RunningRequest,
  bounds: readonly (string | undefined)[],
  context: Context,
  progress: Progress,
  recorded: Scenario | undefined,
): Promise<SessionOptions> {
  const { console, cwd, signal } = context;
  const { timeout: timeoutMs, cacheLimit: cacheLimitBytes, jobs = defaultJobs() } = request;
  const oracle = oracleFor(request, context);
  const scenario = recorded ?? (await scenarioFor(request.scenario, { cwd, timeoutMs }));
  return {
    oracle,
    mode: request.static ? 'static' : request.mode,
    client: clientById(request.client),
    scenario: oracle ? scenario : withArms(scenario, request.arm),
    target: targetFor(request.platform),
    cacheDir: cacheDirFor(request),
    cacheLimitBytes,
    registry: request.registry,
    offline: request.offline,
    includePrereleases: request.includePrereleases,
    isolation: request.isolation,
    jobs,
    timeoutMs,
    bounds: bounds.filter((bound) => bound !== undefined),
    env: console.env,
    cwd,
    signal,
    onStage: (version, stage) => progress.stage(version, stage),
    onWait: (what) => progress.note(what),
  };
}

/** @throws BisectError `BAD_OPTION` for options that do not go together */
function oracleFor(request: RunningRequest, { cwd, console }: Context): Oracle | undefined {
  const { oracle: command, arm, hang, sameFailure } = request;
  if (command === undefined) {
    const alone = [hang && '--hang', sameFailure && '--same-failure', request.static && '--static'].find(
      Boolean,
    );
    if (!alone) return undefined;
    throw badOption(
      `${alone} goes with --oracle, and there is none`,
      'leave it out, or name a command that judges',
    );
  }
  // A shell calls it a success, and every release would be good.
  if (command.trim() === '')
    throw badOption(
      '--oracle is empty: it names no command',
      'name a command that judges; a variable that was to hold it may not be set',
    );
  if (request.mode === 'interactive')
    throw badOption('--oracle has no terminal: it cannot be run with --mode interactive', 'leave --mode out');
  if (arm.length > 1)
    throw badOption(
      `--oracle gets the fixtures of one arm, and not of ${arm.length}`,
      'name one with --arm, or none',
    );
  const callerEnv = request.static ? console.env : undefined;
  return { command, directory: cwd, arm: arm[0], hang: hang ?? 'skip', sameFailure, callerEnv };
}
