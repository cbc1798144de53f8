/** Waiting: within limits, and never longer than the caller wants. */

/** How a pause is made; tests hand in one that only notes it. Rejects with the signal's reason. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

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
export function spanOf(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
}
