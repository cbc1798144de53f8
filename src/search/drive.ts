/** Drives the search: carries out the steps of the state machine with the effects it is given. */
import type { z } from 'zod';
import type { searchStep } from './schema.js';
import { nextStep } from './search.js';
import { expectedEnds, type FinalStep, type ProbeStep, type Question, type Rule } from './question.js';
import { commonFailure, type Failure, failsOtherwise, tallyOf } from '../verdict/standing.js';
import { BisectError, type ErrorCode } from '../errors.js';
import type { Judgement } from '../verdict/round.js';

/** Why a release was asked for. */
export type Why = ProbeStep['why'];

export type SearchStep = z.infer<typeof searchStep>;

/** Rounds by version, as a search asks for them. A round is one complete run of a release, under every arm. */
export interface RoundSource {
  /** The rounds that are known already, without running anything. */
  recall(version: string): readonly Judgement[];
  /** Runs one round. Rejects when the environment fails: that is never a verdict. */
  examine(version: string, signal: AbortSignal): Promise<Judgement>;
}

/** What the search needs of the world. */
export interface BisectEffects extends RoundSource {
  /**
   * Fetches what `examine` will probably need next; `signal` is aborted once it turns out otherwise. Failures are left to
   * be met by `examine`.
   */
  prefetch(version: string, signal: AbortSignal): Promise<void>;
  /** Told of each round as soon as there is one; of recalled ones of the newest. */
  onVerdict?(version: string, judgement: Judgement, source: 'run' | 'ledger', why: Why): void;
}

/** How a search ended, with an answer or with what made a further step impossible, and what it has learned. */
export type BisectResult = (
  | { readonly step: FinalStep }
  | { readonly step: null; readonly error: unknown }
) & {
  /** Every round that the search used, the oldest first. */
  readonly rounds: ReadonlyMap<string, readonly Judgement[]>;
  /** How the release fails that was claimed to be bad: what else fails must fail like this. */
  readonly failure: Failure | null;
  /** Releases that were run, in the order in which they were first asked for. */
  readonly probed: readonly string[];
  readonly path: readonly SearchStep[];
};

/**
 * Searches until there is an answer, or until `examine` rejects. A tarball in the middle of the range that cannot be had is no
 * such end: that release is skipped with the cause. Does not throw: what a search has learned is worth telling however it ends.
 */
export async function bisect(
  question: Question,
  rule: Rule,
  effects: BisectEffects,
  signal: AbortSignal,
): Promise<BisectResult> {
  const began = performance.now();
  const rounds = new Map<string, Judgement[]>();
  const run = new Set<string>();
  const path: SearchStep[] = [];
  const prefetches = new Prefetches(effects);

  const add = (version: string, judgement: Judgement, why: Why) => {
    rounds.get(version)?.push(judgement);
    effects.onVerdict?.(version, judgement, 'run', why);
  };
  const examine = async (version: string, why: Why) => {
    const judgement = await effects.examine(version, signal).catch((error: unknown) => {
      const skip = skipFor(error);
      // One broken tarball in the middle does not stop the search; at an end there is nothing to search for without it.
      if (!isClaimed(question, version)) return skip;
      add(version, skip, why);
      throw error;
    });
    if (judgement.runs > 0) run.add(version);
    add(version, judgement, why);
    if (judgement.cause === 'oracle-aborted') throw oracleAborted(version, judgement);
  };
  /** Adds `count` rounds of a release, or whatever is known of it already when it is asked for the first time. */
  const settle = async ({ version, count }: ProbeStep['rounds'][number], why: Why) => {
    const recalled = rounds.has(version) ? [] : effects.recall(version);
    rounds.set(version, [...(rounds.get(version) ?? []), ...recalled]);
    const newest = recalled.at(-1);
    if (newest) effects.onVerdict?.(version, newest, 'ledger', why);
    const missing = Math.max(0, count - recalled.length);
    await allOrFirstFailure(Array.from({ length: missing }, () => examine(version, why)));
  };
  const searched = async (): Promise<{ step: FinalStep } | { step: null; error: unknown }> => {
    try {
      for (;;) {
        const failure = commonFailure(rounds.get(badEndOf(question)) ?? []);
        const tallies = new Map([...rounds].map(([version, own]) => [version, tallyOf(own, failure)]));
        const step = doubt(question, rule, rounds, failure) ?? nextStep(question, tallies, rule);
        if (step.kind !== 'probe') return { step };
        const { why, likely } = step;
        path.push({ atMs: Math.round(performance.now() - began), why, rounds: step.rounds });
        prefetches.narrowTo([...step.rounds.map(({ version }) => version), ...likely]);
        const settled = step.rounds.map((asked) => settle(asked, why));
        await allOrFirstFailure([...settled, prefetches.start(likely)]);
      }
    } catch (error) {
      return { step: null, error };
    } finally {
      prefetches.narrowTo([]);
    }
  };
  return {
    ...(await searched()),
    rounds,
    failure: commonFailure(rounds.get(badEndOf(question)) ?? []),
    probed: [...rounds.keys()].filter((version) => run.has(version)),
    path,
  };
}

/** Whether the user has named this release as an end. */
const isClaimed = ({ versions, open }: Question, version: string): boolean =>
  (open !== 'older' && version === versions[0]) || (open !== 'newer' && version === versions.at(-1));

/** The release that was claimed to be bad. */
const badEndOf = ({ versions, direction }: Question): string =>
  (expectedEnds(direction).newer === 'bad' ? versions.at(-1) : versions[0]) ?? '';

/** As soon as another release fails otherwise than the bad end, the bad end's failure must be more than one round's. */
function doubt(
  question: Question,
  { confirm }: Rule,
  rounds: ReadonlyMap<string, readonly Judgement[]>,
  failure: Failure | null,
): ProbeStep | undefined {
  const version = badEndOf(question);
  const count = 1 + confirm - (rounds.get(version)?.length ?? 0);
  if (failure === null || count <= 0) return undefined;
  if (![...rounds.values()].some((own) => failsOtherwise(own, failure))) return undefined;
  return { kind: 'probe', rounds: [{ version, count }], likely: [], why: 'confirm' };
}

/** git-bisect(1): a command that ends like this is broken itself, and every further answer of it worthless. */
export const oracleAborted = (version: string, { reason }: Judgement) =>
  new BisectError('ORACLE_ABORTED', `${reason}, at ${version}`, {
    hint: `"mcp-bisect probe ${version}" shows what it printed; 125 is the exit code for a release that it cannot judge`,
    facts: { version },
  });

/** Waits for all, so that a verdict which is still on its way is not lost when its neighbour fails. */
export async function allOrFirstFailure<Result>(running: readonly Promise<Result>[]): Promise<Result[]> {
  const settled = await Promise.allSettled(running);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

const RELEASE_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'TARBALL_MISSING',
  'TARBALL_INTEGRITY',
  'TARBALL_MALFORMED',
  'TARBALL_CUT_SHORT',
  'TARBALL_UNAVAILABLE',
  // The list of versions was given: it is this tarball that is kept back, as mirrors do with single releases.
  'REGISTRY_REFUSED',
]);

/** Whether the tarball of one release cannot be had: that may pass by itself, or be mended by its publisher. */
export const isReleaseFault = (error: unknown): error is BisectError =>
  error instanceof BisectError && RELEASE_FAULTS.has(error.code);

/**
 * The skip of a release whose tarball cannot be had.
 * @throws `error` itself where it is not the fault of one release
 */
export function skipFor(error: unknown): Judgement {
  if (!isReleaseFault(error)) throw error;
  return { verdict: 'skip', cause: 'environment', reason: error.message, findings: [], runs: 0 };
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

  /** @throws what `recall` throws; what is begun is not waited for */
  async start(versions: readonly string[]): Promise<void> {
    for (const version of versions) {
      if (this.#running.has(version) || this.#effects.recall(version).length > 0) continue;
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
