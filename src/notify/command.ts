/** Tells changes to a command of the user's: the document as one line of JSON on its standard input, like a hook of git's. */
// Not execa: it waits for descendants that hold the output open, also after the time limit.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { BisectError, systemCode } from '../errors.js';
import { notDelivered, type Channel, type Message } from './message.js';
import { spanOf, TimeLimit, withoutHalf, within } from './patience.js';

export interface CommandSettings {
  /** For the user's shell. */
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly timeoutMs?: number | undefined;
  /** How long its processes have to end after SIGTERM, and its last output to arrive after its end. */
  readonly graceMs?: number | undefined;
}

const TIMEOUT_MS = 5 * 60_000;
const GRACE_MS = 1000;
/** Characters of its output that are kept: the last ones say why it failed. */
const OUTPUT_LIMIT = 2000;
/** Where a process group can be made and ended as one. */
const HAS_GROUPS = process.platform !== 'win32';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export function commandChannel(settings: CommandSettings): Channel {
  return {
    key: 'command',
    // The command itself may have secrets in it.
    name: '--on-change',
    async deliver(message, _thread, signal) {
      signal.throwIfAborted();
      await run(settings, message, signal);
      return null;
    },
  };
}

/** @throws BisectError `NOT_DELIVERED` unless it ends with exit code 0 in time; the reason of the signal */
async function run(settings: CommandSettings, message: Message, signal: AbortSignal): Promise<void> {
  const { timeoutMs = TIMEOUT_MS, graceMs = GRACE_MS } = settings;
  const child = start(settings, message);
  const output = tailOf(child);
  // Of the command itself: what it left running in the background may go on. Rejects if it cannot be started.
  const ended = once(child, 'exit') as Promise<[code: number | null, by: NodeJS.Signals | null]>;
  try {
    const [code, by] = await within(timeoutMs, signal, () => ended);
    await drained(child, graceMs);
    const how = code === null ? `was ended by ${by ?? 'a signal'}` : `ended with exit code ${code}`;
    if (code !== 0) throw failed(how, output(), { code, signal: by });
  } catch (error) {
    if (!(error instanceof TimeLimit) && !signal.aborted) throw asNotDelivered(error);
    await endGroup(child, graceMs);
    signal.throwIfAborted();
    throw failed(`did not end within ${spanOf(timeoutMs)}`, output(), { timeoutMs });
  }
}

function start({ command, cwd, env }: CommandSettings, { id, kind, document }: Message): Child {
  const child = spawn(command, {
    shell: true,
    // A group of its own, so that all of its processes can be ended.
    detached: HAS_GROUPS,
    cwd,
    env: { ...env, MCP_BISECT_CHANGE_ID: id, MCP_BISECT_CHANGE_KIND: kind },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Without a listener a second error would end the tool; the first is told by its end.
  child.on('error', () => undefined);
  // EPIPE: it need not read what it is told.
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${JSON.stringify(document)}\n`);
  return child;
}

/** The last characters of both of its streams, in the order in which they came. */
function tailOf({ stdout, stderr }: Child): () => string {
  let tail = '';
  for (const stream of [stdout, stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-OUTPUT_LIMIT);
    });
  return () => stripVTControlCharacters(withoutHalf(tail)).trim();
}

/** Waits for the last of the output, but not for those in the background who may write to it for ever. */
async function drained(child: Child, graceMs: number): Promise<void> {
  const { stdout, stderr } = child;
  const closed = [stdout, stderr].filter((stream) => !stream.closed).map((stream) => once(stream, 'close'));
  await within(graceMs, new AbortController().signal, () => Promise.allSettled(closed)).catch(
    () => undefined,
  );
  for (const stream of [stdout, stderr]) stream.destroy();
}

/** Ends the command and its descendants: asked first, then made to. */
async function endGroup(child: Child, graceMs: number): Promise<void> {
  kill(child, 'SIGTERM');
  await drained(child, graceMs);
  kill(child, 'SIGKILL');
}

function kill(child: Child, signal: NodeJS.Signals): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    // Nobody is left of it, or nobody who is ours (EPERM, which macOS says of the dead as well).
    const code = systemCode(error);
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

function failed(said: string, output: string, facts: Readonly<Record<string, unknown>>): BisectError {
  const last = output === '' ? '' : `: ${output}`;
  return notDelivered(`the command of --on-change ${said}${last}`, {
    hint: 'it gets the change as one line of JSON on its standard input, and has to end with exit code 0',
    facts: { ...facts, output },
  });
}

/** @param error its own, or the system's, which could not start the shell */
function asNotDelivered(error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined || error instanceof BisectError) return error;
  return notDelivered(`the command of --on-change cannot be started: ${code}`, {
    hint: 'check that the folder in which it is to run is there',
    facts: { systemCode: code },
    cause: error,
  });
}
