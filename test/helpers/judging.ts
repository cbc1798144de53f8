/** A scenario's judge and its end, asked about journals in shorthand. */
import type { JournalEntry } from '../../src/fixture/journal.js';
import type { Mode } from '../../src/settings.js';
import type { Arm, ArmRecord, Finding, Scenario } from '../../src/scenarios/scenario.js';
import { journalOf } from './observations.js';

export interface Judging {
  readonly armOf: (id: string) => Arm;
  /** The finding on what `shorthand` describes, or on these entries. */
  readonly judge: (arm: string, seen: string | readonly JournalEntry[], mode?: Mode) => Finding;
  /** Whether the client would be ended after it. */
  readonly isOver: (arm: string, shorthand: string) => boolean;
  /** How long it would be watched on after it; undefined where it would not be ended. */
  readonly watchMs: (arm: string, shorthand: string, mode?: Mode) => number | undefined;
}

/** @param tool the name under which the model knows the scenario's tool */
export function judging(scenario: Scenario, tool: string): Judging {
  const armOf = (id: string): Arm => {
    const arm = scenario.arms.find((known) => known.id === id);
    if (!arm) throw new Error(`no arm ${id}`);
    return arm;
  };
  const recordOf = (arm: string, journal: readonly JournalEntry[], mode: Mode = 'headless'): ArmRecord => ({
    arm: armOf(arm),
    journal,
    modelToolName: tool,
    mode,
  });
  return {
    armOf,
    judge: (arm, seen, mode) =>
      scenario.judge(recordOf(arm, typeof seen === 'string' ? journalOf(seen) : seen, mode)),
    isOver: (arm, shorthand) => scenario.settled(recordOf(arm, journalOf(shorthand))) !== undefined,
    watchMs: (arm, shorthand, mode) => scenario.settled(recordOf(arm, journalOf(shorthand), mode)),
  };
}
