/** Where a command writes: results to stdout, everything else to stderr. */
import { createColors } from 'picocolors';
import { createProgress, type Progress } from './progress.js';

export interface Console {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/** One line, or several, of result. */
export function print({ stdout }: Console, text: string): void {
  stdout.write(`${text}\n`);
}

/** One JSON document of result. */
export function printJson(console: Console, document: unknown): void {
  print(console, JSON.stringify(document, null, 2));
}

/** Colours for a stream: only at a terminal, and not against `NO_COLOR` (no-color.org); `FORCE_COLOR` overrides. */
export function wantsColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY && env['TERM'] !== 'dumb';
}

export const coloursFor = ({ stdout, env }: Console) => createColors(wantsColour(stdout, env));

/** Progress on stderr: live only where lines can be redrawn. */
export function progressOn({ stderr, env }: Console, quiet: boolean): Progress {
  return createProgress({
    stream: stderr,
    isTerminal: stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'],
    quiet,
    colour: wantsColour(stderr, env),
  });
}
