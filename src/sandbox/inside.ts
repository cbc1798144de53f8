/** What the host knows of the room that it is in, and how it clears the room between probes. Runs inside. */
import { chmodSync, mkdirSync, readlinkSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { BisectError } from '../errors.js';
import {
  emptyDirectory,
  endLeftovers,
  killOne,
  processIds,
  processStat,
  removeRoomFolder,
  untilNone,
} from './leftovers.js';
import { type Isolation, SYSTEM_PATH } from './steps.js';

/** What the tool tells the host about the room. */
export interface RoomFacts {
  readonly isolation: Isolation;
  readonly home: string;
  readonly work: string;
  /** `TMPDIR` of the client. */
  readonly temporary: string;
  /** Every writable place, the three above among them. */
  readonly writable: readonly string[];
  /** Names this room in the environment of its processes, where there is no PID namespace to tell them by. */
  readonly mark: string;
  /** The tool's own namespaces, to prove that the host is in others. */
  readonly outside: Readonly<Record<NamespaceKind, string | null>>;
}

type NamespaceKind = 'pid' | 'mnt';

/** Under which name the tool hands the facts to the host. */
export const ROOM_FACTS = 'MCP_BISECT_ROOM';

/** The facts of the room that this process is the host of. */
export function thisRoom(): RoomFacts {
  const facts = process.env[ROOM_FACTS];
  if (facts === undefined) throw new BisectError('HOST_FAILED', 'This process is not the host of a room.');
  const room: RoomFacts = JSON.parse(facts);
  return room;
}

/** This process's namespace of a kind; null where there is none. */
export function namespaceOf(kind: NamespaceKind): string | null {
  try {
    return readlinkSync(`/proc/self/ns/${kind}`);
  } catch {
    return null;
  }
}

/** Kills every process of the room but the host (and PID 1, which only waits), and resolves when they are gone. */
export async function endEverything(room: RoomFacts): Promise<void> {
  if (room.isolation === 'none') return endLeftovers(room.mark, process.pid);
  await untilNone(() => {
    // Asked anew each time, because of what the next line does.
    proveOwnNamespace(room, 'pid');
    killOne(-1);
    return processIds().filter((pid) => pid !== 1 && pid !== process.pid && processStat(pid)?.dead === false)
      .length;
  });
}

/** The first writable place in which nothing more can be written, or null. What a client does without room says nothing of it. */
export function fullPlace({ writable }: RoomFacts): string | null {
  return writable.find(isFull) ?? null;
}

function isFull(path: string): boolean {
  try {
    const { blocks, bavail, files, ffree } = statfsSync(path);
    return (blocks > 0 && bavail === 0) || (files > 0 && ffree === 0);
  } catch {
    // The client has removed it.
    return false;
  }
}

/** Empties every writable place, whatever the modes of what lies there. Only after `endEverything`. */
export function emptyWritablePlaces(room: RoomFacts): void {
  const modeOf = (path: string) => (path === room.home || path === room.work ? 0o700 : 0o1777);
  if (room.isolation === 'none') {
    // The client may have removed the places themselves, or put links there.
    removeRoomFolder(dirname(room.home), { keep: true });
    for (const path of room.writable) {
      mkdirSync(path, { recursive: true });
      chmodSync(path, modeOf(path));
    }
    return;
  }
  for (const path of room.writable) {
    proveOwnNamespace(room, 'mnt');
    emptyDirectory(path, modeOf(path));
  }
}

/**
 * Ends the host, and with it the room, as soon as the tool's end of the IPC channel is gone. A sealed room dies with the
 * tool anyhow; without isolation this is what ends the client then.
 */
export function leaveWithTheTool(room: RoomFacts): void {
  const leaveNow = (): void => void leave(room).finally(() => process.exit());
  process.once('disconnect', leaveNow);
  // The tool may have gone while the host was starting: then the event has come already.
  if (!process.connected) leaveNow();
}

async function leave(room: RoomFacts): Promise<void> {
  if (room.isolation !== 'none') return;
  await endEverything(room);
  removeRoomFolder(dirname(room.home));
}

function proveOwnNamespace(room: RoomFacts, kind: NamespaceKind): void {
  const own = namespaceOf(kind);
  const outside = room.outside[kind];
  if (own !== null && outside !== null && own !== outside) return;
  throw new BisectError('HOST_FAILED', `The host is not proven to be in a ${kind} namespace of its own.`, {
    facts: { own, outside },
  });
}

/** Carried by every process of a room without isolation, so that those which left its process group are found. */
const ROOM_MARK = 'MCP_BISECT_ROOM_MARK';

/**
 * Everything the client gets to see: what any program expects, what the adapter adds, and nothing of the caller's. The
 * adapter cannot replace what the room decides.
 */
export function clientEnvironment(
  room: Pick<RoomFacts, 'isolation' | 'home' | 'temporary' | 'mark'>,
  additions: Readonly<Record<string, string>> = {},
  nodePath = process.execPath,
): Record<string, string> {
  return {
    TERM: 'dumb',
    LANG: 'C.UTF-8',
    ...additions,
    PATH: [...new Set([...SYSTEM_PATH.split(':'), dirname(nodePath)])].join(':'),
    HOME: room.home,
    TMPDIR: room.temporary,
    ...(room.isolation === 'none' ? { [ROOM_MARK]: room.mark } : {}),
  };
}
