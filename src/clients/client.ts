/** What the tool has to know of a client: one adapter, one file. Adapters are pure; probe/ carries them out. */
import type { JournalEntry } from '../fixture/journal.js';
import type { Hold, ServerAddress } from '../fixture/plan.js';
import type { Mode } from '../settings.js';
import type { Manifest } from '../registry/manifest.js';
import type { ExecutableLocation } from '../registry/releases.js';
import type { Target } from '../registry/platform.js';

export interface LaunchContext {
  readonly version: string;
  /** What the arguments are given to: the executable, or its interpreter and its file. */
  readonly command: readonly string[];
  readonly mode: Mode;
  /** Absolute paths inside the sealed room, fresh for this probe. */
  readonly home: string;
  readonly work: string;
  /** The MCP server: the name under which it is configured, where it is, and static headers to send to it. */
  readonly server: {
    readonly name: string;
    readonly address: ServerAddress;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** `http://127.0.0.1:<port>` */
  readonly modelUrl: string;
  /** Tools of the server that the client may call without asking its user. */
  readonly tools: readonly string[];
  /** What the user asks. */
  readonly prompt: string;
  /** Whether the client should be told to wait for its servers before it asks the model, if it can be. */
  readonly waitsForServers: boolean;
}

/** How to start the client once. */
export interface Launch {
  /** A whole command line to start in place of the client: what is started may start the client itself. */
  readonly replaces?: readonly [string, ...string[]];
  /** Arguments after the executable. */
  readonly args: readonly string[];
  /** The whole environment but for `HOME`, `PATH` and `TMPDIR`, which the room sets. */
  readonly env: Readonly<Record<string, string>>;
  /** Files to write before the start: absolute path → contents. */
  readonly files: Readonly<Record<string, string>>;
  /** Files, or folders of files, in which the client leaves its debug log. */
  readonly debugLogs: readonly string[];
  /** In interactive mode: the terminal, and what is typed. */
  readonly terminal?: TerminalPlan;
}

/** A pseudo-terminal and its user. */
export interface TerminalPlan {
  readonly columns: number;
  readonly rows: number;
  /** Done in order. */
  readonly steps: readonly Keystrokes[];
  /** The kind of somebody's own terminal (TERM), who looks and types there themselves. */
  readonly attended?: string;
}

/** What the user types as soon as a line of the screen matches `when` (source of a RegExp). */
export interface Keystrokes {
  readonly when: string;
  /** Once the screen matches, the user also waits for this. */
  readonly hold?: Hold;
  readonly type: string;
}

/** A command of the client's own that says whether it reaches its MCP servers. What it says is recorded and judges nothing. */
export interface HealthCheck {
  /** As its user would write it: `claude mcp list`. */
  readonly command: string;
  launch(context: LaunchContext): Launch;
  /** Reads what the command's output says of the server of that name. */
  read(stdout: string, server: string): 'connected' | 'failed' | 'unknown';
}

export interface LogPattern {
  readonly pattern: RegExp;
  /** What it says, in a few words. */
  readonly meaning: string;
}

/** What a field of a bug form is about. `api`: through which provider the model is reached. */
export type FormField =
  | 'wrong'
  | 'expected'
  | 'logs'
  | 'steps'
  | 'model'
  | 'regression'
  | 'lastWorking'
  | 'version'
  | 'api'
  | 'system'
  | 'terminal'
  | 'additional';

/** The client's own bug form: its headings in its order. */
export interface BugForm {
  readonly fields: readonly { readonly field: FormField; readonly heading: string }[];
  /** What its users answer for `api`. */
  readonly api: string;
}

export interface Client {
  readonly id: string;
  readonly title: string;
  /** The npm package whose versions are the releases. */
  readonly package: string;
  /** Raise it whenever a change here could change a verdict: it is part of the ledger's key. */
  readonly revision: number;
  /** The language of the model API it speaks. */
  readonly modelApi: 'anthropic-messages';
  /** Where the executable of this version is for `target`, or why there is none. */
  locate(manifest: Manifest, target: Target): ExecutableLocation | { readonly missing: string };
  launch(context: LaunchContext): Launch;
  readonly bugForm: BugForm;
  /**
   * The https address where its makers say what changed in `version`: the entry of a changelog, or a comparison of its tag with that of
   * `before`, the nearest earlier release that is known.
   */
  changesIn?(version: string, before: string): string;
  /** The least that its user has to write to have it use `server`, and the file where that goes. */
  configuration(server: LaunchContext['server']): { readonly path: string; readonly text: string };
  readonly healthCheck?: HealthCheck;
  /** The name under which the model is offered `tool` of MCP server `server`. */
  modelToolName(server: string, tool: string): string;
  /** Lines of its debug log that explain what the fixtures saw. They corroborate a finding and decide nothing. */
  readonly logPatterns: readonly LogPattern[];
  /** The version that the running client gave of itself, read from its requests; undefined if it gave none. */
  reportedVersion(journal: readonly JournalEntry[]): string | undefined;
}
