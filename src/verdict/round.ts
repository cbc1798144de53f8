/** One complete run of a release, under every arm: what was seen, and what it was judged to be. */
import type { z } from 'zod';
import type { armFinding, judgement, keptRound, round, verdict } from './schema.js';

export type Verdict = z.infer<typeof verdict>;
export type ArmFinding = z.infer<typeof armFinding>;
export type Judgement = z.infer<typeof judgement>;
export type Round = z.infer<typeof round>;
export type KeptRound = z.infer<typeof keptRound>;

/** What is said of a release that the user left out. */
export const excluded = (reason = 'excluded'): Judgement => ({
  verdict: 'skip',
  cause: 'excluded',
  reason,
  findings: [],
  runs: 0,
});
