import { describe, expect, it } from 'vitest';
import { bisect, type BisectEffects } from '../../src/search/drive.js';
import type { Question } from '../../src/search/question.js';
import { never, ONCE, round, versionsOf, type Word } from '../helpers/scripted.js';

/** Releases that fail, but not like the end that was claimed to be bad: drive.test.ts has the rest. */

const versions = versionsOf(9);
const question: Question = { versions, direction: 'regression' };
const truth = (version: string): Word => (versions.indexOf(version) >= 5 ? 'bad' : 'good');

/** Effects in which 1.0.5 is the first bad release, but for releases whose rounds a test has written down. */
function effects(
  scripts: Readonly<Record<string, string>> = {},
  known: Readonly<Record<string, string>> = {},
) {
  const calls: string[] = [];
  const wordsOf = (script = '') => script.split(' ').filter(Boolean) as Word[];
  const all: BisectEffects = {
    recall: (version) => wordsOf(known[version]).map((word) => round(word)),
    examine: async (version) => {
      const place = calls.filter((called) => called === version).length;
      calls.push(version);
      const words = wordsOf(scripts[version]);
      return round(words[Math.min(place, words.length - 1)] ?? truth(version));
    },
    prefetch: async () => {},
  };
  return { all, calls, times: (version: string) => calls.filter((called) => called === version).length };
}

describe('a release that fails in another way than the bad end', () => {
  const otherwise = (...others: string[]) =>
    effects(Object.fromEntries(others.map((version) => [version, 'other'])));

  it('is no answer to the question: it is skipped, and a suspect where the change may be its own', async () => {
    const { all } = otherwise('1.0.4');
    const { step } = await bisect(question, ONCE, all, never);
    expect(step).toMatchObject({
      kind: 'suspects',
      boundary: { before: '1.0.3', after: '1.0.5' },
      suspects: ['1.0.4'],
    });
  });

  it('is no obstacle where the boundary is elsewhere', async () => {
    const { all } = otherwise('1.0.2', '1.0.7');
    const { step } = await bisect(question, ONCE, all, never);
    expect(step).toMatchObject({ kind: 'found', boundary: { before: '1.0.4', after: '1.0.5' } });
  });

  it('is told from the failure of the end that was claimed to be bad', async () => {
    const { all } = otherwise('1.0.6');
    const { failure } = await bisect(question, ONCE, all, never);
    expect([...(failure?.get('trial') ?? [])]).toEqual(['tools-lost']);
  });

  it('has nothing to be told from where no end is bad', async () => {
    const { all } = effects(Object.fromEntries(versions.map((version) => [version, 'good'])));
    const { step, failure } = await bisect(question, ONCE, all, never);
    expect(step).toMatchObject({ kind: 'ends-agree', older: 'good', newer: 'good' });
    expect(failure).toBeNull();
  });

  it('is told from the older end, where a fix is looked for', async () => {
    const fix: Question = { versions, direction: 'fix' };
    const words = versions.map((_, index) => (index === 3 ? 'other' : index < 4 ? 'bad' : 'good'));
    const { all } = effects(
      Object.fromEntries(versions.map((version, index) => [version, words[index] ?? ''])),
    );
    const { step } = await bisect(fix, ONCE, all, never);
    expect(step).toMatchObject({ kind: 'suspects', suspects: ['1.0.3'] });
  });
});

describe('the failure in question', () => {
  const FIRM = { ...ONCE, confirm: 2 };

  it('is the one that most bad rounds of the bad end share, not that of its first one', async () => {
    const { all, times } = effects({ '1.0.8': 'other bad' });
    const { step, failure, path } = await bisect(question, FIRM, all, never);
    expect(step).toMatchObject({ kind: 'found', boundary: { before: '1.0.4', after: '1.0.5' } });
    expect([...(failure?.get('trial') ?? [])]).toEqual(['tools-lost']);
    // The bad end gets its further rounds before anything is concluded from 1.0.6, which fails otherwise.
    expect(
      path.map(({ why, rounds }) => [why, ...rounds.map(({ version, count }) => `${version} ${count}×`)]),
    ).toEqual([
      ['ends', '1.0.0 1×', '1.0.8 1×'],
      ['middle', '1.0.4 1×'],
      ['middle', '1.0.6 1×'],
      ['confirm', '1.0.8 2×'],
      ['middle', '1.0.5 1×'],
      ['confirm', '1.0.4 2×', '1.0.5 2×'],
    ]);
    expect(times('1.0.8')).toBe(3);
  });

  it('is not looked at twice where nothing fails otherwise', async () => {
    const { all, times } = effects();
    await bisect(question, FIRM, all, never);
    expect(times('1.0.8')).toBe(1);
  });

  it('is what the bad end has shown where the rule confirms nothing', async () => {
    const { all, times } = effects({ '1.0.8': 'other bad' });
    const { failure } = await bisect(question, ONCE, all, never);
    expect(times('1.0.8')).toBe(1);
    expect([...(failure?.get('trial') ?? [])]).toEqual(['re-initialized']);
  });

  it('is clear where earlier runs know enough rounds of the bad end', async () => {
    const { all, times } = effects({ '1.0.6': 'other' }, { '1.0.8': 'bad other bad' });
    const { failure } = await bisect(question, FIRM, all, never);
    expect(times('1.0.8')).toBe(0);
    expect([...(failure?.get('trial') ?? [])]).toEqual(['tools-lost']);
  });

  it('is looked at again as well where the bad end disagrees with itself', async () => {
    const { all, times } = effects({ '1.0.8': 'bad' }, { '1.0.8': 'other bad' });
    await bisect(question, FIRM, all, never);
    expect(times('1.0.8')).toBe(1);
  });

  it('is that of the older end where a fix is looked for', async () => {
    const words = versions.map((_, index) => (index === 0 ? 'other bad' : index < 4 ? 'bad' : 'good'));
    const scripts = Object.fromEntries(versions.map((version, index) => [version, words[index] ?? '']));
    const { step } = await bisect({ versions, direction: 'fix' }, FIRM, effects(scripts).all, never);
    expect(step).toMatchObject({ kind: 'found', boundary: { before: '1.0.3', after: '1.0.4' } });
  });
});
