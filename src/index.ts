/** The library: the two questions of the command line, as functions. */
import { DEFAULT_RULE, type Rule } from './search/question.js';
import { clientById } from './clients/index.js';
import {
  DEFAULT_CACHE_LIMIT_BYTES,
  DEFAULT_CLIENT,
  DEFAULT_SCENARIO,
  DEFAULT_TIMEOUT_MS,
  defaultJobs,
  type Mode,
} from './settings.js';
import { defaultCacheDir, ownTarget } from './machine.js';
import { askReleases, type ProbedRelease, type ProbeListener } from './session/probe.js';
import { finished } from './session/rounds.js';
import { askRange, type RangeAnswer } from './session/bisect.js';
import type { Wanted } from './session/range.js';
import { assertRunnable, parseTarget, type Target } from './registry/platform.js';
import type { Isolation } from './sandbox/steps.js';
import { scenarioFor } from './custom/module.js';
import type { Scenario } from './scenarios/scenario.js';
import { openSession, type Session } from './session/session.js';

export type { Client, Launch, LaunchContext } from './clients/client.js';
export type { Scenario, Arm, ArmRecord, Finding } from './scenarios/scenario.js';
export type { Observation } from './probe/observation.js';
export type { Judgement, ArmFinding } from './verdict/round.js';
export type { Answer, Row } from './search/answer.js';
export type { Verdict } from './verdict/round.js';
export type { Direction } from './registry/bounds.js';
export type { Boundary } from './search/question.js';
export type { ProbedRelease } from './session/probe.js';
export type { RangeAnswer } from './session/bisect.js';
export type { ProbeListener as Listener } from './session/probe.js';
export type {
  AnswerDefinition,
  ArmDefinition,
  GatewayDefinition,
  ModelDefinition,
  RuleDefinition,
  ScenarioDefinition,
  ToolDefinition,
  TurnDefinition,
} from './custom/definition.js';
export type { NightlyConfig } from './nightly/config.js';
export type { GatewayPlan, Hold, Match, ModelPlan, StreamPlan } from './fixture/plan.js';
export type { JournalEntry, RequestEntry, AnswerEntry } from './fixture/journal.js';
export { defineScenario } from './custom/define.js';
export { read, type Reading, type Where } from './scenarios/reading.js';
export { pass, fail, unclear } from './scenarios/scenario.js';
export { BisectError, type ErrorCode } from './errors.js';
export { nextStep } from './search/search.js';
export { withInferred as standings } from './verdict/standing.js';
export { judgeRelease } from './verdict/judge.js';

/** What both questions can be told; everything has the command line's default. */
export interface LibraryOptions extends ProbeListener {
  readonly client?: string;
  /** The id of a built-in scenario, the path of a file, or what `defineScenario` gave. */
  readonly scenario?: string | Scenario;
  readonly platform?: string;
  /** Default `headless`. */
  readonly mode?: Mode;
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
  /** As `--good` and `--bad`: left out, the good release is looked for, and the bad one is the latest. */
  readonly good?: string;
  readonly bad?: string;
  /** Default `regression`. */
  readonly direction?: Wanted;
  readonly fresh?: boolean;
  /** Versions that are not run. */
  readonly exclude?: readonly string[];
  /** How often releases are run, and how sure the answer has to be; what is left out has the default. */
  readonly rule?: Partial<Rule>;
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
  const { good, bad, direction: wanted = 'regression', fresh = false, exclude } = options;
  const rule = { ...DEFAULT_RULE, ...options.rule };
  const bounds = [good, bad].filter((bound) => bound !== undefined);
  return inSession(options, bounds, async (session, signal) =>
    finished(await askRange(session, { wanted, good, bad, fresh, exclude, rule }, options, signal)),
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
  return inSession(options, versions, async (session, signal) => {
    const probed: ProbedRelease[] = [];
    const onProbed = (one: ProbedRelease) => {
      options.onProbed?.(one);
      probed.push(one);
    };
    await askReleases(session, versions, { ...options, onProbed }, signal);
    return { probed };
  });
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
  const cwd = process.cwd();
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const session = await openSession({
    client: clientById(options.client ?? DEFAULT_CLIENT),
    scenario: await scenarioFor(options.scenario ?? DEFAULT_SCENARIO, { cwd, timeoutMs }),
    target: target as Target,
    mode: options.mode ?? 'headless',
    oracle: undefined,
    cacheDir: options.cacheDir ?? defaultCacheDir(),
    cacheLimitBytes: options.cacheLimitBytes ?? DEFAULT_CACHE_LIMIT_BYTES,
    registry: options.registry,
    offline: options.offline ?? false,
    includePrereleases: options.includePrereleases ?? false,
    bounds,
    isolation: options.isolation ?? 'auto',
    jobs: options.jobs ?? defaultJobs(),
    timeoutMs,
    env: process.env,
    cwd,
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
