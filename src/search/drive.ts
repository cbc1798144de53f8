/** Drives the search: carries out the steps of the state machine with the effects it is given. */
import type { z } from 'zod';
import type { searchStep } from './schema.js';
import { nextStep } from './search.js';
import { expectedEnds, type FinalStep, type ProbeStep, type Question, type Rule } from './question.js';
import { commonFailure, type Failure, failsOtherwise, type Tally, tallyOf } from '../verdict/standing.js';
import { BisectError, type ErrorCode } from '../errors.js';
import type { Judgement } from '../verdict/round.js';

/** Why a release was asked for. */
export type Why = ProbeStep['why'];

/** What the search needs of the world. A round is one complete run of a release, under every arm. */
export interface BisectEffects {
  /** The rounds that are known already, without running anything. */
  recall(version: string): readonly Judgement[];
  /** Runs one round. Rejects when the environment fails: that is never a verdict. */
  examine(version: string, signal: AbortSignal): Promise<Judgement>;
  /**
   * Fetches what `examine` will probably need next; `signal` is aborted once it turns out otherwise. Failures are left to
   * be met by `examine`.
   */
  prefetch(version: string, signal: AbortSignal): Promise<void>;
  /** Told of each round as soon as there is one; of recalled ones of the newest. */
  onVerdict?(version: string, judgement: Judgement, source: 'run' | 'ledger', why: Why): void;
}

export type SearchStep = z.infer<typeof searchStep>;

/** How a search ended: with an answer, or with what made a further step impossible. */
export type SearchEnding = { readonly step: FinalStep } | { readonly step: null; readonly error: unknown };

export type BisectResult = SearchRecord & SearchEnding;

export interface SearchRecord {
  /** Every round that the search used, the oldest first. */
  readonly rounds: ReadonlyMap<string, readonly Judgement[]>;
  /** How the release fails that was claimed to be bad: what else fails must fail like this. */
  readonly failure: Failure | null;
  /** Releases that were run, in the order in which they were first asked for. */
  readonly probed: readonly string[];
  readonly path: readonly SearchStep[];
}

/**
 * Searches until there is an answer, or until `examine` rejects. A tarball in the middle of the range that cannot be had is no
 * such end: that release is skipped with the cause. Does not throw: what a search has learned is worth telling however it ends.
 */
export function bisect(
  question: Question,
  rule: Rule,
  effects: BisectEffects,
  signal: AbortSignal,
): Promise<BisectResult> {
  return new Search(question, rule, effects, signal).run();
}

class Search {
  readonly #question: Question;
  readonly #rule: Rule;
  readonly #effects: BisectEffects;
  readonly #signal: AbortSignal;
  readonly #prefetches: Prefetches;
  readonly #rounds = new Map<string, Judgement[]>();
  readonly #run = new Set<string>();
  readonly #path: SearchStep[] = [];
  readonly #began = performance.now();

  constructor(question: Question, rule: Rule, effects: BisectEffects, signal: AbortSignal) {
    this.#question = question;
    this.#rule = rule;
    this.#effects = effects;
    this.#signal = signal;
    this.#prefetches = new Prefetches(effects);
  }

  async run(): Promise<BisectResult> {
    try {
      for (;;) {
        const step = this.#doubt() ?? nextStep(this.#question, this.#tallies(), this.#rule);
        if (step.kind !== 'probe') return this.#result({ step });
        await this.#carryOut(step);
      }
    } catch (error) {
      return this.#result({ step: null, error });
    } finally {
      this.#prefetches.narrowTo([]);
    }
  }

  async #carryOut({ rounds, likely, why }: ProbeStep): Promise<void> {
    this.#path.push({ atMs: Math.round(performance.now() - this.#began), why, rounds });
    this.#prefetches.narrowTo([...rounds.map(({ version }) => version), ...likely]);
    const settled = rounds.map((asked) => this.#settle(asked, why));
    await allOrFirstFailure([...settled, this.#prefetches.start(likely)]);
  }

  /** Adds `count` rounds of a release, or whatever is known of it already when it is asked for the first time. */
  async #settle({ version, count }: SearchStep['rounds'][number], why: Why): Promise<void> {
    const isFirst = !this.#rounds.has(version);
    const recalled = isFirst ? this.#effects.recall(version) : [];
    this.#rounds.set(version, this.#rounds.get(version) ?? []);
    this.#rounds.get(version)?.push(...recalled);
    const newest = recalled.at(-1);
    if (newest) this.#effects.onVerdict?.(version, newest, 'ledger', why);
    const missing = Math.max(0, count - recalled.length);
    await allOrFirstFailure(Array.from({ length: missing }, () => this.#examine(version, why)));
  }

  async #examine(version: string, why: Why): Promise<void> {
    const judgement = await this.#examineOrSkip(version, why);
    if (judgement.runs > 0) this.#run.add(version);
    this.#add(version, judgement, 'run', why);
    if (judgement.cause === 'oracle-aborted') throw oracleAborted(version, judgement);
  }

  #add(version: string, judgement: Judgement, source: 'run' | 'ledger', why: Why): void {
    this.#rounds.get(version)?.push(judgement);
    this.#effects.onVerdict?.(version, judgement, source, why);
  }

  /** One broken tarball in the middle does not stop the search; at an end there is nothing to search for without it. */
  async #examineOrSkip(version: string, why: Why): Promise<Judgement> {
    try {
      return await this.#effects.examine(version, this.#signal);
    } catch (error) {
      const skip = skipFor(error);
      if (!this.#isClaimed(version)) return skip;
      this.#add(version, skip, 'run', why);
      throw error;
    }
  }

  /** Whether the user has named this release as an end. */
  #isClaimed(version: string): boolean {
    const { versions, open } = this.#question;
    return (open !== 'older' && version === versions[0]) || (open !== 'newer' && version === versions.at(-1));
  }

  /** The release that was claimed to be bad. */
  get #badEnd(): string {
    const { versions, direction } = this.#question;
    return (expectedEnds(direction).newer === 'bad' ? versions.at(-1) : versions[0]) ?? '';
  }

  #failure(): Failure | null {
    return commonFailure(this.#rounds.get(this.#badEnd) ?? []);
  }

  /** As soon as another release fails otherwise than the bad end, the bad end's failure must be more than one round's. */
  #doubt(): ProbeStep | undefined {
    const failure = this.#failure();
    const known = this.#rounds.get(this.#badEnd)?.length ?? 0;
    const count = 1 + this.#rule.confirm - known;
    if (failure === null || count <= 0) return undefined;
    if (![...this.#rounds.values()].some((rounds) => failsOtherwise(rounds, failure))) return undefined;
    return { kind: 'probe', rounds: [{ version: this.#badEnd, count }], likely: [], why: 'confirm' };
  }

  #tallies(): ReadonlyMap<string, Tally> {
    const failure = this.#failure();
    return new Map([...this.#rounds].map(([version, rounds]) => [version, tallyOf(rounds, failure)]));
  }

  #result(ending: SearchEnding): BisectResult {
    return {
      ...ending,
      rounds: this.#rounds,
      failure: this.#failure(),
      probed: [...this.#rounds.keys()].filter((version) => this.#run.has(version)),
      path: this.#path,
    };
  }
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
