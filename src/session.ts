/**
 * Wires the stages together for one question: this client under this scenario on this platform. The commands and the
 * library get everything that has effects from here.
 */
import type { Client } from './clients/client.js';
import { loadCatalogue, type Catalogue } from './catalogue.js';
import { BisectError } from './errors.js';
import { createExaminer, type Examiner, type ExaminerStage } from './examiner.js';
import { assertTerminal, hostPath, hostReadOnlyPaths } from './installation.js';
import type { KeptRun } from './kept-run.js';
import { openLedger } from './ledger.js';
import { clientForOracle, scenarioForOracle, type Oracle } from './oracle.js';
import { openHostedRoom } from './probe/hosted-room.js';
import type { Mode } from './probe/observation.js';
import type { Limits } from './probe/protocol.js';
import { createRooms } from './probe/rooms.js';
import { openTarball } from './registry/tarball.js';
import type { Target } from './registry/platform.js';
import { chooseIsolation, type Isolation } from './sandbox/isolation.js';
import { showableDirectory } from './sandbox/showable.js';
import type { Scenario } from './scenarios/scenario.js';
import { openStore } from './store/store.js';

export interface SessionOptions {
  readonly client: Client;
  readonly scenario: Scenario;
  readonly target: Target;
  readonly mode: Mode;
  readonly oracle: Oracle | undefined;
  readonly cacheDir: string;
  readonly cacheLimitBytes: number;
  readonly registry: string | undefined;
  readonly offline: boolean;
  readonly includePrereleases: boolean;
  /** Bounds as typed: prereleases that they name are listed in any case. */
  readonly bounds: readonly string[];
  readonly isolation: 'auto' | Isolation;
  readonly jobs: number;
  readonly timeoutMs: number;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Ends the opening; what is opened goes on. */
  readonly signal: AbortSignal;
  readonly onStage: (version: string, stage: ExaminerStage) => void;
}

export interface Session {
  readonly catalogue: Catalogue;
  readonly examiner: Examiner;
  /** What is run: with an oracle not quite the scenario that was asked for. */
  readonly scenario: Scenario;
  readonly isolation: Isolation;
  /** What the user should hear before anything else. */
  readonly notes: readonly string[];
  /** Keeps a run in the ledger's store, for `report`. */
  keep(run: KeptRun): void;
  /** Ends every room and closes the ledger. */
  close(): Promise<void>;
}

const MIB = 2 ** 20;

/** Kept of each stream; and written by a client before it counts as flooding. */
const OUTPUT_BYTES = 2 * MIB;
const FLOOD_BYTES = 64 * MIB;

/**
 * Asks the registry what there is, and opens store, ledger and (when first needed) rooms.
 * @throws BisectError of the registry, the store, the ledger, or `ISOLATION_UNAVAILABLE`
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { target, mode, cacheDir, jobs, timeoutMs } = options;
  const oracle = options.oracle && {
    ...options.oracle,
    directory: showableDirectory(options.oracle.directory),
  };
  const client = oracle ? clientForOracle(options.client, oracle) : options.client;
  const scenario = oracle ? scenarioForOracle(options.scenario, oracle) : options.scenario;
  if (mode === 'interactive') assertTerminal();
  const ledger = openLedger(cacheDir);
  try {
    const [catalogue, choice] = await Promise.all([
      loadCatalogue(options),
      chooseIsolation(options.isolation),
    ]);
    const store = await openStore({
      dir: cacheDir,
      limitBytes: options.cacheLimitBytes,
      openTarball: async (source, signal) => {
        const { stream, size } = await openTarball(source, catalogue.npm, signal);
        return { stream, size: size ?? undefined };
      },
    });
    const readOnly = [...hostReadOnlyPaths, store.contentDirectory, ...(oracle ? [oracle.directory] : [])];
    const rooms = createRooms(jobs, () =>
      openHostedRoom({ isolation: choice.isolation, readOnly, hostPath }),
    );
    const limits: Limits = { wallMs: timeoutMs, outputBytes: OUTPUT_BYTES, floodBytes: FLOOD_BYTES };
    const examiner = createExaminer({
      client,
      scenario,
      oracle: oracle !== undefined,
      platform: target,
      mode,
      limits,
      jobs,
      sealed: choice.isolation !== 'none',
      store,
      rooms,
      ledger,
      nodePath: process.execPath,
      onStage: options.onStage,
    });
    const notes = [...catalogue.notes, ...choice.notes];
    const close = async () => {
      await rooms.close();
      ledger.close();
    };
    const keep = (run: KeptRun) => ledger.keep(run);
    return { catalogue, examiner, scenario, isolation: choice.isolation, notes, keep, close };
  } catch (error) {
    ledger.close();
    throw error;
  }
}

/** @throws BisectError `PLATFORM_NOT_RUNNABLE` if executables of `target` do not run on `own` */
export function assertRunnable(target: Target | undefined, own: Target | undefined): void {
  if (target !== undefined && target === own) return;
  throw new BisectError(
    'PLATFORM_NOT_RUNNABLE',
    `executables for ${target ?? 'this machine'} cannot be run here`,
    {
      hint: target
        ? `run this on a ${target} machine; "mcp-bisect releases --platform ${target}" works here`
        : 'no client publishes executables for this machine',
      facts: { target, own },
    },
  );
}
