/**
 * The two functions of a scenario, held to what they promise: what goes wrong in them is a failure of the scenario, and
 * never a verdict about a release.
 */
import { types } from 'node:util';
import { BisectError } from '../errors.js';
import { frozenCopy } from '../scenarios/frozen.js';
import type { ArmRecord, Finding, Scenario } from '../scenarios/scenario.js';
import type { ScenarioDefinition } from './definition.js';
import { nameOf, suggestion } from './problem.js';

/** Where a scenario comes from, and how its functions are to be called. */
export interface Origin {
  /** How to name it in a message: the file, or `scenario "id"`. */
  readonly name: string;
  /** Text by which the file is known in a stack; undefined where there is none. */
  readonly file?: string;
  /** Calls a function of the author's: within a time limit, where there is one. */
  call<Result>(action: () => Result): Result;
}

/** `judge` and `settled` of a definition as those of a scenario. `settled` must be there. */
export function guarded(
  { judge, settled }: Pick<ScenarioDefinition, 'judge' | 'settled'>,
  origin: Origin,
): Pick<Scenario, 'judge' | 'settled'> {
  return {
    judge: (record) => called('judge', (given) => findingIn(judge(given)), record, origin),
    settled: (record) => called('settled', (given) => timeIn(settled?.(given)), record, origin),
  };
}

/** What is wrong with a value that a function returned. */
class Nonsense {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** @param action also reads what the author's function returned: whatever throws or never ends in it is the author's */
function called<Result>(
  name: 'judge' | 'settled',
  action: (record: ArmRecord) => Result | Nonsense,
  record: ArmRecord,
  origin: Origin,
): Result {
  // The author may sort or empty the list: what was recorded stays as it is.
  const copy = { ...record, journal: record.journal.map(frozenCopy) };
  const refuse = (text: string, cause?: unknown) =>
    badScenario(origin, [`${name}: in arm "${record.arm.id}" it ${text}`], cause);
  let result: Result | Nonsense;
  try {
    result = origin.call(() => action(copy));
  } catch (cause) {
    throw refuse(`threw ${describeThrown(cause, origin.file)}`, cause);
  }
  if (result instanceof Nonsense) throw refuse(result.text);
  return result;
}

function timeIn(value: number | undefined): number | undefined | Nonsense {
  if (value === undefined || (typeof value === 'number' && value >= 0 && value <= 3_600_000)) return value;
  ignore(value);
  const expected = 'milliseconds, or undefined as long as the finding is open';
  return new Nonsense(`returned ${nameOf(value)}, where ${expected} should be`);
}

/** A promise is refused in any case: what it comes to is nobody's business any more. */
function ignore(value: unknown): void {
  if (value instanceof Promise) value.catch(() => {});
}

const OUTCOMES: ReadonlySet<unknown> = new Set(['pass', 'fail', 'unclear']);
const KEYS = ['outcome', 'evidence', 'symptoms'];
const SYMPTOM = /^[a-z0-9]+(-[a-z0-9]+)*$/;

function findingIn(value: Partial<Finding>): Finding | Nonsense {
  ignore(value);
  const refuse = (text: string) => new Nonsense(`returned ${text}`);
  if (value instanceof Promise) return refuse('a promise: a judge is not async');
  if (typeof value !== 'object' || value === null)
    return refuse(`${nameOf(value)}, which is no finding: return pass(…), fail(…) or unclear(…)`);
  const stray = Object.keys(value).find((key) => !KEYS.includes(key));
  if (stray !== undefined)
    return refuse(`a finding with an unknown key "${stray}"${suggestion(stray, KEYS)}`);
  const { outcome, evidence, symptoms = [] } = value;
  if (outcome === undefined || !OUTCOMES.has(outcome))
    return refuse(`outcome ${nameOf(outcome)}, which is none of pass, fail and unclear`);
  if (typeof evidence !== 'string' || evidence.trim() === '')
    return refuse(`evidence ${nameOf(evidence)}, where a few words should be`);
  if (!Array.isArray(symptoms) || (outcome === 'fail' && symptoms.length === 0))
    return refuse('a fail without symptoms: name one at least, such as "tools-lost"');
  const odd: unknown = symptoms.find((symptom) => typeof symptom !== 'string' || !SYMPTOM.test(symptom));
  if (odd !== undefined)
    return refuse(`symptom ${nameOf(odd)}: write fixed words in lower case, such as "tools-lost"`);
  return { outcome, evidence, symptoms: [...symptoms] };
}

/**
 * `TypeError: x is not a function (my.mjs:12:5)`
 * @param file by which the author's file is known in the stack
 */
export function describeThrown(thrown: unknown, file: string | undefined): string {
  try {
    // Errors of another realm, and those that Node's loader brings from its own thread.
    if (!(types.isNativeError(thrown) || thrown instanceof Error)) return nameOf(thrown);
    const lines = (thrown.stack ?? '').split('\n');
    const line = file === undefined ? undefined : lines.find((candidate) => candidate.includes(file));
    const place = /([^/\\\s()]+?)(?:\?[^:]*)?(:\d+(?::\d+)?)\)?\s*$/.exec(line ?? '');
    return `${thrown.name}: ${thrown.message}${place ? ` (${place[1]}${place[2]})` : ''}`;
  } catch {
    return 'something that throws when it is looked at';
  }
}

/** The error of a scenario that cannot be used. Every problem is named, beside the file or the id. */
export function badScenario(
  { name }: Pick<Origin, 'name'>,
  problems: readonly string[],
  cause?: unknown,
): BisectError {
  const count = problems.length > 1 ? `${problems.length} problems: ` : '';
  return new BisectError('BAD_SCENARIO', `${name}: ${count}${problems.join('; ')}`, {
    hint: 'docs/scenarios.md says what a scenario is made of; "mcp-bisect scenarios check" tries it without running anything',
    facts: { scenario: name, problems },
    ...(cause !== undefined && { cause }),
  });
}
