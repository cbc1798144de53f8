/** From what an author writes to a scenario that can be run: checked, completed, and guarded. */
import { createHash } from 'node:crypto';
import type { ScenarioFile } from '../scenarios/file.js';
import { frozenCopy } from '../scenarios/frozen.js';
import { settledAfterCalls } from '../scenarios/reading.js';
import type { ArmRecord, Scenario } from '../scenarios/scenario.js';
import { contradictionsIn, problemsOfArms } from './check.js';
import { complete, type ScenarioDefinition } from './definition.js';
import { problemsOfForm } from './form.js';
import { badScenario, guarded, type Origin } from './guard.js';
import { nameOf, notJson, problemTexts, type Problem } from './problem.js';

/** How a client goes on is watched for so long after the model's last turn; most have ended by themselves then. */
const WATCH_MS = 1_500;

/**
 * Known by name, not by identity, so that a definition is found again when another copy of this package has made a
 * scenario of it.
 */
const DEFINITION = Symbol.for('mcp-bisect.definition');

/**
 * Makes a scenario of a definition: everything in it is checked, and what is left out is filled in.
 * @throws BisectError `BAD_SCENARIO`, which names every field that is wrong
 */
export function defineScenario(definition: ScenarioDefinition): Scenario {
  return scenarioFrom(definition, {});
}

/** Where a scenario comes from, as far as that is known. */
export type KnownOrigin = Partial<Origin> & {
  /** sha256 of the file: part of the ledger's key. */
  readonly source?: string;
  readonly carried?: ScenarioFile;
};

/**
 * `defineScenario` for what may be anything: a definition, a scenario that was made of one, or a mistake.
 * @throws BisectError `BAD_SCENARIO`
 */
export function scenarioFrom(value: unknown, known: KnownOrigin): Scenario {
  const given = definitionOf(value);
  const { id } = Object(given) as { id?: unknown };
  const name = typeof id === 'string' && id !== '' ? `scenario "${id}"` : 'scenario';
  const origin: Origin = { name, call: (action) => action(), ...known };
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw badScenario(origin, [
      `is ${nameOf(given)}, where a scenario { id, title, arms, judge … } should be`,
    ]);
  const { judge: _judge, settled: _settled, ...data } = given as Partial<ScenarioDefinition>;
  const lost = notJson(data);
  const form = problemsOfForm(given);
  const problems = [...lost, ...form.problems, ...problemsOfArms(given)];
  if (!form.isReadable || lost.length > 0) throw badScenario(origin, problemTexts(problems));
  // Its form was just found to be right, but perhaps for stray fields.
  const definition = given as ScenarioDefinition;
  const completed = complete(definition);
  refuse([...problems, ...contradictionsIn(definition, completed)], origin);
  // Its functions may be methods that use each other through `this`.
  const judge = definition.judge.bind(definition);
  const settled = definition.settled?.bind(definition) ?? byDefault;
  const scenario: Scenario = {
    ...frozenCopy(completed),
    ...guarded({ judge, settled }, origin),
    source: known.source ?? textOf(definition),
    ...(known.carried && { file: known.carried }),
  };
  return Object.freeze(Object.defineProperty(scenario, DEFINITION, { value: definition }));
}

/** @throws BisectError `BAD_SCENARIO` if there are any problems */
export function refuse(problems: readonly Problem[], origin: Pick<Origin, 'name'>): void {
  if (problems.length > 0) throw badScenario(origin, problemTexts(problems));
}

/** The definition that a scenario was made of; anything else is taken to be one. */
export function definitionOf(value: unknown): unknown {
  return (Object(value) as { [DEFINITION]?: unknown })[DEFINITION] ?? value;
}

/** In the place of a file's digest: without a file nothing else tells the ledger that the functions are others. */
function textOf(definition: ScenarioDefinition): string {
  const texts = [definition.settled?.toString(), definition.judge.toString()];
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}

const byDefault = (record: ArmRecord): number | undefined => settledAfterCalls(record, WATCH_MS);
