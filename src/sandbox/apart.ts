/** A process of ours that whoever ends us does not end: it hears what to do on stdin, and says what it did in lines on stdout. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Starts a module of ours as such a process. Once `signal` fires nobody listens any more; what it does goes on to its end.
 * @returns how it ended: `exit code 0`, `SIGKILL`, or why it could not be started
 * @throws the reason of `signal`
 */
export async function runApart(
  module: string,
  input: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<string> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [module], { detached: true, stdio: ['pipe', 'pipe', 'ignore'], env });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
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
    for await (const line of lines) onLine(line);
    signal.throwIfAborted();
    return await ended;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
