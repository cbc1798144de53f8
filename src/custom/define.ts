/** From what an author writes to a scenario that can be run: checked, completed, and guarded. */
import { createHash } from 'node:crypto';
import { complete } from './completed.js';
import { contradictionsIn, locator, problemsOfControl } from './contradictions.js';
import type { ScenarioDefinition } from './definition.js';
import { problemsOfForm } from './form.js';
import { frozenCopy } from '../scenarios/frozen.js';
import { badScenario, guarded, type Origin } from './guarded.js';
import { onePerPlace, problemText, type Problem } from './problem.js';
import { problemsOfTimes } from './rule-contradictions.js';
import { settledAfterCalls } from '../scenarios/reading.js';
import type { ScenarioFile } from '../scenarios/file.js';
import type { ArmRecord, Scenario } from '../scenarios/scenario.js';

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
  const definition = definitionOf(value);
  const origin: Origin = { name: nameOf(definition), call: (action) => action(), ...known };
  const form = problemsOfForm(definition);
  if (!form.every(({ harmless }) => harmless)) refuse(origin, [...form, ...problemsOfArms(definition)]);
  // Its form was just found to be right, but perhaps for stray fields.
  const written = definition as ScenarioDefinition;
  const data = complete(written);
  refuse(origin, [...form, ...contradictionsIn(written, data)]);
  const scenario: Scenario = {
    ...frozenCopy(data),
    ...guarded({ judge: bound(written, 'judge'), settled: bound(written, 'settled') ?? byDefault }, origin),
    source: known.source ?? textOf(written),
    ...(known.carried && { file: known.carried }),
  };
  return Object.freeze(Object.defineProperty(scenario, DEFINITION, { value: definition }));
}

/** Whether `defineScenario` has made it. */
export function isDefined(scenario: Scenario): boolean {
  return DEFINITION in scenario;
}

/** Times in the plans that no run of `limitMs` is long enough for, each with its field. */
export function timesBeyond(scenario: Scenario, limitMs: number): string[] {
  const definition = definitionOf(scenario) as ScenarioDefinition;
  const found = scenario.arms.flatMap((arm, index) =>
    problemsOfTimes(arm, locator(definition, index), limitMs),
  );
  return onePerPlace(found).map(problemText);
}

/** The definition that a scenario was made of; anything else is taken to be one. */
function definitionOf(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null;
  return (isObject && (value as { [DEFINITION]?: unknown })[DEFINITION]) || value;
}

function nameOf(definition: unknown): string {
  const id = typeof definition === 'object' && definition !== null && 'id' in definition && definition.id;
  return typeof id === 'string' && id !== '' ? `scenario "${id}"` : 'scenario';
}

function refuse(origin: Origin, problems: readonly Problem[]): void {
  if (problems.length > 0) throw badScenario(origin, onePerPlace(problems).map(problemText));
}

/** What is wrong with the control, though something else is not of the right form. */
function problemsOfArms(definition: unknown): readonly Problem[] {
  const { arms } = Object(definition) as { arms?: unknown };
  if (!Array.isArray(arms)) return [];
  return problemsOfControl(
    arms.map((arm: unknown, index) => {
      const { id, control } = Object(arm) as { id?: unknown; control?: unknown };
      return { id: typeof id === 'string' ? id : `arm ${index}`, control: (control ?? false) !== false };
    }),
  );
}

/** In the place of a file's digest: without a file nothing else tells the ledger that the functions are others. */
function textOf(definition: ScenarioDefinition): string {
  const texts = (['settled', 'judge'] as const).map((name) => definition[name]?.toString());
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}

/** Its functions may be methods that use each other through `this`. */
function bound<Name extends 'judge' | 'settled'>(
  definition: ScenarioDefinition,
  name: Name,
): ScenarioDefinition[Name] {
  return definition[name]?.bind(definition) as ScenarioDefinition[Name];
}

function byDefault(record: ArmRecord): number | undefined {
  return settledAfterCalls(record, WATCH_MS);
}
