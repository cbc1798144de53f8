/** What is going on, on stderr: a line for each release being worked on at a terminal, plain lines elsewhere. */
import type { createLogUpdate } from 'log-update';
import { createColors } from 'picocolors';
import { printable } from '../report/text.js';
import { fitted } from '../report/terminal.js';
import { counted } from '../report/words.js';
import type { Verdict } from '../verdict/round.js';
import type { Listener } from '../session/rounds.js';

export type Stage =
  | { readonly kind: 'download' | 'verify'; readonly bytes: number; readonly total: number | undefined }
  | { readonly kind: 'run'; readonly arm: string };

export interface Progress {
  /** `version` has entered, or got on in, a stage. */
  stage(version: string, stage: Stage): void;
  /** `version` is done with. */
  verdict(version: string, verdict: Verdict, reason: string, source: 'run' | 'ledger'): void;
  /** `version` is no longer worked on, without a verdict. */
  drop(version: string): void;
  /** Lets `write` print a result without disturbing what is redrawn. */
  above(write: () => void): void;
  /** Something the user should know, whatever else is shown. */
  note(text: string): void;
  close(): void;
}

export interface ProgressOutput {
  readonly stream: NodeJS.WriteStream;
  readonly isTerminal: boolean;
  readonly quiet: boolean;
  readonly colour: boolean;
}

/** The progress that suits the output: none (but notes) when quiet, live at a terminal, lines otherwise. */
export async function createProgress(output: ProgressOutput): Promise<Progress> {
  const { stream, isTerminal, quiet, colour } = output;
  const lines = new Lines(stream, colour);
  if (quiet) return { ...SILENT, note: (text) => lines.note(text) };
  if (!isTerminal) return lines;
  // Where nothing is redrawn it is not loaded: its table of emoji alone takes half as long as the start of Node.
  const { createLogUpdate } = await import('log-update');
  return new Live(createLogUpdate(stream), lines);
}

/**
 * Tells progress what a question's asker hears.
 * @param redact takes out of a text what others must not read
 */
export function listenerFor(progress: Progress, redact: (text: string) => string): Listener {
  return {
    onVerdict: (version, { verdict, reason }, source) =>
      progress.verdict(version, verdict, redact(reason), source),
    onFetchedAhead: (version) => progress.drop(version),
    onAbsent: (versions) =>
      progress.note(
        `offline: ${counted(versions.length, 'release')} of the range not in the cache: the nearest that are there are run instead`,
      ),
  };
}

const SILENT: Progress = {
  stage() {},
  verdict() {},
  drop() {},
  above: (write) => write(),
  note() {},
  close() {},
};

/** Only what is worth a line: the start of each stage, and each verdict. */
class Lines implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #colours: ReturnType<typeof createColors>;
  readonly #last = new Map<string, string>();

  constructor(stream: NodeJS.WriteStream, colour: boolean) {
    this.#stream = stream;
    this.#colours = createColors(colour);
  }

  stage(version: string, stage: Stage): void {
    const name = stage.kind === 'run' ? `run ${stage.arm}` : stage.kind;
    if (this.#last.get(version) === name) return;
    this.#last.set(version, name);
    this.#write(`${version}  ${describeStart(stage)}`);
  }

  verdict(version: string, verdict: Verdict, reason: string, source: 'run' | 'ledger'): void {
    this.#write(this.verdictLine(version, verdict, reason, source));
  }

  /** Shared with the live display, which prints it above the lines that change. */
  verdictLine(version: string, verdict: Verdict, reason: string, source: 'run' | 'ledger'): string {
    const colour = { good: this.#colours.green, bad: this.#colours.red, skip: this.#colours.yellow }[verdict];
    const origin = source === 'ledger' ? this.#colours.dim(' (ledger)') : '';
    return `${version}  ${colour(verdict)}  ${printable(reason)}${origin}`;
  }

  drop(): void {}

  above(write: () => void): void {
    write();
  }

  note(text: string): void {
    this.#write(this.#colours.yellow(`note: ${printable(text)}`));
  }

  close(): void {}

  #write(line: string): void {
    const { isTTY, columns } = this.#stream;
    this.#stream.write(`${isTTY ? fitted(line, columns) : line}\n`);
  }
}

const REDRAW_MS = 80;

/** One line for each release in work, redrawn in place; verdicts stay above them. */
class Live implements Progress {
  readonly #lines: Lines;
  readonly #draw: ReturnType<typeof createLogUpdate>;
  readonly #working = new Map<string, Stage>();
  #pending: NodeJS.Timeout | undefined;

  constructor(draw: ReturnType<typeof createLogUpdate>, lines: Lines) {
    this.#lines = lines;
    this.#draw = draw;
  }

  stage(version: string, stage: Stage): void {
    this.#working.set(version, stage);
    this.#pending ??= setTimeout(() => this.#redraw(), REDRAW_MS).unref();
  }

  verdict(version: string, verdict: Verdict, reason: string, source: 'run' | 'ledger'): void {
    this.#working.delete(version);
    this.above(() => this.#lines.verdict(version, verdict, reason, source));
  }

  drop(version: string): void {
    // What was fetched ahead may be what is run by now.
    if (this.#working.get(version)?.kind !== 'run') this.#working.delete(version);
  }

  note(text: string): void {
    this.above(() => this.#lines.note(text));
  }

  close(): void {
    clearTimeout(this.#pending);
    this.#draw.clear();
    this.#draw.done();
  }

  above(write: () => void): void {
    this.#draw.clear();
    write();
    this.#redraw();
  }

  #redraw(): void {
    clearTimeout(this.#pending);
    this.#pending = undefined;
    this.#draw([...this.#working].map(([version, stage]) => `${version}  ${describe(stage)}`).join('\n'));
  }
}

function describeStart(stage: Stage): string {
  if (stage.kind === 'run') return `running: ${stage.arm}`;
  const size = stage.total === undefined ? '' : ` ${megabytes(stage.total)}`;
  return stage.kind === 'download' ? `downloading${size}` : `verifying${size}`;
}

function describe(stage: Stage): string {
  if (stage.kind === 'run') return describeStart(stage);
  const total = stage.total === undefined ? '' : ` of ${megabytes(stage.total)}`;
  return `${stage.kind === 'download' ? 'downloading' : 'verifying'} ${megabytes(stage.bytes)}${total}`;
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
