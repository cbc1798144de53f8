/** From what `--scenario`, or the library, is given to a scenario: a built-in one, a file's, or the value itself. */
import { resolve } from 'node:path';
import { loadScenario, namesFile } from './module.js';
import { isDefined, scenarioFrom, timesBeyond } from './define.js';
import { dryRun } from './dry-run.js';
import { badScenario } from './guarded.js';
import { scenarioById, scenarios } from '../scenarios/index.js';
import type { Scenario } from '../scenarios/scenario.js';

export interface ChoiceContext {
  /** Where relative paths begin. */
  readonly cwd: string;
  /** Wall clock of one run of the client. */
  readonly timeoutMs: number;
}

/**
 * The scenario that is meant.
 * @throws BisectError `UNKNOWN_SCENARIO`, or `BAD_SCENARIO` with file and field
 */
export async function scenarioFor(
  choice: string | Scenario,
  { cwd, timeoutMs }: ChoiceContext,
): Promise<Scenario> {
  if (typeof choice === 'string' && !namesFile(choice)) return scenarioById(choice);
  if (typeof choice === 'object' && scenarios.includes(choice)) return choice;
  const scenario = await own(choice, cwd);
  const name = typeof choice === 'string' ? resolve(cwd, choice) : `scenario "${scenario.id}"`;
  const problems = timesBeyond(scenario, timeoutMs);
  if (scenarios.some(({ id }) => id === scenario.id))
    problems.push(`id: "${scenario.id}" is a built-in scenario's: choose another`);
  if (problems.length === 0) problems.push(...dryRun(scenario));
  if (problems.length > 0) throw badScenario({ name }, problems);
  return scenario;
}

async function own(choice: string | Scenario, cwd: string): Promise<Scenario> {
  if (typeof choice === 'string') return loadScenario(choice, cwd);
  return isDefined(choice) ? choice : scenarioFrom(choice, {});
}
