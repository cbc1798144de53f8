/**
 * A bisection as it is kept: all that a report is made of, as one JSON value that can be carried to another machine. Pure.
 */
import type { Identity } from '../machine.js';
import type { SearchStep } from '../search/drive.js';
import type { Rule } from '../search/question.js';
import type { Mode } from '../settings.js';
import type { Provenance } from '../registry/provenance.js';
import type { Answer } from '../search/answer.js';
import type { Isolation } from '../sandbox/steps.js';
import type { ScenarioFile } from '../scenarios/file.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';
import type { Round } from '../verdict/round.js';

/**
 * One round of a release. Whole is the newest one of each kind of outcome. Of the others only the debug log is kept (their journals
 * and output are empty), so that what is in every log can be told from what happened to be in one.
 */
export interface KeptRound extends Round {
  readonly isWhole: boolean;
}

export interface Run {
  readonly schema: 1;
  /** Eight hexadecimal digits. */
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** Version of mcp-bisect. */
  readonly tool: string;
  /** Arguments of mcp-bisect that ask the same again: releases by their versions, defaults spelt out. */
  readonly reproduce: readonly string[];
  /** Id of the client's adapter. */
  readonly client: string;
  readonly scenario: {
    readonly id: string;
    readonly title: string;
    readonly issue: string;
    readonly spec: string;
    /** What a client should do, in a sentence or two; empty where a file does not say. */
    readonly expected: string;
    readonly server: string;
    readonly tool: string;
    readonly prompt: string;
    readonly aboutWaiting?: boolean;
    readonly arms: readonly Arm[];
    /** Left out where it is built in. */
    readonly file?: ScenarioFile;
  };
  readonly platform: string;
  readonly mode: Mode;
  readonly isolation: Isolation;
  readonly oracle: string | null;
  /** The arms that were asked about, where the scenario has more; else null, and in older runs left out. */
  readonly arms?: readonly string[] | null | undefined;
  readonly rule: Rule;
  /** `Debian GNU/Linux 12 (bookworm), Linux 6.1.0, x64` and `20.20.0`. */
  readonly host: { readonly system: string; readonly node: string };
  readonly answer: Answer;
  readonly paths: readonly (readonly SearchStep[])[];
  /** Releases that were run for it, and how many tarballs that took. */
  readonly probed: readonly string[];
  readonly downloads: number;
  /** Who vouches for the releases that the answer names. Runs of earlier versions of this tool do not say. */
  readonly provenance?: readonly Provenance[] | undefined;
  /** By version: the rounds of every release that has any, the oldest first. */
  readonly releases: Readonly<Record<string, readonly KeptRound[]>>;
  /** Null once it has been redacted. */
  readonly identity: Identity | null;
}

export interface RunFacts {
  readonly client: string;
  readonly scenario: string;
  readonly platform: string;
  readonly mode: Mode;
  readonly isolation: Isolation;
  /** The command that judged in place of the scenario. */
  readonly oracle: string | null;
  /** The arms that were asked about, where the scenario has more; else null. */
  readonly arms: readonly string[] | null;
  /** Of a bisection: who vouches for the releases that its answer names. */
  readonly provenance?: Run['provenance'];
  readonly probed: readonly string[];
  readonly downloads: number;
  readonly elapsedMs: number;
}

/** What a run is kept from, beside what was asked and answered. */
export interface RunCircumstances extends Pick<
  Run,
  'id' | 'startedAt' | 'tool' | 'reproduce' | 'host' | 'identity' | 'rule'
> {
  readonly scenario: Scenario;
  readonly facts: RunFacts;
}

/** The run as it is kept. */
export function keptRunOf(
  { answer, paths, releases }: Pick<Run, 'answer' | 'paths' | 'releases'>,
  { scenario, facts, ...circumstances }: RunCircumstances,
): Run {
  return {
    schema: 1,
    ...circumstances,
    ...facts,
    scenario: keptScenarioOf(scenario),
    answer,
    paths,
    releases,
  };
}

/** What is kept of a scenario: all of it that is data. */
export function keptScenarioOf(scenario: Scenario): Run['scenario'] {
  const { id, title, issue, spec, expected = '', server, tool, prompt, aboutWaiting, arms, file } = scenario;
  const kept = { id, title, issue, spec, expected, server, tool, prompt, arms };
  return { ...kept, ...(aboutWaiting !== undefined && { aboutWaiting }), ...(file && { file }) };
}
