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
  readonly jobs: number | undefined;
  readonly isolation: 'auto' | Isolation;
  /** Wall-clock limit of one run of the client, in milliseconds. */
  readonly timeoutMs: number;
  /** The store's size limit in bytes. */
  readonly cacheLimitBytes: number;
}

export interface RunRequest extends RunningRequest {
  readonly good: string;
  readonly bad: string;
  /** Run everything anew, whatever the ledger knows. */
  readonly fresh: boolean;
  /** Look for the first good release after a bad one. */
  readonly findFix: boolean;
}

export interface ProbeRequest extends RunningRequest {
  readonly versions: readonly string[];
}

export interface PruneRequest extends CommonRequest {
  readonly all: boolean;
  readonly toBytes: number | undefined;
}

/** What each command does; each gives the exit code. */
export interface Handlers {
  run(request: RunRequest): Promise<number>;
  probe(request: ProbeRequest): Promise<number>;
  releases(request: ReleasesRequest): Promise<number>;
  scenarios(request: CommonRequest): Promise<number>;
  clients(request: CommonRequest): Promise<number>;
  cacheList(request: CommonRequest): Promise<number>;
  cacheVerify(request: CommonRequest): Promise<number>;
  cachePrune(request: PruneRequest): Promise<number>;
  doctor(request: CommonRequest & Pick<RunningRequest, 'isolation'>): Promise<number>;
}
