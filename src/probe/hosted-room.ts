/** The tool's side of a room: its host, ready to take orders. */
import { BisectError } from '../errors.js';
import type { Isolation } from '../sandbox/steps.js';
import { type Room, type RoomRequest, spawnRoom } from '../sandbox/room.js';
import type { Order, HostReport } from './protocol.js';

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
  const hosted = hostedRoom(room, request.isolation);
  const ready = new Promise<'ready'>((resolve) => {
    const unsubscribe = hosted.onReport(({ type }) => {
      if (type !== 'ready') return;
      unsubscribe();
      resolve('ready');
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, READY_WITHIN_MS, `it was not ready within ${READY_WITHIN_MS / 1000} s`);
  });
  const outcome = await Promise.race([ready, hosted.lost, late]);
  clearTimeout(timer);
  if (outcome === 'ready') return hosted;
  await room.close();
  throw new BisectError('HOST_FAILED', `the host of the probes did not start: ${outcome}`, {
    hint: 'see "mcp-bisect doctor", or try another --isolation',
  });
}

function hostedRoom(room: Room, isolation: Isolation): HostedRoom {
  let usable = true;
  const lost = room.ended.then(({ code, signal, stderr }) => {
    usable = false;
    const last = stderr.trim().split('\n').at(-1) ?? '';
    return `the fixture host ended (${signal ?? `code ${code}`})${last ? `: ${last}` : ''}`;
  });
  return {
    isolation,
    lost,
    get usable() {
      return usable;
    },
    send: (order) => {
      // A host that has just died is reported by `lost`, not by the message that no longer reaches it.
      if (room.child.connected) room.child.send(order, () => {});
    },
    onReport: (listener) => {
      room.child.on('message', listener);
      return () => {
        room.child.off('message', listener);
      };
    },
    discard: () => {
      usable = false;
    },
    close: () => room.close(),
  };
}
