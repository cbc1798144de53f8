/** The library: the two questions of the command line, as functions. */
import type { Direction } from './bisection.js';
import { clientById } from './clients/index.js';
import {
  DEFAULT_CACHE_LIMIT_BYTES,
  DEFAULT_CLIENT,
  DEFAULT_SCENARIO,
  DEFAULT_TIMEOUT_MS,
  defaultJobs,
} from './defaults.js';
import { defaultCacheDir, ownTarget } from './installation.js';
import { askRange, askReleases, type Listener, type ProbedRelease, type RangeAnswer } from './questions.js';
import { parseTarget, type Target } from './registry/platform.js';
import type { Isolation } from './sandbox/isolation.js';
import { scenarioById } from './scenarios/index.js';
import { assertRunnable, openSession, type Session } from './session.js';

export type { Client, Launch, LaunchContext } from './clients/client.js';
export type { Scenario, Arm, ArmRecord, Finding } from './scenarios/scenario.js';
export type { Observation } from './probe/observation.js';
export type { Judgement, ArmFinding } from './verdict.js';
export type { Answer, Row } from './report/answer.js';
export type { Verdict, Direction, Boundary } from './bisection.js';
export type { Listener, RangeAnswer, ProbedRelease } from './questions.js';
export { BisectError, type ErrorCode } from './errors.js';
export { nextStep, standings } from './bisection.js';
export { judgeRelease } from './verdict.js';

/** What both questions can be told; everything has the command line's default. */
export interface LibraryOptions extends Listener {
  readonly client?: string;
  readonly scenario?: string;
  readonly platform?: string;
  readonly cacheDir?: string;
  readonly cacheLimitBytes?: number;
  readonly registry?: string;
  readonly offline?: boolean;
  readonly includePrereleases?: boolean;
  readonly isolation?: 'auto' | Isolation;
  readonly jobs?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface BisectOptions extends LibraryOptions {
  readonly good: string;
  readonly bad: string;
  readonly direction?: Direction;
  readonly fresh?: boolean;
}

/** How an answer came about. */
export interface Circumstances {
  /** `none`: the clients ran with the rights of this process. Ask for `bwrap` or `unshare` to have that refused. */
  readonly isolation: Isolation;
  /** What a user should hear: why there is no better isolation, that the registry did not answer. */
  readonly notes: readonly string[];
}

/**
 * Finds the boundary between `good` and `bad`: `mcp-bisect run` as a function.
 * @throws BisectError with a `code`; see errors.ts
 */
export async function bisect(options: BisectOptions): Promise<RangeAnswer & Circumstances> {
  const { good, bad, direction = 'regression', fresh = false } = options;
  return inSession(options, [good, bad], (session, signal) =>
    askRange(session, { good, bad, direction, fresh }, options, signal),
  );
}

/**
 * Runs the named releases: `mcp-bisect probe` as a function.
 * @throws BisectError with a `code`; see errors.ts
 */
export async function probe(
  options: LibraryOptions & { readonly versions: readonly string[] },
): Promise<{ readonly probed: readonly ProbedRelease[] } & Circumstances> {
  const { versions } = options;
  return inSession(options, versions, async (session, signal) => ({
    probed: await askReleases(session, versions, options, signal),
  }));
}

async function inSession<Result extends object>(
  options: LibraryOptions,
  bounds: readonly string[],
  ask: (session: Session, signal: AbortSignal) => Promise<Result>,
): Promise<Result & Circumstances> {
  const own = ownTarget();
  const target = options.platform === undefined ? own : parseTarget(options.platform);
  assertRunnable(target, own);
  const signal = options.signal ?? new AbortController().signal;
  const session = await openSession({
    client: clientById(options.client ?? DEFAULT_CLIENT),
    scenario: scenarioById(options.scenario ?? DEFAULT_SCENARIO),
    target: target as Target,
    mode: 'headless',
    cacheDir: options.cacheDir ?? defaultCacheDir(),
    cacheLimitBytes: options.cacheLimitBytes ?? DEFAULT_CACHE_LIMIT_BYTES,
    registry: options.registry,
    offline: options.offline ?? false,
    includePrereleases: options.includePrereleases ?? false,
    bounds,
    isolation: options.isolation ?? 'auto',
    jobs: options.jobs ?? defaultJobs(),
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    env: process.env,
    cwd: process.cwd(),
    signal,
    onStage: () => {},
  });
  try {
    const { isolation, notes } = session;
    return { ...(await ask(session, signal)), isolation, notes };
  } finally {
    await session.close();
  }
}
