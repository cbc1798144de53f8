import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostPath, hostReadOnlyPaths } from '../../src/machine.js';
import { createRooms, openHostedRoom, type HostedRoom } from '../../src/probe/rooms.js';

const open = () => openHostedRoom({ isolation: 'bwrap', readOnly: hostReadOnlyPaths, hostPath });

describe('rooms', () => {
  it('are as many as jobs, used again, and replaced when one is broken', async () => {
    const opened: HostedRoom[] = [];
    const rooms = createRooms(2, async () => {
      const fresh = await open();
      opened.push(fresh);
      return fresh;
    });
    const used = await Promise.all([1, 2, 3, 4].map(() => rooms.use(async (given) => given)));
    expect(new Set(used).size).toBeLessThanOrEqual(2);
    await rooms.use(async (given) => given.discard());
    const before = opened.length;
    await Promise.all([1, 2].map(() => rooms.use(async () => {})));
    expect(opened.length).toBeLessThanOrEqual(before + 1);
    await rooms.close();
    await Promise.all(opened.map(({ lost }) => lost));
  });

  it('say why a host did not start', async () => {
    const failing = openHostedRoom({
      isolation: 'bwrap',
      readOnly: hostReadOnlyPaths,
      hostPath: join(tmpdir(), 'nowhere.js'),
    });
    await expect(failing).rejects.toMatchObject({ code: 'HOST_FAILED' });
  });
});
