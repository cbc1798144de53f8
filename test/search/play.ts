import { nextStep } from '../../src/search/search.js';
import type { Question, Rule, Step } from '../../src/search/question.js';
import type { Tally } from '../../src/verdict/standing.js';
import type { Verdict } from '../../src/verdict/round.js';

/** No repetition and no confirmation: one round of each release. */
export const ONCE: Rule = { repeat: 1, confirm: 0, confidence: 0.95, maxRounds: 120 };
/** As most users have it, but for the confirmation, so that the numbers in tests stay small. */
export const DEFAULT: Rule = { repeat: 1, confirm: 2, confidence: 0.95, maxRounds: 120 };

export const names = (count: number) => Array.from({ length: count }, (_, index) => `1.0.${index}`);

export const NOTHING: Tally = { good: 0, bad: 0, skip: 0 };

/** One more round. */
export const plus = (tally: Tally | undefined, verdict: Verdict): Tally => ({
  ...(tally ?? NOTHING),
  [verdict]: (tally ?? NOTHING)[verdict] + 1,
});

export const rounds = (good: number, bad = 0, skip = 0): Tally => ({ good, bad, skip });

/** The verdict that round number `round` (from 0) of `version` gives. */
export type Truth = (version: string, round: number) => Verdict;

export const truthOf =
  (versions: readonly string[], firstBad: number, skipped: ReadonlySet<number> = new Set()): Truth =>
  (version) => {
    const index = versions.indexOf(version);
    if (skipped.has(index)) return 'skip';
    return index >= firstBad ? 'bad' : 'good';
  };

export interface Play {
  readonly step: Exclude<Step, { kind: 'probe' }>;
  readonly known: ReadonlyMap<string, Tally>;
  /** Releases in the order in which they were first asked for. */
  readonly asked: string[];
  /** All rounds that were run here. */
  readonly rounds: number;
  readonly steps: Extract<Step, { kind: 'probe' }>[];
}

/** Plays a whole search against a table of true verdicts, as the driver does. */
export function play(
  question: Question,
  truth: Truth,
  rule = ONCE,
  before?: ReadonlyMap<string, Tally>,
): Play {
  const known = new Map(before);
  const steps: Play['steps'] = [];
  let total = 0;
  for (;;) {
    const step = nextStep(question, known, rule);
    if (step.kind !== 'probe')
      return {
        step,
        known,
        asked: [...new Set(steps.flatMap((probe) => probe.rounds.map(({ version }) => version)))],
        rounds: total,
        steps,
      };
    steps.push(step);
    if (steps.length > 2_000) throw new Error('the search does not end');
    for (const { version, count } of step.rounds) {
      if (!(count > 0)) throw new Error(`${version} is asked for without a round`);
      for (let index = 0; index < count; index += 1, total += 1) {
        const tally = known.get(version) ?? NOTHING;
        known.set(version, plus(tally, truth(version, tally.good + tally.bad + tally.skip)));
      }
    }
  }
}
