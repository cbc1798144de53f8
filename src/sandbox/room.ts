/** Starts a host in a room, and ends the room, whatever state its host is in: both from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BisectError } from '../errors.js';
import { namespaceOf, ROOM_FACTS, type RoomFacts } from './inside.js';
import {
  endLeftovers,
  killOne,
  makeRoomFolder,
  processIds,
  processStat,
  removeRoomFolder,
  untilNone,
} from './leftovers.js';
import {
  bubblewrapCommand,
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
  const { isolation, hostPath, hostArgs = [] } = request;
  const layout = layoutFor(request);
  const { home, work, temporary, sharedMemory } = layout;
  const facts: RoomFacts = {
    isolation,
    home,
    work,
    temporary,
    writable: [...new Set([home, work, temporary, sharedMemory])],
    mark: randomUUID(),
    outside: { pid: namespaceOf('pid'), mnt: namespaceOf('mnt') },
  };
  const command = roomCommand(isolation, layout, [process.execPath, hostPath, ...hostArgs]);
  const child = spawn(...lookedUp(command), {
    env: {
      PATH: SYSTEM_PATH,
      HOME: home,
      TMPDIR: temporary,
      LANG: 'C.UTF-8',
      [ROOM_FACTS]: JSON.stringify(facts),
    },
    cwd: '/',
    // A session of its own, so that Ctrl-C in the terminal reaches the tool alone, which then closes its rooms.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = endOf(child);
  // PID 1 has to be known before the room ends by itself, since it can end a moment later than the host and the builder.
  let first: FirstProcess | undefined;
  if (isolation !== 'none') child.once('message', () => (first = firstProcess(child.pid)));
  const end = async (): Promise<void> => {
    const pid = child.exitCode === null && child.signalCode === null ? child.pid : undefined;
    if (isolation === 'none') await endLeftovers(facts.mark, pid);
    else await endSealed(first ?? firstProcess(pid));
    child.kill('SIGKILL');
    await ended;
    if (isolation === 'none') removeRoomFolder(dirname(home));
  };
  let closing: Promise<void> | undefined;
  return { child, facts, ended, close: () => (closing ??= end()) };
}

const STDERR_KEPT = 4096;

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
  if (isolation !== 'none') return layout;
  const base = makeRoomFolder();
  const folder = (name: string): string => {
    mkdirSync(join(base, name), { mode: 0o700 });
    return join(base, name);
  };
  const temporary = folder('tmp');
  return { ...layout, home: folder('home'), work: folder('work'), temporary, sharedMemory: temporary };
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

/** The command that runs `argv` in a room of this layout. */
export function roomCommand(isolation: Isolation, layout: RoomLayout, argv: readonly string[]): RoomCommand {
  const [file = '', ...args] = argv;
  if (isolation === 'none') return { file, args };
  const steps = roomSteps(layout);
  if (isolation === 'bwrap')
    return bubblewrapCommand(steps, layout.system.caller.uid === 0, layout.work, argv);
  return unshareCommand(steps, layout.system.caller, layout.work, argv);
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
function firstProcess(builder: number | undefined): FirstProcess | undefined {
  for (const pid of builder === undefined ? [] : processIds()) {
    const stat = processStat(pid);
    if (stat && stat.parent === builder) return { pid, startedAt: stat.startedAt };
  }
  return undefined;
}

/**
 * Kills PID 1 of a sealed room, and with it, by the kernel, everything in its namespace. PID 1 is dead only when all of
 * that is. Killing the builder instead would end the room too, but nobody would say when.
 */
async function endSealed(first: FirstProcess | undefined): Promise<void> {
  if (first === undefined) return;
  await untilNone(() => {
    const stat = processStat(first.pid);
    if (!stat || stat.dead || stat.startedAt !== first.startedAt) return 0;
    return killOne(first.pid) ? 1 : 0;
  });
}
