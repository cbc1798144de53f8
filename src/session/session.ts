/**
 * Wires the stages together: catalogue → prober → ledger, for whoever asks a question. The commands and the library get
 * everything that has effects from here.
 */
import { openLedger, type Ledger } from '../ledger/ledger.js';
import { assertTerminal, hostPath, hostReadOnlyPaths } from '../machine.js';
import { createRooms, openHostedRoom } from '../probe/rooms.js';
import { packumentCacheOf, shrinkAnswers } from '../registry/packument-cache.js';
import type { Target } from '../registry/platform.js';
import { openTarball } from '../registry/tarball.js';
import type { Run } from '../run/run.js';
import { chooseIsolation } from '../sandbox/isolation.js';
import type { Isolation } from '../sandbox/steps.js';
import { showableDirectory } from '../sandbox/system.js';
import type { Scenario } from '../scenarios/scenario.js';
import { openStore } from '../store/store.js';
import { clientForOracle, scenarioForOracle } from '../verdict/oracle.js';
import { loadCatalogue, type Catalogue, type CatalogueOptions } from './catalogue.js';
import type { Exercise } from './prober.js';
import { createRounds, type Inquiry, type Rounds } from './rounds.js';

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

/** What all questions about one client's releases share: the list of them, the store, the rooms. */
export type Workbench = Awaited<ReturnType<typeof openWorkbench>>;

const MIB = 2 ** 20;
/** Kept of each stream; and written by a client before it counts as flooding. */
const OUTPUT = { outputBytes: 2 * MIB, floodBytes: 64 * MIB };

/**
 * Opens the store and (when first needed) rooms. No client is started by that.
 * @param openRoom what a probe is done in
 * @throws BisectError of `catalogue`, the store, or `ISOLATION_UNAVAILABLE`
 */
export async function openWorkbench(
  options: WorkbenchOptions,
  asked: Catalogue | Promise<Catalogue>,
  openRoom = openHostedRoom,
) {
  const { target, cacheDir, cacheLimitBytes, jobs, timeoutMs, ledger } = options;
  const [catalogue, { isolation, notes }] = await Promise.all([asked, chooseIsolation(options.isolation)]);
  // The registry's answers count as well; the executables have what they leave.
  const answers = await shrinkAnswers(packumentCacheOf(cacheDir), cacheLimitBytes);
  const store = await openStore({
    dir: cacheDir,
    limitBytes: cacheLimitBytes - answers.remaining,
    openTarball: async (source, signal) => {
      const { stream, size } = await openTarball(source, catalogue.npm, signal);
      return { stream, size: size ?? undefined };
    },
  });
  const readOnly = [...hostReadOnlyPaths, store.contentDirectory, ...(options.readOnly ?? [])];
  const rooms = createRooms(jobs, () => openRoom({ isolation, readOnly, hostPath }));
  const tools = {
    jobs,
    store,
    rooms,
    ledger,
    platform: target,
    sealed: isolation !== 'none',
    offline: catalogue.npm.offline,
    limits: { wallMs: timeoutMs, ...OUTPUT },
  };
  return {
    catalogue,
    isolation,
    store,
    /** What the user should hear before anything else. */
    notes: [...catalogue.notes, ...notes],
    /** @throws BisectError `TERMINAL_UNAVAILABLE` for interactive mode where there is none */
    roundsFor: (exercise: Exercise): Rounds => {
      if (exercise.mode === 'interactive') assertTerminal();
      return createRounds(exercise, tools);
    },
    /** Ends every room. */
    close: () => rooms.close(),
  };
}

export interface SessionOptions
  extends Exercise, Omit<CatalogueOptions, 'vouched'>, Omit<WorkbenchOptions, 'readOnly' | 'ledger'> {}

export interface Session extends Inquiry {
  /** What is run: with an oracle not quite the scenario that was asked for. */
  readonly scenario: Scenario;
  readonly isolation: Isolation;
  /** What the user should hear before anything else. */
  readonly notes: readonly string[];
  /** Keeps a run in the ledger's store, for `report`. */
  keep(run: Run): void;
  /** Ends every room and closes the ledger. */
  close(): Promise<void>;
}

/**
 * Asks the registry what there is, and opens store, ledger and (when first needed) rooms, for one client under one scenario.
 * @throws BisectError of the registry, the store, the ledger, or `ISOLATION_UNAVAILABLE`
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  if (options.mode === 'interactive') assertTerminal();
  const isStatic = options.mode === 'static';
  const exercise = options.oracle ? judgedBy(options.oracle, options) : options;
  const { oracle, scenario } = exercise;
  const ledger = openLedger(options.cacheDir);
  try {
    const bench = await openWorkbench(
      {
        ...options,
        readOnly: oracle ? [oracle.directory] : [],
        isolation: isStatic ? 'none' : options.isolation,
        ledger,
      },
      loadCatalogue(options),
    );
    return {
      catalogue: bench.catalogue,
      rounds: bench.roundsFor(exercise),
      scenario,
      // What a command asks is not what the scenario does.
      terms: oracle ? undefined : scenario.terms,
      isolation: bench.isolation,
      // Of what no client runs in there is nothing to warn.
      notes: isStatic ? bench.catalogue.notes : bench.notes,
      keep: (run) => ledger.keep(run),
      close: async () => {
        await bench.close();
        ledger.close();
      },
    };
  } catch (error) {
    ledger.close();
    throw error;
  }
}

/** With a command of the user's in the place of the scenario's judge. */
function judgedBy(
  asked: NonNullable<Exercise['oracle']>,
  { client, scenario, mode, onStage }: Exercise,
): Exercise {
  const directory = mode === 'static' ? asked.directory : showableDirectory(asked.directory);
  const oracle = { ...asked, directory };
  return {
    client: clientForOracle(client, oracle),
    scenario: scenarioForOracle(scenario, oracle),
    mode,
    oracle,
    onStage,
  };
}
