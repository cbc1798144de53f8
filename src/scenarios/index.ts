/** Every built-in scenario: one file and one line each. */
import { BisectError } from '../errors.js';
import { getStream404 } from './get-stream-404.js';
import type { Scenario } from './scenario.js';

export const scenarios: readonly Scenario[] = [getStream404];

/**
 * The scenario with this id.
 * @throws BisectError `UNKNOWN_SCENARIO`
 */
export function scenarioById(id: string): Scenario {
  const scenario = scenarios.find((known) => known.id === id);
  if (scenario) return scenario;
  throw new BisectError('UNKNOWN_SCENARIO', `unknown scenario "${id}"`, {
    hint: `choose one of ${scenarios.map((known) => known.id).join(', ')}`,
    facts: { scenario: id },
  });
}
