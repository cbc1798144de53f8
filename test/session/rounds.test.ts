/** Rounds of releases: shared by the searches of a question, and what is kept of them; and in which arm health is checked. */
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { HostedRoom } from '../../src/probe/rooms.js';
import type { Order } from '../../src/probe/protocol.js';
import type { TestableRelease } from '../../src/registry/releases.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { createProber, type ProberTools } from '../../src/session/prober.js';
import type { RoundSource } from '../../src/search/drive.js';
import { RoundEvidence, SharedRounds } from '../../src/session/rounds.js';
import { journalOf, observationOf } from '../helpers/observations.js';
import { never, releasesOf, round, roundsOf, type Word } from '../helpers/scripted.js';

/** Two searches on the rounds of one question, and what they had run and recalled. */
function shared(changes: Partial<RoundSource> = {}) {
  const ran: string[] = [];
  const recalled: string[] = [];
  const rounds = new SharedRounds({
    recall: (version) => {
      recalled.push(version);
      return version === 'known' ? roundsOf('bad good') : [];
    },
    examine: async (version) => {
      ran.push(version);
      return round('good', { reason: `round ${ran.length}` });
    },
    ...changes,
  });
  return { rounds, one: rounds.view(), other: rounds.view(), ran, recalled };
}

describe('two searches of one question', () => {
  it('run a round that both of them ask for once, in the same order however late they ask', async () => {
    const { one, other, ran } = shared();
    const both = await Promise.all([one.examine('1.0.0', never), other.examine('1.0.0', never)]);
    expect(both[0]).toBe(both[1]);
    const second = await one.examine('1.0.0', never);
    const late = [await other.examine('1.0.0', never), await other.examine('1.0.0', never)];
    expect(late[0]).toBe(second);
    expect(late[1]?.reason).toBe('round 3');
    expect(ran).toEqual(['1.0.0', '1.0.0', '1.0.0']);
  });

  it('are both told of a failure, of which nothing is held', async () => {
    const broken = new Error('the registry is down');
    const { rounds, one, other } = shared({ examine: () => Promise.reject(broken) });
    const asked = [one, other].map((view) => view.examine('1.0.0', never));
    expect(await Promise.allSettled(asked)).toEqual(
      [1, 2].map(() => ({ status: 'rejected', reason: broken })),
    );
    expect(rounds.known('1.0.0')).toEqual([]);
  });

  it('know the recalled rounds first, then those that were run; what is written meanwhile is not counted twice', async () => {
    const { rounds, one, other, recalled } = shared();
    expect(other.recall('known')).toBe(one.recall('known'));
    await one.examine('known', never);
    expect(rounds.known('known').map(({ reason }) => reason)).toEqual([
      'trial: tools-lost',
      'good',
      'round 1',
    ]);
    expect(recalled).toEqual(['known']);
  });
});

const capture = (text: string) => ({ text, bytes: text.length, capped: false });
const recorded = (word: Word, log = 'logged') => ({
  judgement: round(word),
  observations: [
    observationOf('trial', {
      journal: journalOf('I N L'),
      debugLog: capture(log),
      stdout: capture('said'),
    }),
  ],
});

describe('the evidence of a question', () => {
  it('keeps the newest round of each kind of outcome whole, and of the others the debug log', () => {
    const evidence = new RoundEvidence();
    const rounds = (['bad', 'good', 'other', 'bad'] as const).map((word) => recorded(word));
    const elsewhere = recorded('bad');
    for (const one of rounds) evidence.add('1.0.0', one);
    evidence.add('1.0.1', elsewhere);
    const kept = [...rounds, elsewhere].map(({ judgement }) => evidence.of(judgement));
    expect(kept.map(({ isWhole }) => isWhole)).toEqual([false, true, true, true, true]);
    expect(kept[0]?.observations[0]).toMatchObject({
      journal: [],
      journalOmitted: journalOf('I N L').length,
      debugLog: { text: 'logged' },
      stdout: { text: '' },
    });
    expect(kept[3]?.observations).toEqual(rounds[3]?.observations);
  });

  it('cuts a log that only serves to be compared', () => {
    const evidence = new RoundEvidence();
    const first = recorded('bad', 'x'.repeat(2_000_000));
    for (const one of [first, recorded('bad')]) evidence.add('1.0.0', one);
    const [seen] = evidence.of(first.judgement).observations;
    expect(seen?.debugLog).toMatchObject({ bytes: 2_000_000, capped: true });
    expect(seen?.debugLog.text.length).toBeLessThan(300_000);
  });

  it('has nothing of a round that could not be run', () => {
    const judgement = round('skip', { runs: 0 });
    expect(new RoundEvidence().of(judgement)).toEqual({ judgement, observations: [], isWhole: true });
  });
});

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
  const tools = {
    limits: { wallMs: 1000, outputBytes: 1, floodBytes: 1 },
    jobs: 1,
    store: { acquire: async () => ({ path: '/client', downloaded: false, release: async () => {} }) },
    rooms: { use: (task: (room: HostedRoom) => unknown) => task(room) },
  } as unknown as ProberTools;
  const exercise = {
    client: claudeCode,
    scenario: getStream404,
    mode: 'headless',
    oracle: undefined,
  } as const;
  if (!release?.source) throw new Error('no release');
  const seen = await createProber({ ...exercise, onStage: () => {} }, tools).checkHealth(
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

describe('a round that was interrupted', () => {
  it('ends with the reason for that, whatever the interruption broke meanwhile', async () => {
    const stop = new AbortController();
    const interrupted = new Error('interrupted');
    const tools = {
      jobs: 1,
      store: { acquire: async () => ({ path: '/client', downloaded: false, release: async () => {} }) },
      rooms: {
        use: async () => {
          stop.abort(interrupted);
          throw new Error('the host of the probes did not start');
        },
      },
    } as unknown as ProberTools;
    const exercise = {
      client: claudeCode,
      scenario: getStream404,
      mode: 'headless',
      oracle: undefined,
    } as const;
    const prober = createProber({ ...exercise, onStage: () => {} }, tools);
    const running = prober.observe(release as TestableRelease, stop.signal, (run) => run(getStream404.arms));
    await expect(running).rejects.toBe(interrupted);
  });
});
