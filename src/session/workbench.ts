/** What all questions about one client's releases share: the list of them, the store, the rooms. */
import type { Catalogue } from './catalogue.js';
import type { Client } from '../clients/client.js';
import { createExaminer, type AttendedExaminer, type ExaminerStage } from './examiner.js';
import { assertTerminal, hostPath, hostReadOnlyPaths } from '../machine.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Oracle } from '../verdict/oracle.js';
import { openHostedRoom } from '../probe/hosted-room.js';
import type { Mode } from '../settings.js';
import type { ProbeLimits } from '../probe/protocol.js';
import { createRooms } from '../probe/rooms.js';
import { packumentCacheOf, shrinkAnswers } from '../registry/packument-cache.js';
import type { Target } from '../registry/platform.js';
import { openTarball } from '../registry/tarball.js';
import { chooseIsolation } from '../sandbox/isolation.js';
import type { Isolation } from '../sandbox/steps.js';
import type { Scenario } from '../scenarios/scenario.js';
import { openStore, type Store } from '../store/store.js';

export interface WorkbenchOptions {
  readonly target: Target;
  readonly cacheDir: string;
  readonly cacheLimitBytes: number;
  readonly isolation: 'auto' | Isolation;
  /** How many runs at once. */
  readonly jobs: number;
  readonly timeoutMs: number;
  /** Further paths that the rooms show, absolute and without links. */
  readonly readOnly?: readonly string[];
  /** Whoever opened it closes it. */
  readonly ledger: Ledger;
}

/** What is run of a release, and how. */
export interface Exercise {
  readonly client: Client;
  readonly scenario: Scenario;
  readonly mode: Mode;
  /** A command of the user's judges; `client` and `scenario` are made for it (verdict/oracle.ts). */
  readonly oracle: Oracle | undefined;
  readonly onStage: (version: string, stage: ExaminerStage) => void;
}

export interface Workbench {
  readonly catalogue: Catalogue;
  readonly isolation: Isolation;
  readonly store: Store;
  /** What the user should hear before anything else. */
  readonly notes: readonly string[];
  /** @throws BisectError `TERMINAL_UNAVAILABLE` for interactive mode where there is none */
  readonly examinerFor: (exercise: Exercise) => AttendedExaminer;
  /** Ends every room. */
  close(): Promise<void>;
}

const MIB = 2 ** 20;

/** Kept of each stream; and written by a client before it counts as flooding. */
const OUTPUT_BYTES = 2 * MIB;
const FLOOD_BYTES = 64 * MIB;

/**
 * Opens the store and (when first needed) rooms. No client is started by that.
 * @param openRoom what a probe is done in
 * @throws BisectError of `catalogue`, the store, or `ISOLATION_UNAVAILABLE`
 */
export async function openWorkbench(
  options: WorkbenchOptions,
  asked: Catalogue | Promise<Catalogue>,
  openRoom = openHostedRoom,
): Promise<Workbench> {
  const { target, cacheDir, jobs, timeoutMs, ledger } = options;
  const [catalogue, choice] = await Promise.all([asked, chooseIsolation(options.isolation)]);
  // The registry's answers count as well; the executables have what they leave.
  const answers = await shrinkAnswers(packumentCacheOf(cacheDir), options.cacheLimitBytes);
  const store = await openStore({
    dir: cacheDir,
    limitBytes: options.cacheLimitBytes - answers.remaining,
    openTarball: async (source, signal) => {
      const { stream, size } = await openTarball(source, catalogue.npm, signal);
      return { stream, size: size ?? undefined };
    },
  });
  const readOnly = [...hostReadOnlyPaths, store.contentDirectory, ...(options.readOnly ?? [])];
  const rooms = createRooms(jobs, () => openRoom({ isolation: choice.isolation, readOnly, hostPath }));
  const limits: ProbeLimits = { wallMs: timeoutMs, outputBytes: OUTPUT_BYTES, floodBytes: FLOOD_BYTES };
  const examinerFor = (exercise: Exercise) => {
    if (exercise.mode === 'interactive') assertTerminal();
    return createExaminer({
      ...exercise,
      platform: target,
      limits,
      jobs,
      sealed: choice.isolation !== 'none',
      offline: catalogue.npm.offline,
      store,
      rooms,
      ledger,
      nodePath: process.execPath,
    });
  };
  return {
    catalogue,
    isolation: choice.isolation,
    store,
    notes: [...catalogue.notes, ...choice.notes],
    examinerFor,
    close: () => rooms.close(),
  };
}
