import type { nextStep, Rule, Step } from '../../src/bisection.js';

export type Outcome = 'right' | 'inconclusive' | 'wrong' | 'refused' | 'missed';

export interface Simulation {
  readonly client: string;
  readonly count: number;
  readonly seed: number;
  readonly rule: Rule;
  readonly where?: 'inside' | 'anywhere';
  /** Share of the rounds that give no verdict. */
  readonly skipped?: number;
}

export declare function mulberry32(seed: number): () => number;
export declare const CLIENTS: Readonly<Record<string, object>>;
export declare function simulate(
  search: typeof nextStep,
  simulation: Simulation,
): { outcome: Outcome; step: Step; rounds: number; firstBad: number };
export declare function measure(
  search: typeof nextStep,
  simulation: Simulation & { readonly times: number },
): Record<Outcome | 'rounds', number>;
