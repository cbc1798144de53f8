/** What each command is asked for: values, all checked for their form, none looked up yet. */
import type { Mode } from '../probe/observation.js';
import type { Isolation } from '../sandbox/room.js';

/** What every command is told. */
export interface CommonRequest {
  readonly cacheDir: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What names a list of releases. */
export interface ReleasesRequest extends CommonRequest {
  readonly client: string;
  readonly registry: string | undefined;
  readonly offline: boolean;
  readonly platform: string | undefined;
  readonly includePrereleases: boolean;
}

/** What running releases needs. */
export interface RunningRequest extends ReleasesRequest {
  readonly scenario: string;
  readonly mode: Mode;
  /** A command that judges in place of the scenario, and the arm whose fixtures it gets. */
  readonly oracle: string | undefined;
  readonly arm: string | undefined;
  readonly jobs: number | undefined;
  readonly isolation: 'auto' | Isolation;
  /** Wall-clock limit of one run of the client, in milliseconds. */
  readonly timeoutMs: number;
  /** The store's size limit in bytes. */
  readonly cacheLimitBytes: number;
}

/** How often releases are run, and how sure an answer has to be; what a command does not ask for has its default. */
export interface RuleRequest {
  readonly repeat: number;
  readonly confirm: number;
  readonly confidence?: number;
  readonly maxRounds?: number;
}

export interface RunRequest extends RunningRequest, RuleRequest {
  readonly good: string | undefined;
  readonly bad: string | undefined;
  /** Run everything anew, whatever the ledger knows. */
  readonly fresh: boolean;
  /** Look for the first good release after a bad one. */
  readonly findFix: boolean;
  /** Look for the first bad release before a bad one, and for the first good one after it. */
  readonly window: boolean;
}

export interface TableRequest extends RunningRequest, RuleRequest {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Test every release of the range. */
  readonly scan: boolean;
  readonly fresh: boolean;
}

export interface ProbeRequest extends RunningRequest {
  readonly versions: readonly string[];
  /** Print what each terminal showed at the end. */
  readonly show: boolean;
}

export interface NewScenarioRequest extends CommonRequest {
  readonly name: string;
  /** Where the file goes; undefined: `name`.mjs in the working folder. */
  readonly output: string | undefined;
}

export interface CheckScenarioRequest extends CommonRequest, Pick<RunningRequest, 'timeoutMs'> {
  /** The file, or the name of a built-in scenario. */
  readonly name: string;
}

export interface PruneRequest extends CommonRequest {
  readonly all: boolean;
  readonly toBytes: number | undefined;
}

/** What each command does; each gives the exit code. */
export interface Handlers {
  run(request: RunRequest): Promise<number>;
  table(request: TableRequest): Promise<number>;
  probe(request: ProbeRequest): Promise<number>;
  releases(request: ReleasesRequest): Promise<number>;
  scenarios(request: CommonRequest): Promise<number>;
  newScenario(request: NewScenarioRequest): Promise<number>;
  checkScenario(request: CheckScenarioRequest): Promise<number>;
  clients(request: CommonRequest): Promise<number>;
  cacheList(request: CommonRequest): Promise<number>;
  cacheVerify(request: CommonRequest): Promise<number>;
  cachePrune(request: PruneRequest): Promise<number>;
  doctor(request: CommonRequest & Pick<RunningRequest, 'isolation'>): Promise<number>;
}
