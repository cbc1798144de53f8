/**
 * The search as a state machine without IO: from the ordered releases and the rounds known so far to the next step.
 *
 * A step depends on what is known alone. As long as every release agrees with itself the search goes its way by
 * halves (search/path.ts); as soon as one release has given both verdicts it weighs all rounds (search/noise.ts).
 */
import { noiseStep } from './noise.js';
import { endsStep, pathStep } from './path.js';
import {
  assertSearchable,
  type KnownTallies,
  type Question,
  type Rule,
  type Search,
  type Step,
} from './question.js';
import { readTally } from '../verdict/standing.js';

/**
 * The next step of the search: the claimed ends first, then the way to an open end, then halves, then the confirmation.
 * @param known rounds by release; others than those of the question are ignored
 * @throws RangeError if there are too few releases, or the rule cannot be followed
 */
export function nextStep(question: Question, known: KnownTallies, rule: Rule): Step {
  const search: Search = { question, known, rule };
  assertSearchable(search);
  return endsStep(search) ?? (isNoisy(search) ? noiseStep(search) : pathStep(search));
}

function isNoisy({ question: { versions }, known }: Search): boolean {
  return versions.some((version) => {
    const tally = known.get(version);
    return tally !== undefined && readTally(tally).flaky;
  });
}
