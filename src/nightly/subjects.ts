/** What is watched: clients under scenarios, looked up as a configuration names them. */
import { resolve } from 'node:path';
import type { Client } from '../clients/client.js';
import { clientById } from '../clients/index.js';
import { namesFile, scenarioFor, type ChoiceContext } from '../custom/module.js';
import { BisectError } from '../errors.js';
import type { Target } from '../registry/platform.js';
import type { Column } from '../report/nightly/version-table.js';
import type { Scenario } from '../scenarios/scenario.js';
import type { Mode } from '../settings.js';
import type { ClientPlan } from './config.js';

/** One client under one scenario in one mode, on one platform. A column of the version table. */
export interface Subject {
  /** `claude-code get-stream-404 linux-x64 headless`: its name in the ledger. */
  readonly key: string;
  readonly client: Client;
  readonly scenario: Scenario;
  /** As the configuration names it: a name, or the path of a file. */
  readonly scenarioName: string;
  readonly platform: Target;
  readonly mode: Mode;
  readonly column: Column;
}

/** What is asked of one client, looked up. */
export interface ClientQuestion {
  readonly plan: ClientPlan;
  readonly client: Client;
  /** Every scenario in every mode. */
  readonly subjects: readonly Subject[];
}

/**
 * A file that is named in two ways (`mine.mjs`, `./mine.mjs`) counts once.
 * @throws BisectError `UNKNOWN_CLIENT`, `UNKNOWN_SCENARIO`, `BAD_SCENARIO` with file and field, or `BAD_CONFIG` for two scenarios that
 *   nobody could tell apart
 */
export async function clientQuestion(
  plan: ClientPlan,
  platform: Target,
  context: ChoiceContext,
): Promise<ClientQuestion> {
  const client = clientById(plan.client);
  const meant = new Map<string, string>();
  for (const name of plan.scenarios) {
    const file = namesFile(name) ? resolve(context.cwd, name) : name;
    if (!meant.has(file)) meant.set(file, name);
  }
  const subjects: Subject[] = [];
  for (const name of meant.values()) {
    const scenario = await scenarioFor(name, context);
    for (const mode of plan.modes) {
      const subject = subjectOf(client, { name, scenario }, mode, platform);
      assertApart(subject, subjects);
      subjects.push(subject);
    }
  }
  return { plan, client, subjects };
}

export function subjectOf(
  client: Client,
  { name, scenario }: { readonly name: string; readonly scenario: Scenario },
  mode: Mode,
  platform: Target,
): Subject {
  const { id, title, issue, terms } = scenario;
  return {
    key: [client.id, id, platform, mode].join(' '),
    client,
    scenario,
    scenarioName: name,
    platform,
    mode,
    column: {
      key: mode === 'headless' ? id : `${id}-${mode}`,
      scenario: id,
      title,
      mode,
      issue,
      ...(terms && { terms }),
    },
  };
}

/** A subject is known by its key, in the ledger and in messages; its column is an anchor in the table. */
function assertApart(subject: Subject, others: readonly Subject[]): void {
  const alike = others.find(({ key, column }) => key === subject.key || column.key === subject.column.key);
  if (!alike) return;
  const [first, second] = [alike, subject].map(({ scenarioName, mode }) => `${scenarioName} (${mode})`);
  const { key } = alike.column;
  throw new BisectError('BAD_CONFIG', `scenarios: ${first} and ${second} would both be called "${key}"`, {
    hint: 'give one of them another id',
    facts: { scenarios: [alike.scenarioName, subject.scenarioName], column: key },
  });
}
