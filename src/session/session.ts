/**
 * Wires the stages together for one question: this client under this scenario on this platform. The commands and the
 * library get everything that has effects from here.
 */
import type { Inquiry } from './inquiry.js';
import { loadCatalogue } from './catalogue.js';
import type { Client } from '../clients/client.js';
import type { AttendedExaminer, ExaminerStage } from './examiner.js';
import { assertTerminal } from '../machine.js';
import type { Run } from '../run/run.js';
import { openLedger } from '../ledger/ledger.js';
import { clientForOracle, scenarioForOracle, type Oracle } from '../verdict/oracle.js';
import type { Mode } from '../settings.js';
import type { Target } from '../registry/platform.js';
import type { Isolation } from '../sandbox/steps.js';
import { showableDirectory } from '../sandbox/system.js';
import type { Scenario } from '../scenarios/scenario.js';
import { openWorkbench } from './workbench.js';

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
  /** Told what the registry wants to be waited for. */
  readonly onWait?: (what: string) => void;
}

export interface Session extends Inquiry {
  readonly examiner: AttendedExaminer;
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
 * Asks the registry what there is, and opens store, ledger and (when first needed) rooms.
 * @throws BisectError of the registry, the store, the ledger, or `ISOLATION_UNAVAILABLE`
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { mode, onStage } = options;
  const isStatic = mode === 'static';
  const oracle = options.oracle && {
    ...options.oracle,
    directory: isStatic ? options.oracle.directory : showableDirectory(options.oracle.directory),
  };
  const client = oracle ? clientForOracle(options.client, oracle) : options.client;
  const scenario = oracle ? scenarioForOracle(options.scenario, oracle) : options.scenario;
  if (mode === 'interactive') assertTerminal();
  const ledger = openLedger(options.cacheDir);
  try {
    const readOnly = oracle ? [oracle.directory] : [];
    const isolation = isStatic ? 'none' : options.isolation;
    const bench = await openWorkbench({ ...options, readOnly, isolation, ledger }, loadCatalogue(options));
    const { catalogue } = bench;
    // Of what no client runs in there is nothing to warn.
    const notes = isStatic ? catalogue.notes : bench.notes;
    const examiner = bench.examinerFor({ client, scenario, mode, oracle, onStage });
    const close = async () => {
      await bench.close();
      ledger.close();
    };
    const keep = (run: Run) => ledger.keep(run);
    // What a command asks is not what the scenario does.
    const terms = oracle ? undefined : scenario.terms;
    return { catalogue, examiner, scenario, terms, isolation: bench.isolation, notes, keep, close };
  } catch (error) {
    ledger.close();
    throw error;
  }
}
