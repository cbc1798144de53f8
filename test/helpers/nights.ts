/** Nights of one user, one after the other: the real bin, a folder for its tables, and a file that a command fills. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { VersionTable } from '../../src/report/nightly/version-table.js';
import type { Outcome, Workplace } from './cli.js';
import type { TestRegistry } from './registry.js';

/** What `nightly --json` prints, with the exit code. */
export interface NightOutcome {
  readonly code: number | undefined;
  readonly quiet: boolean;
  readonly news: readonly Change[];
  readonly untold: readonly string[];
  readonly told: readonly { readonly id: string; readonly channel: string; readonly error: string | null }[];
  readonly untestable: readonly { readonly version: string; readonly reason: string }[];
  readonly filesWritten: number;
  readonly rounds: { readonly good: number; readonly bad: number; readonly skip: number };
  /** All of them. */
  readonly runs: number;
  readonly downloads: number;
  readonly cacheHits: number;
  readonly elapsedMs: number;
  readonly errors: readonly {
    readonly code: string;
    readonly message: string;
    readonly hint: string | null;
  }[];
  /** Of a night that ended before it began: nothing else is there then. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string | null };
  readonly stderr: string;
}

/** A change as commands and webhooks get it. */
export interface Change {
  readonly id: string;
  readonly kind: 'regression' | 'fix' | 'correction';
  readonly about: string | null;
  readonly before: string;
  readonly after: string;
  readonly suspects: readonly string[];
  readonly scenario: string;
  readonly title: string;
  readonly run: string;
}

/** A step of `--log-json`. */
export interface LoggedStep {
  readonly event: string;
  readonly [field: string]: unknown;
}

export const SCENARIO = 'get-stream-404';

export class Nights {
  readonly user: Workplace;
  readonly registry: TestRegistry;
  /** Put before the options of every night. Both sides of a change are confirmed once: what is asked here is not how often. */
  usual: readonly string[] = ['--scenario', SCENARIO, '--confirm', '1'];
  /** What `--on-change` runs; undefined: nobody is told. */
  command: string | undefined = 'cat >> told.jsonl';

  constructor(user: Workplace, registry: TestRegistry) {
    this.user = user;
    this.registry = registry;
  }

  get output(): string {
    return join(this.user.cwd, 'nightly');
  }

  args(...more: string[]): string[] {
    const telling = this.command === undefined ? [] : ['--on-change', this.command];
    return ['nightly', '--registry', this.registry.url, ...this.usual, ...telling, ...more];
  }

  /** One night, and what it says of itself. */
  async night(more: readonly string[] = [], env: Record<string, string> = {}): Promise<NightOutcome> {
    const { code, stdout, stderr } = await this.run(this.args(...more, '--json', '--quiet'), env);
    if (!stdout.startsWith('{'))
      throw new Error(`exit code ${code}, no document, but: ${stderr.slice(0, 2000)}`);
    const document = JSON.parse(stdout);
    const { good, bad, skip } = document.rounds ?? { good: 0, bad: 0, skip: 0 };
    return { ...document, runs: good + bad + skip, code, stderr };
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
    return this.user.run(args, env);
  }

  /** Starts one that says its steps, for tests that watch or end it. */
  start(more: readonly string[] = [], env: Record<string, string> = {}) {
    return this.user.start(this.args(...more, '--json', '--log-json'), env);
  }

  /** What the command was told, in order. */
  told(): Change[] {
    const file = join(this.user.cwd, 'told.jsonl');
    return existsSync(file) ? linesOf(readFileSync(file, 'utf8')).map((line) => JSON.parse(line)) : [];
  }

  table(): VersionTable {
    return JSON.parse(readFileSync(join(this.output, 'table.json'), 'utf8'));
  }

  /** What `table --scan` says, from the ledger of the nights. */
  async scan(from: string): Promise<Scan> {
    const args = ['table', '--scan', '--from', from, '--confirm', '1', '--registry', this.registry.url];
    const { stdout } = await this.user.run([...args, '--json', '--quiet']);
    return JSON.parse(stdout);
  }
}

/** What `table --scan --json` says. */
export interface Scan {
  readonly probed: readonly string[];
  readonly boundaries: readonly { direction: string; before: string; after: string; suspects: string[] }[];
  readonly table: readonly { readonly version: string; readonly verdict: string; readonly rounds: unknown }[];
}

/** The packument of the only client, and the tarballs, on the registry. */
export const PACKAGE = '@anthropic-ai/claude-code';

/** The lines of a text, without empty ones. */
export const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** The steps of `--log-json`. Fails where a line is anything else. */
export const stepsIn = (stderr: string): LoggedStep[] => linesOf(stderr).map((line) => JSON.parse(line));

/** By version, the oldest first: what the only column of the table says of it. */
export function verdicts(table: VersionTable): Record<string, string> {
  const rows = (table.clients[0]?.rows ?? []).toReversed();
  return Object.fromEntries(rows.map(({ version, cells }) => [version, cells[0]?.result ?? 'no cell']));
}

/** The changes of a table in a line each: `regression 2.1.1 2.1.2`. */
export const changesIn = (table: VersionTable): string[] =>
  (table.clients[0]?.changes ?? [])
    .map(({ kind, before, after }) => `${kind} ${before} ${after}`)
    .toReversed();

/** What was told in a line each: `regression 2.1.1 2.1.2`. */
export const named = (changes: readonly Change[]): string[] =>
  changes.map(({ kind, before, after }) => `${kind} ${before} ${after}`);

/** What nights leave, whatever ended some of them. How often a release was run may differ: a round can be lost in the middle. */
export function stateOf(nights: Nights) {
  const table = nights.table();
  const rows = table.clients[0]?.rows ?? [];
  return {
    told: named(nights.told()),
    ids: nights.told().map(({ id }) => id),
    verdicts: verdicts(table),
    changes: changesIn(table),
    marks: rows.map(({ version, cells }) => [version, cells[0]?.mark]),
    reports: (table.clients[0]?.changes ?? []).map(({ report }) => report),
    evidence: rows.map(({ evidence }) => evidence),
  };
}

/** By path: size, moment of the last change, and bytes of every file below the folders. */
export function filesBelow(...folders: readonly string[]): Map<string, string> {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Map(files.toSorted().map((file) => [file, bytesOf(file)]));
}

function bytesOf(file: string): string {
  const { size, mtimeNs } = statSync(file, { bigint: true });
  return `${size} bytes, changed ${mtimeNs}: ${readFileSync(file, 'base64')}`;
}

/** Node’s clock, in this process and in the one that tells people, off by so many days. */
export const off = (days: number) => ({
  NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(
    `const shift = ${days} * 86_400_000; const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...given) { if (given.length === 0) super(Real.now() + shift); else super(...given); }
      static now() { return Real.now() + shift; }
    };`,
  )}`,
});
