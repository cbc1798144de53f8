/** Where a command writes: results to stdout, everything else to stderr. */
import { createColors } from 'picocolors';
import { renderColumns } from '../report/terminal.js';
import { jsonText } from '../report/text.js';
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
  console.stdout.write(jsonText(document));
}

/** The result, as one JSON document or as text. */
export function printResult(console: Console, asJson: boolean, document: object, text: () => string): void {
  if (asJson) printJson(console, { schema: 1, ...document });
  else print(console, text());
}

/** Columns as wide as stdout has room for. */
export const columnsText = (
  console: Console,
  head: readonly string[],
  rows: readonly (readonly string[])[],
) => renderColumns(head, rows, coloursFor(console), columnsOf(console));

/** A document of result whose last field is a list, printed as the list grows: nobody has to hold all of it. */
export class GrowingDocument {
  readonly #write: (text: string) => void;
  /** What is written before the next item. */
  #before: string;
  isBegun = false;

  /** @param write writes to stdout */
  constructor(head: object, list: string, write: (text: string) => void) {
    this.#write = write;
    this.#before = `${jsonText(head).slice(0, -'\n}\n'.length)},\n  "${list}": [`;
  }

  add(item: unknown): void {
    // In JSON a line break is never part of a value.
    this.#write(`${this.#before}\n    ${jsonText(item).trimEnd().replaceAll('\n', '\n    ')}`);
    this.#before = ',';
    this.isBegun = true;
  }

  /** @param more fields after the list: one at least */
  end(more?: object): void {
    this.#write(more ? `\n  ],${jsonText(more).slice('{'.length)}` : '\n  ]\n}\n');
  }
}

/**
 * Colours for a stream: only at a terminal. `NO_COLOR` forbids them (no-color.org), above all; `FORCE_COLOR` wants them
 * anywhere, and with `0` or `false` nowhere, as Node and supports-color have it.
 */
export function wantsColour({ isTTY }: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  // Of a stream that is no terminal it is undefined, for which picocolors puts a guess of its own: colours, where CI is set.
  return Boolean(isTTY) && TERM !== 'dumb';
}

/** How wide the terminal is that stdout is; undefined where it is none, or does not know. */
export function columnsOf({ stdout }: Console): number | undefined {
  return (stdout.isTTY && stdout.columns) || undefined;
}

export const coloursFor = ({ stdout, env }: Console) => createColors(wantsColour(stdout, env));

/** Progress on stderr: live only where lines can be redrawn. */
export function progressOn({ stderr, env }: Console, quiet: boolean): Promise<Progress> {
  return createProgress({
    stream: stderr,
    isTerminal: stderr.isTTY && env['TERM'] !== 'dumb' && !env['CI'],
    quiet,
    colour: wantsColour(stderr, env),
  });
}
