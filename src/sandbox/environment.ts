/** The client's environment, from nothing. Pure. */
import { dirname } from 'node:path';
import type { RoomFacts } from './inside.js';

/** Where programs of the system are, on every machine alike. */
export const SYSTEM_PATH = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/run/current-system/sw/bin',
].join(':');

/** Carried by every process of a room without isolation, so that those which left its process group are found. */
export const ROOM_MARK = 'MCP_BISECT_ROOM_MARK';

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
