/** Looks up what a configuration names: clients, and scenarios with their files. */
import { clientById } from '../clients/index.js';
import { scenarioFor, type ChoiceContext } from '../scenario-choice.js';
import type { Target } from '../registry/platform.js';
import type { ClientQuestion } from './client.js';
import type { ClientPlan } from './config.js';
import { subjectsOf } from './subject.js';

/**
 * @throws BisectError `UNKNOWN_CLIENT`, `UNKNOWN_SCENARIO`, or `BAD_SCENARIO` with file and field
 */
export async function clientQuestion(
  plan: ClientPlan,
  target: Target,
  context: ChoiceContext,
): Promise<ClientQuestion> {
  const client = clientById(plan.client);
  const named = [];
  for (const name of plan.scenarios) named.push({ name, scenario: await scenarioFor(name, context) });
  return { plan, client, subjects: subjectsOf(client, named, plan.modes, target) };
}
