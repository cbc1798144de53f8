/** What is watched: one client under one scenario in one mode, on one platform. A column of the version table. */
import type { Client } from '../clients/client.js';
import type { Mode } from '../settings.js';
import type { Target } from '../registry/platform.js';
import type { Column } from '../report/nightly/version-table.js';
import type { Scenario } from '../scenarios/scenario.js';

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

/** The subjects of a client: every scenario in every mode. */
export function subjectsOf(
  client: Client,
  scenarios: readonly { readonly name: string; readonly scenario: Scenario }[],
  modes: readonly Mode[],
  platform: Target,
): readonly Subject[] {
  return scenarios.flatMap(({ name, scenario }) =>
    modes.map((mode) => ({
      key: [client.id, scenario.id, platform, mode].join(' '),
      client,
      scenario,
      scenarioName: name,
      platform,
      mode,
      column: {
        key: mode === 'headless' ? scenario.id : `${scenario.id}-${mode}`,
        scenario: scenario.id,
        title: scenario.title,
        mode,
        issue: scenario.issue,
        ...(scenario.terms && { terms: scenario.terms }),
      },
    })),
  );
}
