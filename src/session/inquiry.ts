/** What all questions to a session share: what they are asked of, and what is told meanwhile. */
import type { Observation } from '../probe/observation.js';
import type { TestableRelease } from '../registry/releases.js';
import type { NotRun } from '../report/health.js';
import type { Scenario } from '../scenarios/scenario.js';
import type { Why } from '../search/drive.js';
import type { Judgement, Round } from '../verdict/round.js';
import type { Catalogue } from './catalogue.js';
import type { Examiner } from './examiner.js';

/** What a question is asked of: releases, and what runs them. */
export interface Inquiry {
  readonly catalogue: Catalogue;
  readonly examiner: Examiner;
  /** The scenario's own words. */
  readonly terms?: Scenario['terms'] | undefined;
}

export interface ProbedRelease extends Round {
  readonly release: TestableRelease;
  /** What the client's own health check did; null where it has none. It is no part of the judgement. */
  readonly health: Observation | NotRun | null;
}

/** What the asker wants to hear meanwhile. */
export interface Listener {
  onVerdict?(version: string, judgement: Judgement, source: 'run' | 'ledger', why?: Why): void;
  /** What was fetched ahead for this release has ended, either way. */
  onFetchedAhead?(version: string): void;
  /** A release named for a probe has been run: told at once. */
  onProbed?(probed: ProbedRelease): void;
  /** Offline: these releases of the range are not in the cache. The search goes by those that are. */
  onAbsent?(versions: readonly string[]): void;
}

/** What was learned, and what ended the question before all of it was known, if anything did. */
export type Learned<Known> = Known & { readonly error?: unknown };

/** @throws what ended the question */
export function finished<Known extends object>(learned: Learned<Known>): Known {
  if ('error' in learned) throw learned.error;
  return learned;
}
