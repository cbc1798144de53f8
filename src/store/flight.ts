/** One piece of work that several callers wait for. */
interface Flight<T, P> {
  readonly outcome: Promise<T>;
  readonly controller: AbortController;
  readonly listeners: Set<(progress: P) => void>;
  waiting: number;
  landed: boolean;
}

export interface JoinOptions<T, P> {
  readonly work: (signal: AbortSignal, report: (progress: P) => void) => Promise<T>;
  readonly onProgress?: ((progress: P) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Lets callers that want the same thing at the same time share the work for it. */
export class Flights<T, P> {
  readonly #flights = new Map<string, Flight<T, P>>();

  /**
   * Starts the work for `key`, or joins that which is under way. A caller whose signal fires leaves; when the last one
   * leaves, the work is aborted and its end awaited, so that it can tidy up.
   * @returns the outcome, and whether this call started it
   * @throws what the work throws; the signal's reason
   */
  async join(
    key: string,
    { work, onProgress, signal }: JoinOptions<T, P>,
  ): Promise<{ outcome: T; first: boolean }> {
    signal?.throwIfAborted();
    const running = this.#flights.get(key);
    const flight = running ?? this.#start(key, work);
    // A listener of its own for every call: two callers may pass the same function.
    const listener = (progress: P) => onProgress?.(progress);
    flight.listeners.add(listener);
    flight.waiting += 1;
    try {
      const outcome = await orAborted(flight.outcome, signal);
      return { outcome, first: running === undefined };
    } finally {
      flight.listeners.delete(listener);
      flight.waiting -= 1;
      if (flight.waiting === 0) await this.#end(key, flight, signal?.reason);
    }
  }

  #start(key: string, work: JoinOptions<T, P>['work']): Flight<T, P> {
    const controller = new AbortController();
    const listeners = new Set<(progress: P) => void>();
    const report = (progress: P) => {
      for (const listener of listeners) listener(progress);
    };
    const run = async () => {
      try {
        return await work(controller.signal, report);
      } finally {
        flight.landed = true;
      }
    };
    const flight = { outcome: Promise.resolve().then(run), controller, listeners, waiting: 0, landed: false };
    this.#flights.set(key, flight);
    return flight;
  }

  async #end(key: string, flight: Flight<T, P>, reason: unknown): Promise<void> {
    // Off the table first: whoever comes now starts anew instead of joining what is being aborted.
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    if (flight.landed) return;
    flight.controller.abort(reason);
    await flight.outcome.catch(() => undefined);
  }
}

/** The promise's outcome, or a rejection with the signal's reason when that comes first. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    settled.abort();
  }
}
