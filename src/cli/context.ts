/** What main.ts hands to every command. */
import { DEFAULT_RULE, type Rule } from '../search/question.js';
import { clientById } from '../clients/index.js';
import { defaultJobs } from '../settings.js';
import { BisectError } from '../errors.js';
import type { Run } from '../run/run.js';
import type { Identity } from '../machine.js';
import type { Ledger, LedgerReader, LedgerState } from '../ledger/ledger.js';
import type { Oracle } from '../verdict/oracle.js';
import type { tellApart } from '../nightly/tell-apart.js';
import type { OwnTerminal } from '../probe/by-hand.js';
import type { openWorkbench, Session, SessionOptions } from '../session/session.js';
import type { Catalogue, CatalogueOptions } from '../session/catalogue.js';
import { textRedactor } from '../report/redact/redact.js';
import type { NpmOptions, NpmOptionsRequest } from '../registry/npm-config.js';
import type { ShrunkAnswers } from '../registry/packument-cache.js';
import { parseTarget, TARGETS, type Target } from '../registry/platform.js';
import { loadScenario, namesFile, scenarioFor } from '../custom/module.js';
import { withArms, type Scenario } from '../scenarios/scenario.js';
import type { IsolationChoice } from '../sandbox/isolation.js';
import type { Isolation } from '../sandbox/steps.js';
import type { Store } from '../store/store.js';
import type { Console } from './console.js';
import type { Again } from './again.js';
import type { CommonRequest, ReleasesRequest, RuleRequest, RunningRequest } from './requests.js';
import type { Progress } from './progress.js';

export interface Context {
  readonly console: Console;
  /** Aborted when the user wants out. */
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly defaultCacheDir: string;
  /** The target of this machine; undefined where nothing is published for it. */
  readonly ownTarget: Target | undefined;
  readonly toolVersion: string;
  /** The machine, as a report names it. */
  host(): Run['host'];
  /** What a report must not name. */
  identity(cacheDir: string): Identity;
  newRunId(): string;
  /** Completes a command line that the user is told of: again.ts. */
  readonly again: Again;
  /** The ledger, for reading alone. */
  readLedger(cacheDir: string): Promise<LedgerReader>;
  openLedger(cacheDir: string): Promise<Ledger>;
  /** What can be read of the ledger; with `repair`, a new one is made of that, and the old one kept aside. */
  checkLedger(cacheDir: string, repair: boolean): Promise<LedgerState & { readonly keptAside?: string }>;
  /** npm's settings, as its users made them. */
  npmOptions(request: NpmOptionsRequest): Promise<NpmOptions>;
  /** @throws BisectError `TERMINAL_UNAVAILABLE` */
  assertTerminal(): Promise<void>;
  openSession(options: SessionOptions): Promise<Session>;
  readonly openWorkbench: typeof openWorkbench;
  /** Tells people what nights have found. */
  readonly tell: typeof tellApart;
  loadCatalogue(options: CatalogueOptions): Promise<Catalogue>;
  /** The store alone, without a registry behind it. */
  openStore(cacheDir: string): Promise<Store>;
  /** Bytes of the registries' answers that are kept for when there is no network. */
  registryBytes(cacheDir: string): Promise<number>;
  /** Removes the oldest of them until at most `toBytes` remain. */
  shrinkRegistry(cacheDir: string, toBytes: number): Promise<ShrunkAnswers>;
  chooseIsolation(requested: 'auto' | Isolation): Promise<IsolationChoice>;
  /** @throws BisectError `TERMINAL_UNAVAILABLE` */
  ownTerminal(): OwnTerminal;
}

/** The target that was asked for, or this machine's. */
export function targetFor({ platform }: Pick<ReleasesRequest, 'platform'>, { ownTarget }: Context): Target {
  if (platform !== undefined) return parseTarget(platform);
  if (ownTarget) return ownTarget;
  throw new BisectError('UNKNOWN_PLATFORM', 'no client publishes executables for this machine', {
    hint: `name one of ${TARGETS.join(', ')} with --platform`,
  });
}

export const ruleOf = ({
  repeat,
  confirm,
  confidence = DEFAULT_RULE.confidence,
  maxRounds = DEFAULT_RULE.maxRounds,
}: RuleRequest): Rule => ({ repeat, confirm, confidence, maxRounds });

export const cacheDirFor = ({ cacheDir }: CommonRequest, context: Context): string =>
  cacheDir ?? context.defaultCacheDir;

/** Takes out of a text what others must not read of this machine: output is pasted, and jobs' logs are public. */
export function redactorFor(
  request: CommonRequest & Partial<Pick<RunningRequest, 'oracle'>>,
  context: Context,
): (text: string) => string {
  return textRedactor(context.identity(cacheDirFor(request, context)), request.oracle);
}

/**
 * The options of a session, with everything that the request names looked up, or read from its file.
 * @param recorded in the place of the scenario that is named
 */
export async function sessionOptions(
  request: RunningRequest,
  bounds: readonly string[],
  context: Context,
  progress: Progress,
  recorded?: Scenario,
): Promise<SessionOptions> {
  const oracle = oracleFor(request, context);
  const { cwd } = context;
  const whole = recorded ?? (await scenarioFor(request.scenario, { cwd, timeoutMs: request.timeoutMs }));
  return {
    ...request,
    oracle,
    mode: request.static ? 'static' : request.mode,
    client: clientById(request.client),
    scenario: oracle ? whole : withArms(whole, request.arm),
    target: targetFor(request, context),
    cacheDir: cacheDirFor(request, context),
    jobs: request.jobs ?? defaultJobs(),
    bounds,
    env: context.console.env,
    cwd: context.cwd,
    signal: context.signal,
    onStage: (version, stage) => progress.stage(version, stage),
    onWait: (what) => progress.note(what),
  };
}

/** @throws BisectError `BAD_OPTION` for options that do not go together */
function oracleFor(request: RunningRequest, { cwd, console }: Context): Oracle | undefined {
  const { oracle: command, arm, mode, hang, sameFailure } = request;
  if (command === undefined) {
    const needsIt = [
      hang !== undefined && '--hang',
      sameFailure && '--same-failure',
      request.static && '--static',
    ].find(Boolean);
    if (needsIt)
      throw new BisectError('BAD_OPTION', `${needsIt} goes with --oracle, and there is none`, {
        hint: 'leave it out, or name a command that judges',
      });
    return undefined;
  }
  // A shell calls it a success, and every release would be good.
  if (command.trim() === '')
    throw new BisectError('BAD_OPTION', '--oracle is empty: it names no command', {
      hint: 'name a command that judges; a variable that was to hold it may not be set',
    });
  if (mode === 'interactive')
    throw new BisectError(
      'BAD_OPTION',
      '--oracle has no terminal: it cannot be run with --mode interactive',
      { hint: 'leave --mode out' },
    );
  if (arm.length > 1)
    throw new BisectError('BAD_OPTION', `--oracle gets the fixtures of one arm, and not of ${arm.length}`, {
      hint: 'name one with --arm, or none',
    });
  return {
    command,
    directory: cwd,
    arm: arm[0],
    hang: hang ?? 'skip',
    sameFailure,
    callerEnv: request.static ? console.env : undefined,
  };
}

/**
 * The id under which rounds and runs of a scenario are kept: of what may be a file of the user's, or an id.
 * @throws BisectError `BAD_SCENARIO`
 */
export async function scenarioIdOf(
  name: string | undefined,
  { cwd }: Pick<Context, 'cwd'>,
): Promise<string | undefined> {
  return name !== undefined && namesFile(name) ? (await loadScenario(name, cwd)).id : name;
}

/** Closes the session. The answer is out by then: what goes wrong now is said, and changes neither it nor the exit code. */
export async function closeQuietly(session: Session, progress: Progress): Promise<void> {
  try {
    await session.close();
  } catch (error) {
    progress.note(`clearing up: ${error instanceof Error ? error.message : String(error)}`);
  }
}
