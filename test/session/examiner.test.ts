/** In which arm a release's health is checked. */
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { createExaminer, type ExaminerOptions } from '../../src/session/examiner.js';
import type { HostedRoom } from '../../src/probe/hosted-room.js';
import type { Order } from '../../src/probe/protocol.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { never, releasesOf } from '../helpers/scripted.js';

const [release] = releasesOf(['good']);

/** The gateway before which the health check was put, in a room that is lost as soon as it is asked for one. */
async function gatewayOf(failed: string | undefined): Promise<unknown> {
  const orders: Order[] = [];
  const room = {
    isolation: 'bwrap',
    usable: true,
    lost: Promise.resolve('gone'),
    send: (order: Order) => void orders.push(order),
    onReport: () => () => {},
    discard: () => {},
    close: async () => {},
  } satisfies HostedRoom;
  const options = {
    client: claudeCode,
    scenario: getStream404,
    limits: { wallMs: 1000, outputBytes: 1, floodBytes: 1 },
    jobs: 1,
    store: {
      acquire: async () => ({ path: '/client', downloaded: false, release: async () => {} }),
    },
    rooms: { use: (task: (room: HostedRoom) => unknown) => task(room) },
    onStage: () => {},
  } as unknown as ExaminerOptions;
  if (!release?.source) throw new Error('no release');
  const seen = await createExaminer(options).checkHealth(
    { version: release.version, source: release.source },
    failed,
    never,
  );
  expect(seen).toMatchObject({ arm: 'health-check', fault: 'gone' });
  const [order] = orders;
  return order?.type === 'open' ? order.gateway : undefined;
}

describe('a health check meets the gateway', () => {
  it.each(getStream404.arms.map(({ id, gateway }) => [id, gateway] as const))(
    'of the arm that failed, %s',
    async (id, gateway) => {
      expect(await gatewayOf(id)).toBe(gateway);
    },
  );

  it('of the first arm that is not the control, where none failed', async () => {
    expect(await gatewayOf(undefined)).toBe(getStream404.arms.find(({ control }) => !control)?.gateway);
  });
});
