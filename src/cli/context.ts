/** What main.ts hands to every command. */
import { clientById } from '../clients/index.js';
import { defaultJobs } from '../defaults.js';
import { BisectError } from '../errors.js';
import type { Session, SessionOptions } from '../session.js';
import type { Catalogue, CatalogueOptions } from '../catalogue.js';
import { parseTarget, TARGETS, type Target } from '../registry/platform.js';
import { scenarioById } from '../scenarios/index.js';
import type { Isolation, IsolationChoice } from '../sandbox/isolation.js';
import type { Store } from '../store/store.js';
import type { Console } from './console.js';
import type { CommonRequest, ReleasesRequest, RunningRequest } from './requests.js';
import type { Progress } from './progress.js';

export interface Context {
  readonly console: Console;
  /** Aborted when the user wants out. */
  readonly signal: AbortSignal;
  readonly cwd: string;
  readonly defaultCacheDir: string;
  /** The target of this machine; undefined where nothing is published for it. */
  readonly ownTarget: Target | undefined;
  openSession(options: SessionOptions): Promise<Session>;
  loadCatalogue(options: CatalogueOptions): Promise<Catalogue>;
  /** The store alone, without a registry behind it. */
  openStore(cacheDir: string): Promise<Store>;
  /** Removes the answers of registries that are kept for when there is no network. */
  forgetRegistry(cacheDir: string): Promise<void>;
  chooseIsolation(requested: 'auto' | Isolation): Promise<IsolationChoice>;
}

/** The target that was asked for, or this machine's. */
export function targetFor({ platform }: ReleasesRequest, { ownTarget }: Context): Target {
  if (platform !== undefined) return parseTarget(platform);
  if (ownTarget) return ownTarget;
  throw new BisectError('UNKNOWN_PLATFORM', 'no client publishes executables for this machine', {
    hint: `name one of ${TARGETS.join(', ')} with --platform`,
  });
}

export const cacheDirFor = ({ cacheDir }: CommonRequest, context: Context): string =>
  cacheDir ?? context.defaultCacheDir;

/** The options of a session, with everything that the request names looked up. */
export function sessionOptions(
  request: RunningRequest,
  bounds: readonly string[],
  context: Context,
  progress: Progress,
): SessionOptions {
  return {
    ...request,
    client: clientById(request.client),
    scenario: scenarioById(request.scenario),
    target: targetFor(request, context),
    cacheDir: cacheDirFor(request, context),
    jobs: request.jobs ?? defaultJobs(),
    bounds,
    env: context.console.env,
    cwd: context.cwd,
    signal: context.signal,
    onStage: (version, stage) => progress.stage(version, stage),
  };
}

/** Closes the session. The answer is out by then: what goes wrong now is said, and changes neither it nor the exit code. */
export async function closeQuietly(session: Session, progress: Progress): Promise<void> {
  try {
    await session.close();
  } catch (error) {
    progress.note(`clearing up: ${error instanceof Error ? error.message : String(error)}`);
  }
}
