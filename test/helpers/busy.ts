/** Keeps cores busy, as a loaded machine does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Ends by itself when whoever started it is gone. */
const LOOP = 'const parent = process.ppid; for (let n = 0; n % 1e7 || process.ppid === parent; n += 1);';

/** Starts `count` processes that never pause; the returned function ends them and resolves when they are gone. */
export function keepBusy(count: number): () => Promise<void> {
  const loops = Array.from({ length: count }, () =>
    spawn(process.execPath, ['--eval', LOOP], { stdio: 'ignore' }),
  );
  return async () => {
    await Promise.all(
      loops.map(async (loop) => {
        const gone = once(loop, 'exit');
        loop.kill('SIGKILL');
        await gone;
      }),
    );
  };
}
