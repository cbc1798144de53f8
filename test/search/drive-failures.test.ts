import { describe, expect, it } from 'vitest';
import { bisect, skipFor, type BisectEffects } from '../../src/search/drive.js';
import type { Question } from '../../src/search/question.js';
import { BisectError, type ErrorCode } from '../../src/errors.js';
import { never, ONCE, round, versionsOf } from '../helpers/scripted.js';

/** What the driver does when a round cannot be had: drive.test.ts has the rest. */

const versions = versionsOf(9);
const question: Question = { versions, direction: 'regression' };
const truth = (version: string) => round(versions.indexOf(version) >= 5 ? 'bad' : 'good');

const unreachable = new BisectError('REGISTRY_UNREACHABLE', 'the registry is down');
const corrupt = new BisectError('TARBALL_INTEGRITY', 'the tarball is not what was promised');

/** Effects in which 1.0.5 is the first bad release, and one release cannot be examined. */
function failing(failed: string, error: Error) {
  const told: string[] = [];
  const effects: BisectEffects = {
    recall: () => [],
    examine: async (version) => {
      if (version === failed) throw error;
      return truth(version);
    },
    prefetch: async () => {},
    onVerdict: (version, { verdict }, source) => told.push(`${version} ${verdict} ${source}`),
  };
  return { effects, told };
}

describe('when the environment fails', () => {
  it.each(['1.0.0', '1.0.4', '1.0.6'])(
    'the search ends with the error, wherever it happens (%s)',
    async (failed) => {
      const { effects } = failing(failed, unreachable);
      expect(await bisect(question, ONCE, effects, never)).toMatchObject({ step: null, error: unreachable });
    },
  );

  it('a verdict on its way at that moment is still told of', async () => {
    const { effects, told } = failing('1.0.0', unreachable);
    expect(await bisect(question, ONCE, effects, never)).toMatchObject({ step: null, error: unreachable });
    expect(told).toEqual(['1.0.8 bad run']);
  });

  it('nothing that was fetched ahead goes on', async () => {
    const signals: AbortSignal[] = [];
    const { effects } = failing('1.0.0', unreachable);
    const prefetch = async (_: string, signal: AbortSignal) => void signals.push(signal);
    await bisect(question, ONCE, { ...effects, prefetch }, never);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('a tarball that cannot be had', () => {
  it.each(['1.0.0', '1.0.8'])('ends the search where an end was claimed (%s)', async (end) => {
    const result = await bisect(question, ONCE, failing(end, corrupt).effects, never);
    expect(result).toMatchObject({ step: null, error: corrupt });
    const verdicts = [...result.rounds].map(([version, [judgement]]) => `${version} ${judgement?.verdict}`);
    // The other end was on its way; and why this one has no verdict is told in its row.
    expect(verdicts).toEqual(end === '1.0.0' ? ['1.0.0 skip', '1.0.8 bad'] : ['1.0.0 good', '1.0.8 skip']);
  });

  it('is a skip with the cause in the middle, and the search goes on', async () => {
    const result = await bisect(question, ONCE, failing('1.0.4', corrupt).effects, never);
    expect(result.rounds.get('1.0.4')).toEqual([
      {
        verdict: 'skip',
        cause: 'environment',
        reason: 'the tarball is not what was promised',
        findings: [],
        runs: 0,
      },
    ]);
    expect(result.step).toMatchObject({ kind: 'suspects', suspects: ['1.0.4'] });
  });

  it('was not run', async () => {
    const { probed } = await bisect(question, ONCE, failing('1.0.4', corrupt).effects, never);
    expect(probed).toContain('1.0.6');
    expect(probed).not.toContain('1.0.4');
  });

  it('is a skip at the last release of an open side: nobody has claimed that one', async () => {
    const open: Question = { ...question, open: 'older' };
    const all: BisectEffects = {
      ...failing('1.0.0', corrupt).effects,
      // Nothing is good but the oldest release, and that one cannot be had.
      examine: async (version) => {
        if (version === '1.0.0') throw corrupt;
        return round('bad');
      },
    };
    const { step } = await bisect(open, ONCE, all, never);
    expect(step).toEqual({ kind: 'no-end', seen: '1.0.1', confidence: null });
  });

  it.each<ErrorCode>(['TARBALL_MISSING', 'TARBALL_INTEGRITY', 'TARBALL_MALFORMED', 'TARBALL_CUT_SHORT'])(
    'is the fault of its release alone: %s',
    (code) => {
      expect(skipFor(new BisectError(code, 'what is wrong'))).toMatchObject({ verdict: 'skip', runs: 0 });
    },
  );

  it.each<ErrorCode>(['DISK_FULL', 'REGISTRY_UNREACHABLE', 'HOST_FAILED', 'INTERRUPTED'])(
    'is another matter than %s, which ends everything',
    (code) => {
      const error = new BisectError(code, 'what is wrong');
      expect(() => skipFor(error)).toThrow(error);
    },
  );
});

describe('an oracle that fails itself', () => {
  it('ends the search: its further answers would be worth nothing', async () => {
    const aborted = round('skip', { cause: 'oracle-aborted', reason: 'oracle aborted: exit code 127' });
    const { effects, told } = failing('none', unreachable);
    const all: BisectEffects = {
      ...effects,
      examine: async (version) => (version === '1.0.4' ? aborted : truth(version)),
    };
    expect(await bisect(question, ONCE, all, never)).toMatchObject({
      step: null,
      error: { code: 'ORACLE_ABORTED', exitCode: 2, message: 'oracle aborted: exit code 127, at 1.0.4' },
    });
    expect(told.at(-1)).toBe('1.0.4 skip run');
  });
});
