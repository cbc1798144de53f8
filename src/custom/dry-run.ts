/** Tries a scenario's judge on a client that did nothing, which it must not call working, and not broken either. */
import type { Scenario } from '../scenarios/scenario.js';

/**
 * What is wrong with the judge, one sentence an arm.
 * @throws BisectError `BAD_SCENARIO` if it throws, or gives no finding
 */
export function dryRun(scenario: Scenario): string[] {
  const { arms, server, tool } = scenario;
  return arms.flatMap((arm) => {
    const record = { arm, journal: [], modelToolName: `${server}__${tool}`, mode: 'headless' as const };
    const { outcome } = scenario.judge(record);
    if (outcome === 'unclear') return [];
    const verb = outcome === 'pass' ? 'passes' : 'fails';
    return [`judge: in arm "${arm.id}" it ${verb} a client that did nothing at all: say unclear(…) there`];
  });
}
