/** Rooms, each with its host ready to take orders: as many as jobs, used for one run at a time, and replaced when one breaks. */
import pLimit from 'p-limit';
import { BisectError } from '../errors.js';
import { type RoomRequest, spawnRoom } from '../sandbox/room.js';
import type { Isolation } from '../sandbox/steps.js';
import type { HostReport, Order } from './protocol.js';

export interface HostedRoom {
  readonly isolation: Isolation;
  send(order: Order): void;
  /** Calls `listener` with every report from now on. Returns the function that ends it. */
  onReport(listener: (report: HostReport) => void): () => void;
  /** Resolves with the reason when the host is gone; never rejects. */
  readonly lost: Promise<string>;
  /** Whether the host can still take a probe. */
  readonly usable: boolean;
  /** Gives the room up: something in it is broken. */
  discard(): void;
  /** Ends the host and everything in the room, and resolves when all of it is gone. */
  close(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;

/**
 * Starts a host in a room of its own and waits until it is ready.
 * @throws BisectError `HOST_FAILED` with the last words of the host, or of what builds the room
 */
export async function openHostedRoom(request: RoomRequest): Promise<HostedRoom> {
  const room = spawnRoom(request);
  const { child } = room;
  let usable = true;
  const lost = room.ended.then(({ code, signal, stderr }) => {
    usable = false;
    const last = stderr.trim().split('\n').at(-1) ?? '';
    return `the fixture host ended (${signal ?? `code ${code}`})${last ? `: ${last}` : ''}`;
  });
  const ready = new Promise<undefined>((resolve) => {
    child.once('message', () => resolve(undefined));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, READY_WITHIN_MS, `it was not ready within ${READY_WITHIN_MS / 1000} s`);
  });
  const failure = await Promise.race([ready, lost, late]);
  clearTimeout(timer);
  if (failure !== undefined) {
    await room.close();
    throw new BisectError('HOST_FAILED', `the host of the probes did not start: ${failure}`, {
      hint: 'see "mcp-bisect doctor", or try another --isolation',
    });
  }
  return {
    isolation: request.isolation,
    lost,
    get usable() {
      return usable;
    },
    send: (order) => {
      // A host that has just died is reported by `lost`, not by the message that no longer reaches it.
      if (child.connected) child.send(order, () => {});
    },
    onReport: (listener) => {
      child.on('message', listener);
      return () => {
        child.off('message', listener);
      };
    },
    discard: () => {
      usable = false;
    },
    close: () => room.close(),
  };
}

export interface Rooms {
  /** Runs `task` in a free room, waiting for one if need be. */
  use<Result>(task: (room: HostedRoom) => Promise<Result>): Promise<Result>;
  /** Ends every room with everything in it. */
  close(): Promise<void>;
}

/**
 * @param jobs how many rooms there are at most
 * @param open starts one
 */
export function createRooms(jobs: number, open: () => Promise<HostedRoom>): Rooms {
  const limit = pLimit(jobs);
  const free: HostedRoom[] = [];
  const all = new Set<HostedRoom>();

  const take = async (): Promise<HostedRoom> => {
    const ready = free.pop();
    if (ready?.usable) return ready;
    if (ready) await end(ready);
    const room = await open();
    all.add(room);
    return room;
  };
  const end = async (room: HostedRoom): Promise<void> => {
    all.delete(room);
    await room.close();
  };

  return {
    use: (task) =>
      limit(async () => {
        const room = await take();
        try {
          return await task(room);
        } finally {
          if (room.usable) free.push(room);
          else await end(room);
        }
      }),
    close: async () => {
      limit.clearQueue();
      await Promise.all([...all].map(end));
    },
  };
}
