/**
 * A bisection as it is kept: all that a report is made of, as one JSON value that can be carried to another machine. Pure.
 */
import type { z } from 'zod';
import type { Scenario } from '../scenarios/scenario.js';
import type { run } from './file.js';

export type Run = z.infer<typeof run>;

/** How an answer came about; `scenario` is its id. */
export type RunFacts = Pick<
  Run,
  | 'client'
  | 'platform'
  | 'mode'
  | 'isolation'
  | 'oracle'
  | 'provenance'
  | 'probed'
  | 'downloads'
  | 'elapsedMs'
> & { readonly scenario: string; readonly arms: readonly string[] | null };

/** What a run is kept from, beside what was answered. */
type Circumstances = Pick<Run, 'id' | 'startedAt' | 'tool' | 'reproduce' | 'host' | 'identity' | 'rule'> & {
  readonly scenario: Scenario;
  readonly facts: RunFacts;
};

/** The run as it is kept. */
export function keptRunOf(
  { answer, paths, releases }: Pick<Run, 'answer' | 'paths' | 'releases'>,
  { scenario, facts, ...circumstances }: Circumstances,
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
