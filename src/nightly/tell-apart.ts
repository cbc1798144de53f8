/** Starts the process that tells people, and hears what became of it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BisectError, type ErrorCode } from '../errors.js';
import type { TellerLine, TellerTask } from './teller.js';
import type { Told } from './telling.js';

const TELLER = fileURLToPath(new URL('teller.js', import.meta.url));

/**
 * Tells what is to be told. Ended by `signal` it stops listening; the telling goes on to its end, which is bounded.
 * @param teller the module of the process that does it
 * @throws BisectError `NOT_DELIVERED` if the process came to nothing, or of the ledger; the reason of `signal`
 */
export async function tellApart(
  task: TellerTask,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onTold: (told: Told) => void,
  teller: string = TELLER,
): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [teller], { detached: true, stdio: ['pipe', 'pipe', 'ignore'], env });
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(task));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, by) => resolve(by ?? `exit code ${String(code)}`));
  });
  const lines = createInterface({ input: child.stdout });
  const stop = () => {
    // A stream that is destroyed does not close it: whoever waits for the next line would wait for ever.
    lines.close();
    child.stdout.destroy();
    child.unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    let failure: Extract<TellerLine, { kind: 'failed' }> | undefined;
    for await (const line of lines) {
      const said = JSON.parse(line) as TellerLine;
      if (said.kind === 'failed') failure = said;
      else onTold(said);
    }
    signal.throwIfAborted();
    const how = await ended;
    if (how !== 'exit code 0') throw failed(failure, how);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function failed(failure: Extract<TellerLine, { kind: 'failed' }> | undefined, how: string): BisectError {
  const code = failure === undefined || failure.code === 'UNFORESEEN' ? 'NOT_DELIVERED' : failure.code;
  return new BisectError(code as ErrorCode, failure?.message ?? `what tells people ended with ${how}`, {
    hint: failure?.hint ?? 'what was not told is kept, and told on the next night',
  });
}
