/** How long and how often a receiver is tried, and what of its failures may pass. Everything ends with the caller's signal. */
import { systemCode, type BisectError } from '../errors.js';

/** All in milliseconds, but the attempts. */
interface PatienceLimits {
  /** For one request with its answer. GitHub gives up after 10 s: what timed out here is not under way there any more. */
  readonly requestMs: number;
  /** How often one thing is tried that gets no answer, or meets a limit. */
  readonly attempts: number;
  /** Before the second attempt; twice as long before each further one. */
  readonly pauseMs: number;
  /** For all waiting that the receiver asks for. */
  readonly limitMs: number;
  /** For everything. */
  readonly totalMs: number;
}

const LIMITS: PatienceLimits = {
  requestMs: 15_000,
  attempts: 4,
  pauseMs: 1000,
  limitMs: 60_000,
  totalMs: 120_000,
};

/** How a pause is made; tests hand in one that only notes it. Rejects with the signal's reason. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

export interface PatienceSettings {
  readonly patience?: Partial<PatienceLimits> | undefined;
  readonly wait?: Wait | undefined;
}

/**
 * An attempt that failed. `refused`: not done, and asking again would not change it. `limited`: not done, may be asked again after
 * `retryAfterMs`. `unclear`: maybe done, maybe not: no answer, or one that is not the receiver's. Carries nothing of the request,
 * which may be secret.
 */
export class Missed extends Error {
  override readonly name = 'Missed';
  readonly kind: 'refused' | 'limited' | 'unclear';
  /** 0 where there was no answer. */
  readonly status: number;
  /** 0 unless `limited`. */
  readonly retryAfterMs: number;

  constructor(kind: Missed['kind'], status: number, text: string, retryAfterMs = 0) {
    super(text);
    this.kind = kind;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The patience that there is for one message. */
export class PatientDelivery {
  readonly signal: AbortSignal;
  readonly wait: Wait;
  readonly #limits: PatienceLimits;
  #waited = 0;

  constructor(limits: PatienceLimits, wait: Wait, signal: AbortSignal) {
    this.#limits = limits;
    this.wait = wait;
    this.signal = signal;
  }

  /** Makes one request within its time. @throws Missed `unclear` for whatever the request throws but a Missed */
  async ask<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await within(this.#limits.requestMs, this.signal, request);
    } catch (error) {
      this.signal.throwIfAborted();
      throw error instanceof Missed ? error : new Missed('unclear', 0, wordsOf(error));
    }
  }

  /**
   * Does it until it is done: what met a limit again as soon as it may be, what is unclear after a pause.
   * @param find looks for it where it is unclear whether it was done; null if it is not there
   * @throws Missed when it is refused, or patience is at its end; the reason of the signal
   */
  async until<T>(work: () => Promise<T>, find?: () => Promise<T | null>): Promise<T> {
    const { attempts, pauseMs } = this.#limits;
    for (let failed = 0; ;)
      try {
        return await work();
      } catch (error) {
        this.signal.throwIfAborted();
        if (!(error instanceof Missed) || error.kind === 'refused') throw error;
        failed += 1;
        if (failed >= attempts && (error.kind === 'limited' || !find)) throw error;
        if (error.kind === 'limited') {
          await this.#sitOut(error);
          continue;
        }
        await this.wait(pauseMs * 2 ** (failed - 1), this.signal);
        const found = (await find?.()) ?? null;
        if (found !== null) return found;
        if (failed >= attempts) throw error;
      }
  }

  async #sitOut(missed: Missed): Promise<void> {
    const { pauseMs, limitMs } = this.#limits;
    const pause = Math.max(missed.retryAfterMs, pauseMs);
    this.#waited += pause;
    if (this.#waited > limitMs) throw missed;
    await this.wait(pause, this.signal);
  }
}

/**
 * Delivers a message with the patience of these settings.
 * @param toError the error for the user; its text is made of what the failure says
 * @throws BisectError made by `toError`; the reason of `signal`
 */
export async function patiently<T>(
  { patience, wait: rest = wait }: PatienceSettings,
  signal: AbortSignal,
  deliver: (patience: PatientDelivery) => Promise<T>,
  toError: (missed: Missed) => BisectError,
): Promise<T> {
  const limits = { ...LIMITS, ...patience };
  try {
    return await within(limits.totalMs, signal, (limited) =>
      deliver(new PatientDelivery(limits, rest, limited)),
    );
  } catch (error) {
    signal.throwIfAborted();
    const missed = error instanceof TimeLimit ? new Missed('unclear', 0, error.message) : error;
    throw missed instanceof Missed ? toError(missed) : missed;
  }
}

/** What fetch says of a failure is in its cause. */
function wordsOf(error: unknown): string {
  const { message, cause } = error as Error;
  return systemCode(cause) ?? oneLine(cause instanceof Error ? cause.message : message);
}

/** A piece of work took longer than it was given. */
export class TimeLimit extends Error {
  override readonly name = 'TimeLimit';
}

/**
 * Does `work`, whose signal fires when the caller's does, and after `ms`. Work that is deaf to its signal is left behind.
 * @throws what the work throws; TimeLimit; the reason of `signal`
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const pass = () => controller.abort(signal.reason);
  // Not AbortSignal.any with AbortSignal.timeout: in some releases of Node 20 the garbage collector takes them too early.
  const timer = setTimeout(() => controller.abort(new TimeLimit(`no answer within ${spanOf(ms)}`)), ms);
  signal.addEventListener('abort', pass, { once: true });
  try {
    return await Promise.race([work(controller.signal), firing(controller.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', pass);
  }
}

/** Resolves after that time; rejects with the signal's reason as soon as it fires. */
export const wait: Wait = async (ms, signal) => {
  signal.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([over, firing(signal)]);
  } finally {
    clearTimeout(timer);
  }
};

function firing(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fire = () => reject(signal.reason as Error);
    if (signal.aborted) fire();
    else signal.addEventListener('abort', fire, { once: true });
  });
}

/** `15 s`, `40 ms`. */
export const spanOf = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`);

/**
 * How long a server asks to be left alone (RFC 9110, *Retry-After*): seconds, or a date.
 * @returns milliseconds from now on, 0 for a date that has passed; undefined where the header is missing or says neither
 */
export function retryAfterIn(headers: Headers): number | undefined {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes much for a date; all forms of one in HTTP begin with the day of the week.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** One short line of a text that somebody else wrote. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > 300 ? `${withoutHalf(line.slice(0, 299))}…` : line;
}

/** What is left of a character outside the basic plane that a cut went through. */
export const withoutHalf = (cut: string): string =>
  cut.replace(/[\uD800-\uDBFF]$/, '').replace(/^[\uDC00-\uDFFF]/, '');
