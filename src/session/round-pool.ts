/** The rounds of one question, shared by its searches: what one of them has run is there for the other. */
import type { Judgement } from '../verdict/round.js';

export interface RoundSource {
  /** Rounds that are known from earlier. */
  recall(version: string): readonly Judgement[];
  /** Runs a new round. */
  examine(version: string, signal: AbortSignal): Promise<Judgement>;
}

/** What one search sees of the pool: for each release the recalled rounds, and then new ones in order. */
export interface PoolView {
  recall(version: string): readonly Judgement[];
  examine(version: string, signal: AbortSignal): Promise<Judgement>;
}

export class RoundPool {
  readonly #source: RoundSource;
  readonly #recalled = new Map<string, readonly Judgement[]>();
  readonly #started = new Map<string, Promise<Judgement>[]>();
  readonly #finished = new Map<string, Judgement[]>();

  constructor(source: RoundSource) {
    this.#source = source;
  }

  recall(version: string): readonly Judgement[] {
    const known = this.#recalled.get(version) ?? this.#source.recall(version);
    this.#recalled.set(version, known);
    return known;
  }

  /** Every round of a release that there is by now, the recalled ones first. */
  rounds(version: string): readonly Judgement[] {
    return [...this.recall(version), ...(this.#finished.get(version) ?? [])];
  }

  view(): PoolView {
    const taken = new Map<string, number>();
    return this.#viewFrom(taken, (version) => this.recall(version));
  }

  /** A view to which every round that was run so far is a recalled one. For when none is running. */
  viewAgain(): PoolView {
    const taken = new Map([...this.#started].map(([version, { length }]) => [version, length]));
    return this.#viewFrom(taken, (version) => this.rounds(version));
  }

  #viewFrom(taken: Map<string, number>, recall: PoolView['recall']): PoolView {
    return {
      recall,
      examine: (version, signal) => {
        const place = taken.get(version) ?? 0;
        taken.set(version, place + 1);
        return this.#nth(version, place, signal);
      },
    };
  }

  /** The nth new round of a release: the one that another view has asked for already, or one that begins now. */
  #nth(version: string, place: number, signal: AbortSignal): Promise<Judgement> {
    const started = this.#started.get(version) ?? [];
    this.#started.set(version, started);
    return (started[place] ??= this.#begin(version, signal));
  }

  async #begin(version: string, signal: AbortSignal): Promise<Judgement> {
    const judgement = await this.#source.examine(version, signal);
    this.#finished.set(version, [...(this.#finished.get(version) ?? []), judgement]);
    return judgement;
  }
}
