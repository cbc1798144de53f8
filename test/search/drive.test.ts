import { describe, expect, it } from 'vitest';
import { bisect, type BisectEffects } from '../../src/search/drive.js';
import type { Question, Rule } from '../../src/search/question.js';
import { never, ONCE, round, roundsOf, versionsOf } from '../helpers/scripted.js';

const versions = versionsOf(9);
const question: Question = { versions, direction: 'regression' };
const TWICE: Rule = { ...ONCE, confirm: 1 };

const truth = (version: string) => round(versions.indexOf(version) >= 5 ? 'bad' : 'good');

/** Effects in which 1.0.5 is the first bad release, but for what a test changes. */
function effects(changes: Partial<BisectEffects> = {}) {
  const calls: string[] = [];
  const told: string[] = [];
  const all: BisectEffects = {
    recall: () => [],
    examine: async (version) => {
      calls.push(version);
      return truth(version);
    },
    prefetch: async () => {},
    onVerdict: (version, { verdict }, source, why) => told.push(`${version} ${verdict} ${source} ${why}`),
    ...changes,
  };
  return { all, calls, told };
}

/** Effects that count how many rounds run at the same time. */
function counting() {
  const most = new Map<string, number>();
  const running = new Map<string, number>();
  let together = 0;
  const { all } = effects({
    examine: async (version) => {
      running.set(version, (running.get(version) ?? 0) + 1);
      most.set(version, Math.max(most.get(version) ?? 0, running.get(version) ?? 0));
      together = Math.max(
        together,
        [...running.values()].reduce((sum, count) => sum + count, 0),
      );
      await Promise.resolve();
      running.set(version, (running.get(version) ?? 0) - 1);
      return truth(version);
    },
  });
  return { all, most, together: () => together };
}

describe('the driver of the search', () => {
  it('runs both ends at the same time', async () => {
    const { all, together } = counting();
    await bisect(question, ONCE, all, never);
    expect(together()).toBe(2);
  });

  it('tells of every round as soon as there is one, with the reason for which it was run', async () => {
    const { all, told } = effects();
    const result = await bisect(question, ONCE, all, never);
    expect(result.step).toEqual({
      kind: 'found',
      boundary: { before: '1.0.4', after: '1.0.5' },
      confidence: null,
    });
    expect(result.probed).toEqual(['1.0.0', '1.0.8', '1.0.4', '1.0.6', '1.0.5']);
    expect(told).toEqual([
      '1.0.0 good run ends',
      '1.0.8 bad run ends',
      '1.0.4 good run middle',
      '1.0.6 bad run middle',
      '1.0.5 bad run middle',
    ]);
  });

  it('records its path: what was asked for together, how often, and why', async () => {
    const { path } = await bisect(question, TWICE, effects().all, never);
    const times = path.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(path.map(({ why, rounds }) => ({ why, rounds }))).toEqual([
      {
        why: 'ends',
        rounds: [
          { version: '1.0.0', count: 1 },
          { version: '1.0.8', count: 1 },
        ],
      },
      { why: 'middle', rounds: [{ version: '1.0.4', count: 1 }] },
      { why: 'middle', rounds: [{ version: '1.0.6', count: 1 }] },
      { why: 'middle', rounds: [{ version: '1.0.5', count: 1 }] },
      {
        why: 'confirm',
        rounds: [
          { version: '1.0.4', count: 1 },
          { version: '1.0.5', count: 1 },
        ],
      },
    ]);
  });

  it('runs the rounds that confirm a boundary at the same time', async () => {
    const { all, most, together } = counting();
    await bisect(question, { ...ONCE, confirm: 3 }, all, never);
    expect(most.get('1.0.4')).toBe(3);
    expect(most.get('1.0.5')).toBe(3);
    expect(together()).toBe(6);
  });

  it('runs each release as often as it was told to', async () => {
    const { all, calls } = effects();
    const { rounds } = await bisect(question, { ...ONCE, repeat: 2 }, all, never);
    for (const version of ['1.0.0', '1.0.4', '1.0.5', '1.0.6', '1.0.8'])
      expect(rounds.get(version)).toHaveLength(2);
    expect(calls).toHaveLength(10);
  });
});

describe('rounds that are known already', () => {
  it('are not run again, and are told of as what they are', async () => {
    const { all, calls, told } = effects({
      recall: (version) => (version === '1.0.6' ? [] : [truth(version)]),
    });
    const result = await bisect(question, ONCE, all, never);
    expect(calls).toEqual(['1.0.6']);
    expect(result.probed).toEqual(['1.0.6']);
    expect(told).toContain('1.0.8 bad ledger ends');
  });

  it('count towards the rounds that are asked for: only the missing ones are run', async () => {
    const { all, calls } = effects({
      recall: (version) => (version === '1.0.5' ? roundsOf('bad bad') : []),
    });
    const { rounds } = await bisect(question, { ...ONCE, confirm: 2 }, all, never);
    expect(calls.filter((version) => version === '1.0.5')).toHaveLength(1);
    expect(rounds.get('1.0.5')).toHaveLength(3);
  });

  it('all count, though they are more than were asked for', async () => {
    const { all } = effects({ recall: (version) => (version === '1.0.4' ? roundsOf('good good good') : []) });
    const { rounds } = await bisect(question, ONCE, all, never);
    expect(rounds.get('1.0.4')).toHaveLength(3);
  });

  it('are told of once, with the newest of them', async () => {
    const said: string[] = [];
    const { all } = effects({
      recall: (version) => (version === '1.0.4' ? roundsOf('bad good good') : []),
      onVerdict: (version, { verdict }, source) => said.push(`${version} ${verdict} ${source}`),
    });
    await bisect(question, TWICE, all, never);
    expect(said.filter((line) => line.startsWith('1.0.4') && line.endsWith('ledger'))).toEqual([
      '1.0.4 good ledger',
    ]);
  });
});

describe('a release that contradicts itself', () => {
  // 1.0.4 is good, but its second round is bad.
  const wavering = () => {
    const seen = new Map<string, number>();
    return effects({
      examine: async (version) => {
        const place = seen.get(version) ?? 0;
        seen.set(version, place + 1);
        return version === '1.0.4' && place === 1 ? round('bad') : truth(version);
      },
    });
  };

  it('makes the search weigh all rounds, and the answer says how probable it is', async () => {
    const { all, told } = wavering();
    const { step, rounds } = await bisect(question, TWICE, all, never);
    expect(step).toMatchObject({ kind: 'found', boundary: { before: '1.0.4', after: '1.0.5' } });
    const { confidence } = step as Extract<typeof step, { kind: 'found' }>;
    expect(confidence).toBeGreaterThanOrEqual(0.95);
    expect(confidence).toBeLessThan(1);
    expect(rounds.get('1.0.4')?.length).toBeGreaterThan(2);
    expect(told).toContain('1.0.4 good run noise');
  });

  it('does not keep the search going for ever', async () => {
    let coin = 0;
    const { all, calls } = effects({
      examine: async (version) => {
        calls.push(version);
        return round((coin += 1) % 2 === 0 ? 'bad' : 'good');
      },
    });
    const { step } = await bisect(question, { ...TWICE, maxRounds: 30 }, all, never);
    expect(calls.length).toBeLessThanOrEqual(32);
    expect(step?.kind).not.toBe('found');
  });
});

describe('what will probably be needed next', () => {
  it('is fetched ahead: both releases that may be asked for', async () => {
    const fetched: string[] = [];
    const { all } = effects({ prefetch: async (version) => void fetched.push(version) });
    await bisect(question, ONCE, all, never);
    expect(fetched).toEqual(['1.0.4', '1.0.6', '1.0.2', '1.0.7', '1.0.5']);
  });

  it('is given up as soon as its release is out of the question, and not before', async () => {
    const events: string[] = [];
    const { all } = effects({
      examine: async (version) => {
        events.push(`run ${version}`);
        return truth(version);
      },
      prefetch: async (version, signal) =>
        signal.addEventListener('abort', () => events.push(`give up ${version}`)),
    });
    await bisect(question, ONCE, all, never);
    expect(events.slice(events.indexOf('run 1.0.4'))).toEqual([
      'run 1.0.4',
      // 1.0.4 is good: the other guess, and 1.0.4 itself, are not fetched any more.
      'give up 1.0.4',
      'give up 1.0.2',
      'run 1.0.6',
      'give up 1.0.6',
      'give up 1.0.7',
      'run 1.0.5',
      'give up 1.0.5',
    ]);
  });

  it('is not fetched where the ledger answers', async () => {
    const fetched: string[] = [];
    const { all } = effects({
      recall: (version) => (version === '1.0.4' ? [round('good')] : []),
      prefetch: async (version) => void fetched.push(version),
    });
    await bisect(question, ONCE, all, never);
    expect(fetched).not.toContain('1.0.4');
  });
});
