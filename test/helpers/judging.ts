/** What a scenario makes of journals, in tables of two lines a case. */
import { expect, it } from 'vitest';
import type { JournalEntry } from '../../src/fixture/journal.js';
import type { Arm, ArmRecord, Scenario } from '../../src/scenarios/scenario.js';
import type { Mode } from '../../src/settings.js';
import { journalOf } from './observations.js';

/** The name under which the model knows the tool of the built-in scenarios. */
export const TOOL = 'mcp__gateway__lookup_ticket';
export const RESULT = 'TICKET-4711_is_open';
/** From the first question to the model to the last: the tool is offered, called, and its result comes back. */
export const WELL = `model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;

export function armOf({ arms, id: scenario }: Scenario, id: string): Arm {
  const arm = arms.find((known) => known.id === id);
  if (!arm) throw new Error(`${scenario} has no arm ${id}`);
  return arm;
}

export const recordOf = (
  scenario: Scenario,
  arm: string,
  journal: readonly JournalEntry[],
  mode: Mode = 'headless',
): ArmRecord => ({ arm: armOf(scenario, arm), journal, modelToolName: TOOL, mode });

/** How long the client would be watched on; undefined where it would not be ended. */
export const watchMs = (scenario: Scenario, arm: string, shorthand: string, mode?: Mode) =>
  scenario.settled(recordOf(scenario, arm, journalOf(shorthand), mode));

interface Judging {
  /** Those of rows that name none; left out, all but the control. */
  readonly arms?: readonly string[];
  /** In place of `journalOf`. */
  readonly journal?: (shorthand: string) => readonly JournalEntry[];
}

/** `arm, arm: shorthand → fail: evidence [symptom, …]`, where arms and symptoms may be left out. */
const ROW = /^\s+(?:([\w, -]+): )?(.*?)\s*→ (pass|fail|unclear): (.*?)(?: \[(.*)\])?$/;

/**
 * One test for each case of the table: a line that says what happened, and below it the journal and the finding. What fails in
 * an arm never fails in the control.
 */
export function judges(scenario: Scenario, table: string, { arms, journal = journalOf }: Judging = {}) {
  const others = scenario.arms.filter(({ control }) => !control).map(({ id }) => id);
  const control = scenario.arms.find((arm) => arm.control)?.id ?? '';
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  for (let index = 0; index < lines.length; index += 2) {
    const [title = '', row = ''] = lines.slice(index);
    it(title.trim(), () => {
      const parsed = ROW.exec(row);
      if (!parsed) throw new Error(`bad row: ${row}`);
      const [, named, shorthand = '', outcome, evidence, symptoms] = parsed;
      const entries = journal(shorthand);
      const asked = named?.split(', ') ?? arms ?? others;
      const finding = { outcome, evidence, symptoms: symptoms?.split(', ') ?? [] };
      expect(asked.map((arm) => [arm, scenario.judge(recordOf(scenario, arm, entries))])).toEqual(
        asked.map((arm) => [arm, finding]),
      );
      if (outcome === 'fail')
        expect(scenario.judge(recordOf(scenario, control, entries)).outcome).not.toBe('fail');
    });
  }
}
