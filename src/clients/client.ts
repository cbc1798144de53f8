/** What the tool has to know of a client: one adapter, one file. Adapters are pure; probe/ carries them out. */
import type { JournalEntry } from '../fixture/journal.js';
import type { ExecutableLocation, Manifest } from '../registry/manifest.js';
import type { Target } from '../registry/platform.js';

export interface LaunchContext {
  readonly version: string;
  /** Absolute paths inside the sealed room, fresh for this probe. */
  readonly home: string;
  readonly work: string;
  /** `http://127.0.0.1:<port>/mcp` and `http://127.0.0.1:<port>`. */
  readonly gatewayUrl: string;
  readonly modelUrl: string;
  /** Name under which the gateway is configured, the tool that the script calls, and what the user types. */
  readonly server: string;
  readonly tool: string;
  readonly prompt: string;
}

/** How to start the client once. */
export interface Launch {
  /** Arguments after the executable. */
  readonly args: readonly string[];
  /** The whole environment but for `HOME`, `PATH` and `TMPDIR`, which the room sets. */
  readonly env: Readonly<Record<string, string>>;
  /** Files to write before the start: absolute path → contents. */
  readonly files: Readonly<Record<string, string>>;
  /** Files, or folders of files, in which the client leaves its debug log. */
  readonly debugLogs: readonly string[];
}

export interface LogPattern {
  readonly pattern: RegExp;
  /** What it says, in a few words. */
  readonly meaning: string;
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
  /** The name under which the model is offered `tool` of MCP server `server`. */
  modelToolName(server: string, tool: string): string;
  /** Lines of its debug log that explain what the fixtures saw. They corroborate a finding and decide nothing. */
  readonly logPatterns: readonly LogPattern[];
  /** The version that the running client gave of itself, read from its requests; undefined if it gave none. */
  reportedVersion(journal: readonly JournalEntry[]): string | undefined;
}
