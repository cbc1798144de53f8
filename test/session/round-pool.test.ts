import { describe, expect, it } from 'vitest';
import { RoundPool, type RoundSource } from '../../src/session/round-pool.js';
import { never, round, roundsOf } from '../helpers/scripted.js';

/** A source that counts what it is asked for. */
function source(changes: Partial<RoundSource> = {}) {
  const ran: string[] = [];
  const recalled: string[] = [];
  const all: RoundSource = {
    recall: (version) => {
      recalled.push(version);
      return version === 'known' ? roundsOf('bad good') : [];
    },
    examine: async (version) => {
      ran.push(version);
      return round('good', { reason: `round ${ran.length}` });
    },
    ...changes,
  };
  return { all, ran, recalled };
}

describe('two searches on one pool', () => {
  it('run a round that both of them ask for once, and are given the same one', async () => {
    const { all, ran } = source();
    const pool = new RoundPool(all);
    const [one, other] = [pool.view(), pool.view()];
    const both = await Promise.all([one.examine('1.0.0', never), other.examine('1.0.0', never)]);
    expect(both[0]).toBe(both[1]);
    expect(ran).toEqual(['1.0.0']);
  });

  it('are given the rounds in the same order, however late they ask', async () => {
    const { all, ran } = source();
    const pool = new RoundPool(all);
    const [one, other] = [pool.view(), pool.view()];
    const first = [await one.examine('1.0.0', never), await one.examine('1.0.0', never)];
    const second = [
      await other.examine('1.0.0', never),
      await other.examine('1.0.0', never),
      await other.examine('1.0.0', never),
    ];
    expect(second.map(({ reason }) => reason)).toEqual(['round 1', 'round 2', 'round 3']);
    expect(second.slice(0, 2)).toEqual(first);
    expect(ran).toHaveLength(3);
  });

  it('are both told of a failure', async () => {
    const broken = new Error('the registry is down');
    const { all } = source({ examine: () => Promise.reject(broken) });
    const pool = new RoundPool(all);
    const asked = [pool.view(), pool.view()].map((view) => view.examine('1.0.0', never));
    expect(await Promise.allSettled(asked)).toEqual([
      { status: 'rejected', reason: broken },
      { status: 'rejected', reason: broken },
    ]);
  });
});

describe('one search', () => {
  it('is given a new round each time it asks', async () => {
    const { all, ran } = source();
    const view = new RoundPool(all).view();
    await Promise.all([view.examine('1.0.0', never), view.examine('1.0.0', never)]);
    expect(ran).toEqual(['1.0.0', '1.0.0']);
  });
});

describe('the rounds of a pool', () => {
  it('are the recalled ones first, then those that were run', async () => {
    const { all } = source();
    const pool = new RoundPool(all);
    await pool.view().examine('known', never);
    expect(pool.rounds('known').map(({ reason }) => reason)).toEqual([
      'trial: tools-lost',
      'good',
      'round 1',
    ]);
  });

  it('are recalled once: what is written meanwhile is not counted twice', async () => {
    const { all, recalled } = source();
    const pool = new RoundPool(all);
    const known = pool.view().recall('known');
    expect(pool.recall('known')).toBe(known);
    expect(pool.rounds('known')).toHaveLength(2);
    expect(recalled).toEqual(['known']);
  });

  it('hold nothing of a round that failed', async () => {
    const { all } = source({ examine: () => Promise.reject(new Error('down')) });
    const pool = new RoundPool(all);
    await expect(pool.view().examine('1.0.0', never)).rejects.toThrow('down');
    expect(pool.rounds('1.0.0')).toEqual([]);
  });
});
