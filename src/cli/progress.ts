/** What is going on, on stderr: a line for each release being worked on at a terminal, plain lines elsewhere. */
import { createColors } from 'picocolors';
import { fitted } from '../report/terminal.js';
import { printable } from '../report/text.js';
import { counted } from '../report/words.js';
import type { ProbeStage } from '../session/prober.js';
import type { Listener } from '../session/rounds.js';
import type { Verdict } from '../verdict/round.js';

export interface Progress {
  /** `version` has entered, or got on in, a stage. */
  stage(version: string, stage: ProbeStage): void;
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
  const { stream, isTerminal, quiet } = output;
  const lines = linesOn(output);
  if (quiet) return { ...lines, stage: () => {}, verdict: () => {} };
  if (!isTerminal) return lines;
  // Where nothing is redrawn it is not loaded: its table of emoji alone takes half as long as the start of Node.
  const { createLogUpdate } = await import('log-update');
  return liveOver(lines, createLogUpdate(stream));
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

/** Only what is worth a line: the start of each stage, and each verdict. */
function linesOn({ stream, colour }: ProgressOutput): Progress {
  const colours = createColors(colour);
  const shades = { good: colours.green, bad: colours.red, skip: colours.yellow };
  const last = new Map<string, string>();
  const write = (line: string) => {
    stream.write(`${stream.isTTY ? fitted(line, stream.columns) : line}\n`);
  };
  return {
    stage(version, stage) {
      const name = stage.kind === 'run' ? stage.arm : stage.kind;
      if (last.get(version) === name) return;
      last.set(version, name);
      write(`${version}  ${described(stage, false)}`);
    },
    verdict(version, verdict, reason, source) {
      const origin = source === 'ledger' ? colours.dim(' (ledger)') : '';
      write(`${version}  ${shades[verdict](verdict)}  ${printable(reason)}${origin}`);
    },
    drop() {},
    above: (print) => print(),
    note: (text) => write(colours.yellow(`note: ${printable(text)}`)),
    close() {},
  };
}

const REDRAW_MS = 80;

/** One line for each release in work, redrawn in place; verdicts stay above them. */
function liveOver(
  lines: Progress,
  draw: ((text: string) => void) & { readonly clear: () => void; readonly done: () => void },
): Progress {
  const working = new Map<string, ProbeStage>();
  let pending: NodeJS.Timeout | undefined;
  const redraw = () => {
    clearTimeout(pending);
    pending = undefined;
    draw([...working].map(([version, stage]) => `${version}  ${described(stage, true)}`).join('\n'));
  };
  const above = (print: () => void) => {
    draw.clear();
    print();
    redraw();
  };
  return {
    stage(version, stage) {
      working.set(version, stage);
      pending ??= setTimeout(redraw, REDRAW_MS).unref();
    },
    verdict(version, ...said) {
      working.delete(version);
      above(() => lines.verdict(version, ...said));
    },
    drop(version) {
      // What was fetched ahead may be what is run by now.
      if (working.get(version)?.kind !== 'run') working.delete(version);
    },
    above,
    note: (text) => above(() => lines.note(text)),
    close() {
      clearTimeout(pending);
      draw.clear();
      draw.done();
    },
  };
}

/** @param live with how much of it is there */
function described(stage: ProbeStage, live: boolean): string {
  if (stage.kind === 'run') return `running: ${stage.arm}`;
  const { bytes, total } = stage;
  const sizes = [live ? megabytes(bytes) : '', total === undefined ? '' : megabytes(total)].filter(Boolean);
  return [stage.kind === 'download' ? 'downloading' : 'verifying', sizes.join(' of ')].join(' ').trimEnd();
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
