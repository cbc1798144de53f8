/** Looks up what a configuration names: clients, and scenarios with their files. */
import { resolve } from 'node:path';
import { clientById } from '../clients/index.js';
import { BisectError } from '../errors.js';
import { namesFile, scenarioFor, type ChoiceContext } from '../custom/module.js';
import type { Target } from '../registry/platform.js';
import type { ClientQuestion } from './client.js';
import type { ClientPlan } from './config.js';
import { subjectsOf, type Subject } from './subject.js';

/**
 * A file that is named in two ways (`mine.mjs`, `./mine.mjs`) counts once.
 * @throws BisectError `UNKNOWN_CLIENT`, `UNKNOWN_SCENARIO`, `BAD_SCENARIO` with file and field, or `BAD_CONFIG` for two scenarios that
 *   nobody could tell apart
 */
export async function clientQuestion(
  plan: ClientPlan,
  target: Target,
  context: ChoiceContext,
): Promise<ClientQuestion> {
  const client = clientById(plan.client);
  const named = [];
  for (const name of onceEach(plan.scenarios, context.cwd))
    named.push({ name, scenario: await scenarioFor(name, context) });
  const subjects = subjectsOf(client, named, plan.modes, target);
  assertApart(subjects);
  return { plan, client, subjects };
}

function onceEach(names: readonly string[], cwd: string): string[] {
  const meant = names.map((name) => (namesFile(name) ? resolve(cwd, name) : name));
  return names.filter((_, index) => meant.indexOf(meant[index] as string) === index);
}

/** A subject is known by its key, in the ledger and in messages; its column is an anchor in the table. */
function assertApart(subjects: readonly Subject[]): void {
  subjects.forEach((subject, index) => {
    const alike = subjects
      .slice(0, index)
      .find(({ key, column }) => key === subject.key || column.key === subject.column.key);
    if (alike) throw notApart(alike, subject);
  });
}

function notApart(one: Subject, other: Subject): BisectError {
  const [first, second] = [one, other].map(({ scenarioName, mode }) => `${scenarioName} (${mode})`);
  const { key } = one.column;
  return new BisectError('BAD_CONFIG', `scenarios: ${first} and ${second} would both be called "${key}"`, {
    hint: 'give one of them another id',
    facts: { scenarios: [one.scenarioName, other.scenarioName], column: key },
  });
}
