/** How bad releases fail, and whether two of them fail in the same way. Pure. */
import type { Judgement } from './round.js';

/** How a bad release fails: the arms that fail, and how each of them does. */
export type Failure = ReadonlyMap<string, ReadonlySet<string>>;

/** The signature of the failure that `judgement` found; empty unless that is bad. */
export function failureOf({ findings }: Judgement): Failure {
  const failing = findings.filter(({ outcome }) => outcome === 'fail');
  return new Map(failing.map(({ arm, symptoms }) => [arm, new Set(symptoms)]));
}

/**
 * Whether two failures are the same: the same arms fail, each with a symptom in common. A race may add a symptom to one of
 * them (tools lost, and then the session opened anew); an arm that fails here and passes there is another matter.
 */
export function isSameFailure(one: Failure, other: Failure): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([arm, symptoms]) => {
    const others = other.get(arm);
    if (!others) return false;
    if (symptoms.size === 0 && others.size === 0) return true;
    return [...symptoms].some((symptom) => others.has(symptom));
  });
}

/**
 * How a release fails that was claimed to be bad: as most of its bad rounds do, of equals as the oldest. Null without any.
 */
export function commonFailure(rounds: readonly Judgement[]): Failure | null {
  const failures = rounds.filter(({ verdict }) => verdict === 'bad').map(failureOf);
  const votes = (failure: Failure) => failures.filter((other) => isSameFailure(failure, other)).length;
  let most: Failure | null = null;
  for (const failure of failures) if (most === null || votes(failure) > votes(most)) most = failure;
  return most;
}
