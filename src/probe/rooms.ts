/** As many rooms as jobs, opened when first needed, each used for one probe at a time and replaced when it breaks. */
import pLimit from 'p-limit';
import type { HostedRoom } from './hosted-room.js';

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
