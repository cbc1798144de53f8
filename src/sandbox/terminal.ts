/** Runs the client once in a pseudo-terminal, with somebody at the keyboard, and says how it ended and what it showed. */
import { closeSync, constants as flags, openSync } from 'node:fs';
import { constants } from 'node:os';
import type { IPty, spawn as spawnFunction } from '@lydell/node-pty';
import { BisectError } from '../errors.js';
import { CappedText, type ClientCommand, type ClientExit, type ClientRun, supervise } from './process.js';
import { notStarted, refusedFormat } from './executable.js';
import { Screen, type Emulator, type Size } from './screen.js';

/** Something to type, as soon as a line of the screen matches and `ready` (asked for only then) has resolved. */
export interface TypedStep {
  readonly when: RegExp;
  readonly ready?: () => Promise<unknown>;
  readonly type: string;
}

/** Somebody at a terminal of their own, who is shown what the client writes and answers it, in the place of emulator and steps. */
export interface Attendant {
  /** The kind of their terminal, in the words of TERM. */
  readonly term: string;
  /** Resolves when there is room for more. */
  show(chunk: Buffer): Promise<void>;
  /** Called with the client's side once it is there. */
  attach(line: Line): void;
}

/** What an attendant does to the client's terminal. */
export interface Line {
  type(bytes: Buffer): void;
  resize(size: Size): void;
}

export interface TerminalCommand extends ClientCommand, Size {
  /** Done in order. */
  readonly steps: readonly TypedStep[];
  readonly attendant?: Attendant | undefined;
}

export interface TerminalRun extends ClientRun {
  /** What was on the screen at the end, line by line, without blank lines at the end; null where there was an attendant. */
  readonly screen: readonly string[] | null;
}

/** What the client is told of its terminal; the emulator is one of these. */
const TERM = 'xterm-256color';

/**
 * Starts the client as the leader of a session of its own, at a terminal of its own, and resolves when that process has
 * ended. Everything that it writes there counts as its stdout. Descendants that hold the terminal are not waited for.
 * @throws BisectError `TERMINAL_UNAVAILABLE`
 */
export async function runInTerminal(command: TerminalCommand): Promise<TerminalRun> {
  const startedAt = performance.now();
  const output = new CappedText(command.outputBytes);
  const { exit, screen } = await startAndWait(command, output);
  const durationMs = performance.now() - startedAt;
  const stderr = { text: '', bytes: 0, capped: false };
  return { exit, stdout: output.capture(), stderr, durationMs, screen };
}

/**
 * The client's side of the terminal has a name. The host holds it open itself, since libuv takes the hanging up of the last
 * who does for the end of the output, and leaves unread what was written just before: node-pty then waits 200 ms for more.
 */
type Pty = IPty & { readonly ptsName: string };

async function startAndWait(
  command: TerminalCommand,
  output: CappedText,
): Promise<Pick<TerminalRun, 'exit' | 'screen'>> {
  const [file = ''] = command.argv;
  const { spawn, emulator } = await load();
  if (command.signal?.aborted === true) return { exit: { kind: 'ended' }, screen: [] };
  const refused = file === '' ? notStarted(file, undefined) : refusedFormat(file);
  if (refused !== undefined) return { exit: refused, screen: [] };
  const pty = open(spawn, command);
  const line = openSync(pty.ptsName, flags.O_RDWR | flags.O_NOCTTY);
  try {
    command.onStart?.(pty.pid);
    const { attendant, steps } = command;
    attendant?.attach({
      // Declared to take text, it takes both.
      type: (bytes) => pty.write(bytes as unknown as string),
      resize: (size) => pty.resize(size.columns, size.rows),
    });
    if (attendant) return { exit: await untilEnded(pty, attended(attendant), command, output), screen: null };
    const screen = new Screen(emulator, command, (text) => pty.write(text));
    void sitAtKeyboard(pty, screen, steps);
    const exit = await untilEnded(pty, (chunk) => screen.write(chunk), command, output);
    return { exit, screen: await screen.final() };
  } finally {
    closeSync(line);
  }
}

/** Shows a chunk; returns undefined while there is room for more, else what resolves once there is again. */
type Show = (chunk: Buffer) => Promise<void> | undefined;

async function untilEnded(
  pty: IPty,
  show: Show,
  command: TerminalCommand,
  output: CappedText,
): Promise<ClientExit> {
  const { cause, written, close } = supervise(pty.pid, command);
  pty.onData((data) => {
    // Declared as text, which it is only with an encoding; text would lose how many bytes there were.
    const chunk = data as unknown as Buffer;
    const text = output.add(chunk);
    if (text !== '') command.onOutput?.('stdout', text);
    written(output.bytes);
    const caughtUp = show(chunk);
    // A client that writes faster than is read has to wait, as it would at any terminal.
    if (caughtUp) pty.pause();
    void caughtUp?.then(() => pty.resume());
  });
  try {
    const exit = await new Promise<ClientExit>((resolve) => {
      pty.onExit((status) => resolve(failedStart(command, output) ?? exitOf(status)));
    });
    return cause() ?? exit;
  } finally {
    close();
  }
}

/** Typing at a terminal whose client has ended does nothing. */
async function sitAtKeyboard(pty: IPty, screen: Screen, steps: readonly TypedStep[]): Promise<void> {
  for (const { when, ready, type } of steps) {
    await screen.shows(when);
    await ready?.();
    pty.write(type);
  }
}

/** What is written to an attendant may be under way, in bytes, before the client is held back; as with the emulator not lightly. */
const UNDER_WAY_BYTES = 2 ** 20;

function attended(attendant: Attendant): Show {
  let underWay = 0;
  return (chunk) => {
    underWay += chunk.length;
    const shown = attendant.show(chunk).then(() => void (underWay -= chunk.length));
    return underWay > UNDER_WAY_BYTES ? shown : undefined;
  };
}

const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

function exitOf({ exitCode, signal }: { exitCode: number; signal?: number }): ClientExit {
  const name = SIGNALS.get(signal ?? 0) as NodeJS.Signals | undefined;
  return name ? { kind: 'signalled', signal: name } : { kind: 'exited', code: exitCode };
}

const REASONS: Readonly<Record<string, string>> = {
  'No such file or directory': 'ENOENT',
  'Permission denied': 'EACCES',
};

/** node-pty's own child, when it cannot become the client, says so in these words alone and exits with 1. */
function failedStart({ argv }: TerminalCommand, output: CappedText): ClientExit | undefined {
  const [, reason] = /^execvp\(3\) failed\.: ([^\r\n]*)\r\n$/.exec(output.text) ?? [];
  if (reason === undefined) return undefined;
  return notStarted(argv[0] ?? '', Object.assign(new Error(reason), { code: REASONS[reason] }));
}

type Spawn = typeof spawnFunction;

/** Headless probes must not pay for these: 30 ms, and a native binding that is not there on every machine. */
async function load(): Promise<{ spawn: Spawn; emulator: Emulator }> {
  try {
    const [{ spawn }, { default: xterm }] = await Promise.all([
      import('@lydell/node-pty'),
      import('@xterm/headless'),
    ]);
    return { spawn, emulator: xterm.Terminal };
  } catch (cause) {
    throw unavailable(cause);
  }
}

function open(spawn: Spawn, { argv, env, cwd, columns, rows, attendant }: TerminalCommand): Pty {
  const [file = '', ...args] = argv;
  const options = {
    name: attendant?.term ?? TERM,
    cols: columns,
    rows,
    cwd,
    env: { ...env },
    encoding: null,
  };
  try {
    return spawn(file, args, options) as Pty;
  } catch (cause) {
    throw unavailable(cause);
  }
}

function unavailable(cause: unknown): BisectError {
  const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new BisectError('TERMINAL_UNAVAILABLE', `no pseudo-terminal can be opened here: ${why}`, {
    hint: 'use --mode headless, which needs none',
    cause,
  });
}
