import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bisect, type BisectEffects } from '../src/bisect.js';
import type { Verdict } from '../src/bisection.js';
import { BisectError } from '../src/errors.js';
import type { Judgement } from '../src/verdict.js';

const versions = ['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4', '1.0.5', '1.0.6', '1.0.7', '1.0.8'];
const question = { versions, direction: 'regression' as const };

const judgement = (verdict: Verdict): Judgement => ({
  verdict,
  reason: verdict,
  cause: null,
  findings: [],
  runs: 3,
});

/** Effects in which 1.0.5 is the first bad release, but for what a test changes. */
function effects(changes: Partial<BisectEffects> = {}) {
  const calls: string[] = [];
  const told: string[] = [];
  const all: BisectEffects = {
    recall: () => undefined,
    examine: async (version) => {
      calls.push(version);
      return judgement(versions.indexOf(version) >= 5 ? 'bad' : 'good');
    },
    prefetch: async () => {},
    onVerdict: (version, { verdict }, source) => told.push(`${version} ${verdict} ${source}`),
    ...changes,
  };
  return { all, calls, told };
}

const never = new AbortController().signal;

describe('the driver of the search', () => {
  it('runs both ends at the same time', async () => {
    let running = 0;
    let most = 0;
    const { all } = effects({
      examine: async (version) => {
        most = Math.max(most, (running += 1));
        await Promise.resolve();
        running -= 1;
        return judgement(versions.indexOf(version) >= 5 ? 'bad' : 'good');
      },
    });
    await bisect(question, all, never);
    expect(most).toBe(2);
  });

  it('reports every verdict as soon as there is one, and the releases that were run in order', async () => {
    const { all, told } = effects();
    const result = await bisect(question, all, never);
    expect(result.step).toEqual({ kind: 'found', boundary: { before: '1.0.4', after: '1.0.5' } });
    expect(result.probed).toEqual(['1.0.0', '1.0.8', '1.0.4', '1.0.6', '1.0.5']);
    expect(told).toEqual([
      '1.0.0 good run',
      '1.0.8 bad run',
      '1.0.4 good run',
      '1.0.6 bad run',
      '1.0.5 bad run',
    ]);
  });

  it('runs nothing that is known already', async () => {
    const { all, calls, told } = effects({
      recall: (version) =>
        version === '1.0.6' ? undefined : judgement(versions.indexOf(version) >= 5 ? 'bad' : 'good'),
    });
    const result = await bisect(question, all, never);
    expect(calls).toEqual(['1.0.6']);
    expect(result.probed).toEqual(['1.0.6']);
    expect(told).toContain('1.0.8 bad ledger');
  });

  it('fetches ahead both releases that may be asked for next', async () => {
    const fetched: string[] = [];
    const { all } = effects({ prefetch: async (version) => void fetched.push(version) });
    await bisect(question, all, never);
    expect(fetched).toEqual(['1.0.4', '1.0.6', '1.0.2', '1.0.7', '1.0.5']);
  });

  it('gives up a fetch as soon as its release is out of the question, and not before', async () => {
    const events: string[] = [];
    const { all } = effects({
      examine: async (version) => {
        events.push(`run ${version}`);
        return judgement(versions.indexOf(version) >= 5 ? 'bad' : 'good');
      },
      prefetch: async (version, signal) =>
        signal.addEventListener('abort', () => events.push(`give up ${version}`)),
    });
    await bisect(question, all, never);
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

  it('does not fetch ahead what the ledger answers', async () => {
    const fetched: string[] = [];
    const { all } = effects({
      recall: (version) => (version === '1.0.4' ? judgement('good') : undefined),
      prefetch: async (version) => void fetched.push(version),
    });
    await bisect(question, all, never);
    expect(fetched).not.toContain('1.0.4');
  });
});

describe('when the environment fails', () => {
  const unreachable = new BisectError('REGISTRY_UNREACHABLE', 'the registry is down');
  const corrupt = new BisectError('TARBALL_INTEGRITY', 'the tarball of 1.0.4 is not what was promised');
  const failing = (failed: string, error: Error) =>
    effects({
      examine: async (version) => {
        if (version === failed) throw error;
        return judgement(versions.indexOf(version) >= 5 ? 'bad' : 'good');
      },
    });

  it.each(['1.0.0', '1.0.4', '1.0.6'])(
    'the run ends with the error, wherever it happens (%s)',
    async (failed) => {
      await expect(bisect(question, failing(failed, unreachable).all, never)).rejects.toBe(unreachable);
    },
  );

  it('a verdict on its way at that moment is still told of', async () => {
    const { all, told } = failing('1.0.0', unreachable);
    await expect(bisect(question, all, never)).rejects.toBe(unreachable);
    expect(told).toEqual(['1.0.8 bad run']);
  });

  it('a bad tarball at an end ends the run', async () => {
    await expect(bisect(question, failing('1.0.8', corrupt).all, never)).rejects.toBe(corrupt);
  });

  it('a bad tarball in the middle is a skip with the cause, and the search goes on', async () => {
    const result = await bisect(question, failing('1.0.4', corrupt).all, never);
    expect(result.judgements.get('1.0.4')).toMatchObject({
      verdict: 'skip',
      cause: 'environment',
      reason: 'the tarball of 1.0.4 is not what was promised',
    });
    expect(result.step).toEqual({
      kind: 'suspects',
      boundary: { before: '1.0.3', after: '1.0.5' },
      suspects: ['1.0.4'],
    });
  });

  it('nothing that was fetched ahead goes on', async () => {
    const signals: AbortSignal[] = [];
    const { all } = effects({
      examine: async () => {
        await setTimeout(1);
        throw unreachable;
      },
      prefetch: async (_, signal) => void signals.push(signal),
    });
    await expect(bisect(question, all, never)).rejects.toBe(unreachable);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
