/** What each command is asked for: values, all checked for their form, none looked up yet. */
import type { Mode } from '../settings.js';
import type { Isolation } from '../sandbox/steps.js';

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
  /** The arms that are asked about, beside the control; none: all. */
  readonly arm: readonly string[];
  /** A command that judges in place of the scenario, with the fixtures of the one arm. */
  readonly oracle: string | undefined;
  readonly hang: 'bad' | 'skip' | undefined;
  readonly sameFailure: boolean;
  /** The oracle needs no run of the client. */
  readonly static: boolean;
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
  /** Versions that are not run. */
  readonly exclude: readonly string[];
  /** Look for the first good release after a bad one. */
  readonly findFix: boolean;
  /** Look for the first bad release before a bad one, and for the first good one after it. */
  readonly window: boolean;
  /** Releases that are not proved to be signed are not run. */
  readonly requireProvenance: boolean;
  /** Files to write the report to; their endings say in which format. */
  readonly report: readonly string[];
}

export interface TableRequest extends RunningRequest, RuleRequest {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Test every release of the range. */
  readonly scan: boolean;
  readonly fresh: boolean;
  /** Versions that are not run. */
  readonly exclude: readonly string[];
}

/** What is left out is the configuration file's to say. */
export interface NightlyRequest extends CommonRequest {
  readonly config: string | undefined;
  readonly client: string | undefined;
  readonly scenario: readonly string[] | undefined;
  readonly mode: Exclude<Mode, 'static'> | undefined;
  readonly since: string | undefined;
  readonly releases: number | undefined;
  readonly test: 'all' | 'until-known' | undefined;
  readonly includePrereleases: boolean | undefined;
  readonly confirm: number | undefined;
  readonly output: string | undefined;
  /** A command that gets each change as JSON on stdin. */
  readonly onChange: string | undefined;
  /** A line of JSON on stderr for each step. */
  readonly logJson: boolean;
  readonly registry: string | undefined;
  readonly jobs: number | undefined;
  readonly isolation: 'auto' | Isolation;
  readonly timeoutMs: number;
  readonly cacheLimitBytes: number;
}

export interface ProbeRequest extends RunningRequest {
  readonly versions: readonly string[];
  /** Print what each terminal showed at the end. */
  readonly show: boolean;
  /** Without the names, paths and keys of this machine. */
  readonly redact: boolean;
}

export interface LaunchRequest
  extends ReleasesRequest, Pick<RunningRequest, 'scenario' | 'isolation' | 'cacheLimitBytes'> {
  readonly version: string;
  /** Whose fixtures the client meets; undefined: the first but the control. */
  readonly arm: string | undefined;
  /** Without the names, paths and keys of this machine. */
  readonly redact: boolean;
}

export type ReportFormat = 'md' | 'html' | 'json' | 'junit';

/** Which run is meant, and what may be shown of it. */
export interface ReportRequest extends CommonRequest {
  /** The beginning of a run's id; undefined: the last one. */
  readonly id: string | undefined;
  /** The scenario that it was made under: an id, or a file. */
  readonly scenario: string | undefined;
  /** A file that `--export` wrote, in place of the ledger. */
  readonly from: string | undefined;
  /** Where the file of its scenario is written to; `true`: here, under its own name. */
  readonly scenarioFile: string | true | undefined;
  /** Undefined: as the ending of `output` says, or Markdown. */
  readonly format: ReportFormat | undefined;
  readonly output: string | undefined;
  /** Where the run itself is written to, for another machine. */
  readonly export: string | undefined;
  /** Name the runs that are kept, and nothing else. */
  readonly list: boolean;
  /** Without the names, paths and keys of this machine. */
  readonly redact: boolean;
}

/** Which records of a release are meant: what is left out may be anything. */
export interface ShowRequest extends CommonRequest {
  readonly version: string;
  readonly client: string;
  readonly scenario: string | undefined;
  readonly platform: string | undefined;
  readonly mode: Mode | undefined;
  /** Every round, and not only the newest of each verdict. */
  readonly all: boolean;
  readonly redact: boolean;
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

export interface DoctorRequest
  extends CommonRequest, Pick<RunningRequest, 'client' | 'isolation' | 'offline' | 'registry'> {}

export interface CheckLedgerRequest extends CommonRequest {
  /** Make a new ledger of what can be read. */
  readonly repair: boolean;
}

/** Which rounds are meant; what is left out may be anything. */
export interface RoundsRequest extends CommonRequest {
  readonly versions: readonly string[];
  readonly client: string | undefined;
  readonly scenario: string | undefined;
}

export interface ForgetRequest extends RoundsRequest {
  /** Ids of kept runs, or their beginnings. */
  readonly run: readonly string[];
}

/** What each command does; each gives the exit code. */
export interface Handlers {
  run(request: RunRequest): Promise<number>;
  table(request: TableRequest): Promise<number>;
  probe(request: ProbeRequest): Promise<number>;
  launch(request: LaunchRequest): Promise<number>;
  nightly(request: NightlyRequest): Promise<number>;
  show(request: ShowRequest): Promise<number>;
  report(request: ReportRequest): Promise<number>;
  releases(request: ReleasesRequest): Promise<number>;
  scenarios(request: CommonRequest): Promise<number>;
  newScenario(request: NewScenarioRequest): Promise<number>;
  checkScenario(request: CheckScenarioRequest): Promise<number>;
  clients(request: CommonRequest): Promise<number>;
  cacheList(request: CommonRequest): Promise<number>;
  cacheVerify(request: CommonRequest): Promise<number>;
  cachePrune(request: PruneRequest): Promise<number>;
  ledgerList(request: RoundsRequest): Promise<number>;
  ledgerForget(request: ForgetRequest): Promise<number>;
  ledgerCheck(request: CheckLedgerRequest): Promise<number>;
  doctor(request: DoctorRequest): Promise<number>;
}
