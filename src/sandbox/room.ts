/** Starts a host in a room, and ends the room, whatever state its host is in: both from outside. */
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BisectError } from '../errors.js';
import { bubblewrapCommand } from './bubblewrap.js';
import { namespaceOf, ROOM_FACTS, type RoomFacts } from './inside.js';
import {
  endLeftovers,
  makeRoomFolder,
  processIds,
  processStat,
  removeRoomFolder,
  untilNone,
} from './leftovers.js';
import {
  type Isolation,
  type RoomCommand,
  type RoomLayout,
  roomSteps,
  sealedLayout,
  SYSTEM_PATH,
  type SystemPlaces,
} from './steps.js';
import { lookedUp, systemPlaces } from './system.js';
import { unshareCommand } from './unshare.js';

export interface RoomRequest {
  readonly isolation: Isolation;
  /** Files and directories beyond the system that must be visible; node itself always is. */
  readonly readOnly: readonly string[];
  /** The compiled module that runs as the host. */
  readonly hostPath: string;
  readonly hostArgs?: readonly string[];
  /** How much each writable place can hold; not enforced without isolation. */
  readonly writableBytes?: number;
  readonly system?: SystemPlaces;
}

/** How the host, and with it the room, came to its end. */
interface RoomEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last of what the host, or what builds the room, wrote to stderr. */
  readonly stderr: string;
}

export interface Room {
  /** Talk to the host: `child.send(message)`, `child.on('message', …)`. Messages travel as JSON. */
  readonly child: Pick<ChildProcess, 'pid' | 'send' | 'on' | 'once' | 'off' | 'connected'>;
  readonly facts: RoomFacts;
  /** Resolves when the host has ended, by itself or by `close`; never rejects. */
  readonly ended: Promise<RoomEnd>;
  /**
   * Kills the host and everything in the room and resolves when all of it is gone. To be called in any case: a host that
   * ended by itself took the processes of a sealed room with it, but without isolation it may have left some.
   */
  close(): Promise<void>;
}

/**
 * Starts the host. It is ready when it says so in a first message, and never will be once `ended` has resolved.
 * @throws BisectError `HOST_FAILED` when something that the room is to show is not there
 */
export function spawnRoom(request: RoomRequest): Room {
  const layout = layoutFor(request);
  const facts = factsOf(request.isolation, layout);
  const argv = [process.execPath, request.hostPath, ...(request.hostArgs ?? [])];
  const command = roomCommand(request.isolation, layout, argv);
  const child = spawn(...lookedUp(command), spawnOptions(facts));
  const ended = endOf(child);
  const end = request.isolation === 'none' ? () => endUnsealed(child, ended, facts) : sealedEnd(child, ended);
  let closing: Promise<void> | undefined;
  return { child, facts, ended, close: () => (closing ??= end()) };
}

/** PID 1 has to be known before the room ends by itself, since it can end a moment later than the host and the builder. */
function sealedEnd(child: ChildProcess, ended: Promise<RoomEnd>): () => Promise<void> {
  let first: FirstProcess | undefined;
  child.once('message', () => {
    first = firstProcess(child.pid ?? 0);
  });
  return () => endSealed(child, ended, first);
}

const STDERR_KEPT = 4096;

/** A session of its own, so that Ctrl-C in the terminal reaches the tool alone, which then closes its rooms. */
function spawnOptions(facts: RoomFacts) {
  return {
    env: {
      PATH: SYSTEM_PATH,
      HOME: facts.home,
      TMPDIR: facts.temporary,
      LANG: 'C.UTF-8',
      [ROOM_FACTS]: JSON.stringify(facts),
    },
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'] as StdioOptions,
  };
}

function endOf(child: ChildProcess): Promise<RoomEnd> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    stderr = (stderr + chunk).slice(-STDERR_KEPT);
  });
  child.on('error', ({ message }) => {
    // Anything else that goes wrong with a process that was started ends it too.
    if (child.pid === undefined) stderr = message;
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stderr }));
  });
}

function layoutFor({ isolation, readOnly, writableBytes, system }: RoomRequest): RoomLayout {
  // Under the name asked for, and under the one that node resolves it to.
  const shown = [process.execPath, ...readOnly].flatMap((path) => [path, realPathOf(path)]);
  const layout = sealedLayout(system ?? systemPlaces(), shown, writableBytes);
  return isolation === 'none' ? { ...layout, ...foldersOutside() } : layout;
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    throw new BisectError('HOST_FAILED', `The room cannot show ${path}: it is not there.`, {
      facts: { path },
      cause,
    });
  }
}

function foldersOutside(): Pick<RoomLayout, 'home' | 'work' | 'temporary' | 'sharedMemory'> {
  const base = makeRoomFolder();
  const folder = (name: string): string => {
    mkdirSync(join(base, name), { mode: 0o700 });
    return join(base, name);
  };
  const temporary = folder('tmp');
  return { home: folder('home'), work: folder('work'), temporary, sharedMemory: temporary };
}

function factsOf(isolation: Isolation, { home, work, temporary, sharedMemory }: RoomLayout): RoomFacts {
  const writable = [...new Set([home, work, temporary, sharedMemory])];
  const outside = { pid: namespaceOf('pid'), mnt: namespaceOf('mnt') };
  return { isolation, home, work, temporary, writable, mark: randomUUID(), outside };
}

/** The command that runs `argv` in a room of this layout. */
export function roomCommand(isolation: Isolation, layout: RoomLayout, argv: readonly string[]): RoomCommand {
  const [file = '', ...args] = argv;
  if (isolation === 'none') return { file, args };
  const steps = roomSteps(layout);
  if (isolation === 'bwrap')
    return bubblewrapCommand(steps, layout.system.caller.uid === 0, layout.work, argv);
  return unshareCommand(steps, layout.system.caller, layout.work, argv);
}

interface RoomProcess {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  kill(signal: 'SIGKILL'): boolean;
}

/** PID 1 of a sealed room, as the outside sees it. */
interface FirstProcess {
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * Finds PID 1 of the room that `builder` (bwrap or unshare) has made: its only child. There is none for a moment at the
 * start, but as soon as the host speaks there is.
 */
function firstProcess(builder: number): FirstProcess | undefined {
  for (const pid of processIds()) {
    const stat = processStat(pid);
    if (stat?.parent === builder) return { pid, startedAt: stat.startedAt };
  }
  return undefined;
}

/** Kills everything in a room without isolation that can be found, and removes the room's folder. */
async function endUnsealed(child: RoomProcess, ended: Promise<unknown>, facts: RoomFacts): Promise<void> {
  await endLeftovers(facts.mark, isAlive(child) ? child.pid : undefined);
  await ended;
  removeRoomFolder(dirname(facts.home));
}

/**
 * Kills PID 1 of a sealed room, and with it, by the kernel, everything in its namespace. PID 1 is dead only when all of
 * that is. Killing the builder instead would end the room too, but nobody would say when.
 */
async function endSealed(
  child: RoomProcess,
  ended: Promise<unknown>,
  first: FirstProcess | undefined,
): Promise<void> {
  const target = first ?? (isAlive(child) ? firstProcess(child.pid) : undefined);
  if (target !== undefined) await untilNone(() => (killIfAlive(target) ? 1 : 0));
  child.kill('SIGKILL');
  await ended;
}

function isAlive(child: RoomProcess): child is RoomProcess & { readonly pid: number } {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function killIfAlive({ pid, startedAt }: FirstProcess): boolean {
  const stat = processStat(pid);
  if (stat === undefined || stat.dead || stat.startedAt !== startedAt) return false;
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    // It was faster.
    return false;
  }
}
