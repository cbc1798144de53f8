/** Drives the search: carries out the steps of the state machine with the effects it is given. */
import { nextStep, type Question, type Step, type Verdict } from './bisection.js';
import { BisectError, type ErrorCode } from './errors.js';
import type { Judgement } from './verdict.js';

/** What the search needs of the world. */
export interface BisectEffects {
  /** A verdict that is known already, without running anything. */
  recall(version: string): Judgement | undefined;
  /** Runs the release. Rejects when the environment fails: that is never a verdict. */
  examine(version: string, signal: AbortSignal): Promise<Judgement>;
  /**
   * Fetches what `examine` will probably need next; `signal` is aborted once it turns out otherwise. Failures are left to
   * be met by `examine`.
   */
  prefetch(version: string, signal: AbortSignal): Promise<void>;
  /** Told of each verdict as soon as there is one. */
  onVerdict?(version: string, judgement: Judgement, source: 'run' | 'ledger'): void;
}

export interface BisectResult {
  readonly step: Exclude<Step, { kind: 'probe' }>;
  /** Every verdict that the search used. */
  readonly judgements: ReadonlyMap<string, Judgement>;
  /** Releases that were run, in the order in which they were asked for. */
  readonly probed: readonly string[];
}

/**
 * Searches until there is an answer.
 * @throws whatever `examine` rejects with, but for a tarball in the middle of the range that cannot be had: that
 *   release is skipped with the cause, and the search goes on
 */
export async function bisect(
  question: Question,
  effects: BisectEffects,
  signal: AbortSignal,
): Promise<BisectResult> {
  const judgements = new Map<string, Judgement>();
  const asked: string[] = [];
  const run = new Set<string>();
  const prefetches = new Prefetches(effects);
  const settle = async (version: string) => {
    asked.push(version);
    const recalled = effects.recall(version);
    const judgement = recalled ?? (await examineOrSkip(question, version, effects, signal));
    judgements.set(version, judgement);
    if (!recalled && judgement.runs > 0) run.add(version);
    effects.onVerdict?.(version, judgement, recalled ? 'ledger' : 'run');
  };
  try {
    for (;;) {
      const step = nextStep(question, verdictsOf(judgements));
      if (step.kind !== 'probe')
        return { step, judgements, probed: asked.filter((version) => run.has(version)) };
      prefetches.narrowTo([...step.versions, ...step.likely]);
      const running = allSettledOrThrow(step.versions.map(settle));
      prefetches.start(step.likely);
      await running;
    }
  } finally {
    prefetches.narrowTo([]);
  }
}

const verdictsOf = (judgements: ReadonlyMap<string, Judgement>): Map<string, Verdict> =>
  new Map([...judgements].map(([version, { verdict }]) => [version, verdict]));

/** Waits for all, so that a verdict which is still on its way is not lost when its neighbour fails. */
async function allSettledOrThrow(running: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(running))
    if (result.status === 'rejected') throw result.reason;
}

const RELEASE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'TARBALL_MISSING',
  'TARBALL_INTEGRITY',
  'TARBALL_MALFORMED',
  'TARBALL_CUT_SHORT',
  // The list of versions was given: it is this tarball that is kept back, as mirrors do with single releases.
  'REGISTRY_REFUSED',
]);

/** One broken tarball in the middle does not stop the search; at an end there is nothing to search for without it. */
async function examineOrSkip(
  { versions }: Question,
  version: string,
  effects: BisectEffects,
  signal: AbortSignal,
): Promise<Judgement> {
  try {
    return await effects.examine(version, signal);
  } catch (error) {
    const isEnd = version === versions[0] || version === versions.at(-1);
    if (isEnd || !(error instanceof BisectError) || !RELEASE_FAULTS.has(error.code)) throw error;
    return { verdict: 'skip', cause: 'environment', reason: error.message, findings: [], runs: 0 };
  }
}

/**
 * The fetches that are begun on a guess: of both ways in which a verdict may fall, since half of all single guesses would
 * be wrong. Each is given up as soon as its release leaves the search.
 */
class Prefetches {
  readonly #effects: BisectEffects;
  readonly #running = new Map<string, AbortController>();

  constructor(effects: BisectEffects) {
    this.#effects = effects;
  }

  start(versions: readonly string[]): void {
    for (const version of versions) {
      if (this.#running.has(version) || this.#effects.recall(version)) continue;
      const controller = new AbortController();
      this.#running.set(version, controller);
      this.#effects.prefetch(version, controller.signal).catch(() => {});
    }
  }

  /** Gives up everything but the fetches of `versions`. */
  narrowTo(versions: readonly string[]): void {
    for (const [version, controller] of this.#running) {
      if (versions.includes(version)) continue;
      controller.abort();
      this.#running.delete(version);
    }
  }
}
