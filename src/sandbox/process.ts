/** Runs the client once, inside the room, and says how it ended. */
// Not execa: it takes long to load, and waits for descendants that hold the output open.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { notStarted, type NotStarted, refusedFormat } from './executable.js';

export interface ClientCommand {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly cwd: string;
  readonly wallMs: number;
  /** How much of each stream is kept; the rest is only counted. */
  readonly outputBytes: number;
  /** How much both streams together may carry before the client is ended. */
  readonly floodBytes: number;
  /** Ends the client early. */
  readonly signal?: AbortSignal;
  /** Between SIGTERM and SIGKILL when the client is ended early; 0, the default, kills at once. */
  readonly graceMs?: number;
  readonly onStart?: (pid: number) => void;
  /** What is kept of the output, as it comes, cut at characters and not at lines. */
  readonly onOutput?: (stream: StreamName, text: string) => void;
}

export type ClientExit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | NotStarted
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'flooded'; readonly bytes: number }
  /** Ended early, as asked by `signal`; `byHand`: by whoever sat at the terminal. */
  | { readonly kind: 'ended'; readonly byHand?: true };

export interface ClientRun {
  readonly exit: ClientExit;
  readonly stdout: Capture;
  readonly stderr: Capture;
  readonly durationMs: number;
}

type StreamName = 'stdout' | 'stderr';
type Child = ChildProcessByStdio<null, Readable, Readable>;

/**
 * Starts the client in a session of its own, stdin closed, and resolves when that process has ended. Descendants that
 * hold its output open are not waited for; those that left its process group are left to `endEverything`.
 */
export async function runClient(command: ClientCommand): Promise<ClientRun> {
  const startedAt = performance.now();
  const stdout = new CappedText(command.outputBytes);
  const stderr = new CappedText(command.outputBytes);
  const exit = await startAndWait(command, { stdout, stderr });
  const durationMs = performance.now() - startedAt;
  return { exit, stdout: stdout.capture(), stderr: stderr.capture(), durationMs };
}

async function startAndWait(
  command: ClientCommand,
  outputs: Readonly<Record<StreamName, CappedText>>,
): Promise<ClientExit> {
  const { argv, cwd, env } = command;
  const [file = '', ...args] = argv;
  if (command.signal?.aborted === true) return { kind: 'ended' };
  const refused = refusedFormat(file);
  if (refused !== undefined) return refused;
  const total = () => outputs.stdout.bytes + outputs.stderr.bytes;
  let supervision: Supervision | undefined;
  try {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    if (child.pid !== undefined) command.onStart?.(child.pid);
    const { written, cause } = (supervision = supervise(child.pid, command));
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => {
        const text = outputs[name].add(chunk);
        if (text !== '') command.onOutput?.(name, text);
        written(total());
      });
    await once(child, 'exit');
    await drain(child, total);
    const { exitCode, signalCode: signal } = child;
    return cause() ?? (signal ? { kind: 'signalled', signal } : { kind: 'exited', code: exitCode ?? 0 });
  } catch (error) {
    return notStarted(file, error);
  } finally {
    supervision?.close();
  }
}

const DRAIN_MS = 200;

/**
 * Reads what the client left in its pipes. Nobody says when that is all if a descendant still holds them, but whatever was
 * there at the exit is read in the next turns of the event loop: two turns without any mean that they are empty.
 * @param total bytes that were read so far
 */
async function drain({ stdout, stderr }: Child, total: () => number): Promise<void> {
  const deadline = performance.now() + DRAIN_MS;
  const open = (): boolean => !stdout.readableEnded || !stderr.readableEnded;
  for (let quiet = 0; quiet < 2 && open() && performance.now() < deadline;) {
    const before = total();
    await nextTurn();
    quiet = total() === before ? quiet + 1 : 0;
  }
  stdout.destroy();
  stderr.destroy();
}

interface Supervision {
  /** Why the client was ended by us; undefined if it was not. */
  readonly cause: () => ClientExit | undefined;
  /** Takes note of how much the client has written in all. */
  readonly written: (bytes: number) => void;
  /** The client has ended, by itself or not: what is left of its process group is killed, and no limit is kept any more. */
  readonly close: () => void;
}

/** Keeps the limits of `command` on the process group that `pid` leads, from now on. */
export function supervise(
  pid: number | undefined,
  { wallMs, floodBytes, graceMs, signal }: ClientCommand,
): Supervision {
  let cause: ClientExit | undefined;
  let kill: NodeJS.Timeout | undefined;
  const stop = (reason: ClientExit, grace = 0): void => {
    cause ??= reason;
    signalGroup(pid, grace > 0 ? 'SIGTERM' : 'SIGKILL');
    if (grace > 0) kill = setTimeout(signalGroup, grace, pid, 'SIGKILL');
  };
  const endEarly = (): void => stop({ kind: 'ended' }, graceMs);
  const wall = setTimeout(stop, wallMs, { kind: 'timeout', afterMs: wallMs });
  signal?.addEventListener('abort', endEarly, { once: true });
  return {
    cause: () => cause,
    written: (bytes) => {
      if (bytes > floodBytes) stop({ kind: 'flooded', bytes });
    },
    close: () => {
      clearTimeout(wall);
      clearTimeout(kill);
      signal?.removeEventListener('abort', endEarly);
      signalGroup(pid, 'SIGKILL');
    },
  };
}

/** The group outlives its leader as long as it has members, and its number is not given away before that. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}

export interface Capture {
  readonly text: string;
  /** All that came, kept or not. */
  readonly bytes: number;
  /** More came than was kept. */
  readonly capped: boolean;
}

/** Collects one stream up to a limit. Characters are never cut: an incomplete one at the limit is left out. */
export class CappedText {
  readonly #limit: number;
  readonly #decoder = new StringDecoder('utf8');
  /** What is kept so far. */
  text = '';
  /** All that came, kept or not. */
  bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes what came and returns what of it is kept, as text. */
  add(chunk: Buffer): string {
    const room = Math.max(0, this.#limit - this.bytes);
    const text = this.#decoder.write(chunk.subarray(0, room));
    this.bytes += chunk.length;
    this.text += text;
    return text;
  }

  /** What was kept. The last call: it takes half a character that the stream itself ended in as U+FFFD. */
  capture(): Capture {
    const capped = this.bytes > this.#limit;
    return { text: capped ? this.text : this.text + this.#decoder.end(), bytes: this.bytes, capped };
  }
}
