import { describe, expect, it } from 'vitest';
import { BisectError, type ErrorCode } from '../../src/errors.js';
import { bisect, skipFor, type BisectEffects } from '../../src/search/drive.js';
import type { Question, Rule } from '../../src/search/question.js';
import type { Judgement } from '../../src/verdict/round.js';
import { never, ONCE, round, roundsOf, versionsOf, type Word } from '../helpers/scripted.js';

const versions = versionsOf(9);
const TWICE: Rule = { ...ONCE, confirm: 1 };
const truth = (version: string): Word => (versions.indexOf(version) >= 5 ? 'bad' : 'good');

interface Scene {
  readonly question?: Partial<Question>;
  readonly rule?: Rule;
  /** By version: the rounds that it has in words, the last of them for ever; and those that are known already. */
  readonly scripts?: Readonly<Record<string, string>>;
  readonly known?: Readonly<Record<string, string>>;
  /** By version: what running it rejects with, or what it gives. */
  readonly failing?: Readonly<Record<string, Error | Judgement>>;
  readonly prefetch?: BisectEffects['prefetch'];
}

/** A search from 1.0.0 to 1.0.8 in which 1.0.5 is the first bad release, but for what a test changes. */
async function driven({
  question,
  rule = ONCE,
  scripts = {},
  known = {},
  failing = {},
  ...more
}: Scene = {}) {
  const calls: string[] = [];
  const told: string[] = [];
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  let together = 0;
  const effects: BisectEffects = {
    recall: (version) => roundsOf(known[version] ?? ''),
    examine: async (version) => {
      const words = (scripts[version] ?? truth(version)).split(' ') as Word[];
      const place = calls.filter((called) => called === version).length;
      calls.push(version);
      running.set(version, (running.get(version) ?? 0) + 1);
      most.set(version, Math.max(most.get(version) ?? 0, running.get(version) ?? 0));
      together = Math.max(
        together,
        [...running.values()].reduce((sum, count) => sum + count, 0),
      );
      await Promise.resolve();
      running.set(version, (running.get(version) ?? 0) - 1);
      const planned = failing[version];
      if (planned instanceof Error) throw planned;
      return planned ?? round(words[Math.min(place, words.length - 1)] ?? 'skip');
    },
    prefetch: async () => {},
    onVerdict: (version, { verdict }, source, why) => told.push(`${version} ${verdict} ${source} ${why}`),
    ...more,
  };
  const result = await bisect({ versions, direction: 'regression', ...question }, rule, effects, never);
  const times = (version: string) => calls.filter((called) => called === version).length;
  const path = result.path.map(({ why, rounds }) => [
    why,
    ...rounds.map(({ version, count }) => `${version} ${count}×`),
  ]);
  const symptoms = [...(result.failure?.get('trial') ?? [])];
  return { ...result, path, symptoms, calls, told, times, most, together };
}

const FOUND = { kind: 'found', boundary: { before: '1.0.4', after: '1.0.5' } };

describe('the driver of the search', () => {
  it('tells of every round as soon as there is one, with the reason for which it was run', async () => {
    const { step, probed, told, together } = await driven();
    expect(step).toEqual({ ...FOUND, confidence: null });
    expect(probed).toEqual(['1.0.0', '1.0.8', '1.0.4', '1.0.6', '1.0.5']);
    expect(told).toEqual([
      '1.0.0 good run ends',
      '1.0.8 bad run ends',
      '1.0.4 good run middle',
      '1.0.6 bad run middle',
      '1.0.5 bad run middle',
    ]);
    // Both ends at the same time.
    expect(together).toBe(2);
  });

  it('records its path: what was asked for together, how often, and why', async () => {
    const { path } = await driven({ rule: TWICE });
    expect(path).toEqual([
      ['ends', '1.0.0 1×', '1.0.8 1×'],
      ['middle', '1.0.4 1×'],
      ['middle', '1.0.6 1×'],
      ['middle', '1.0.5 1×'],
      ['confirm', '1.0.4 1×', '1.0.5 1×'],
    ]);
  });

  it('runs the rounds that confirm a boundary at the same time', async () => {
    const { most, together } = await driven({ rule: { ...ONCE, confirm: 3 } });
    expect([most.get('1.0.4'), most.get('1.0.5'), together]).toEqual([3, 3, 6]);
  });

  it('runs each release as often as it was told to', async () => {
    const { calls, times } = await driven({ rule: { ...ONCE, repeat: 2 } });
    expect(['1.0.0', '1.0.4', '1.0.5', '1.0.6', '1.0.8'].map(times)).toEqual([2, 2, 2, 2, 2]);
    expect(calls).toHaveLength(10);
  });
});

describe('rounds that are known already', () => {
  it('are not run again, and are told of once, as what they are, with the newest of them', async () => {
    const known = Object.fromEntries(versions.map((version) => [version, truth(version)]));
    const { calls, probed, told, rounds } = await driven({
      known: { ...known, '1.0.4': 'good good good', '1.0.6': '' },
    });
    expect([calls, probed]).toEqual([['1.0.6'], ['1.0.6']]);
    expect(told).toContain('1.0.8 bad ledger ends');
    expect(told.filter((line) => line.startsWith('1.0.4'))).toEqual(['1.0.4 good ledger middle']);
    // All count, though they are more than were asked for.
    expect(rounds.get('1.0.4')).toHaveLength(3);
  });

  it('count towards the rounds that are asked for: only the missing ones are run', async () => {
    const { times, rounds } = await driven({ known: { '1.0.5': 'bad bad' }, rule: { ...ONCE, confirm: 2 } });
    expect(times('1.0.5')).toBe(1);
    expect(rounds.get('1.0.5')).toHaveLength(3);
  });
});

describe('a release that contradicts itself', () => {
  it('makes the search weigh all rounds, and the answer says how probable it is', async () => {
    const scripts = { '1.0.4': 'good bad good' };
    const { step, rounds, told } = await driven({ scripts, rule: TWICE });
    expect(step).toMatchObject(FOUND);
    const { confidence } = step as Extract<typeof step, { kind: 'found' }>;
    expect(confidence).toBeGreaterThanOrEqual(0.95);
    expect(confidence).toBeLessThan(1);
    expect(rounds.get('1.0.4')?.length).toBeGreaterThan(2);
    expect(told).toContain('1.0.4 good run noise');
  });

  it('does not keep the search going for ever', async () => {
    const coin = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'good' : 'bad')).join(' ');
    const scripts = Object.fromEntries(versions.map((version) => [version, coin]));
    const { step, calls } = await driven({ scripts, rule: { ...TWICE, maxRounds: 30 } });
    expect(calls.length).toBeLessThanOrEqual(32);
    expect(step?.kind).not.toBe('found');
  });
});

describe('what will probably be needed next', () => {
  it('is fetched ahead where the ledger does not answer: both releases that may be asked for', async () => {
    const fetched: string[] = [];
    const prefetch = async (version: string) => void fetched.push(version);
    await driven({ prefetch });
    expect(fetched).toEqual(['1.0.4', '1.0.6', '1.0.2', '1.0.7', '1.0.5']);
    fetched.length = 0;
    await driven({ prefetch, known: { '1.0.4': 'good' } });
    expect(fetched).not.toContain('1.0.4');
  });

  it('is given up as soon as its release is out of the question, and not before', async () => {
    const events: string[] = [];
    const effects: BisectEffects = {
      recall: () => [],
      examine: async (version) => {
        events.push(`run ${version}`);
        return round(truth(version));
      },
      prefetch: async (version, signal) =>
        signal.addEventListener('abort', () => events.push(`give up ${version}`)),
    };
    await bisect({ versions, direction: 'regression' }, ONCE, effects, never);
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
});

describe('when the environment fails', () => {
  const error = new BisectError('REGISTRY_UNREACHABLE', 'the registry is down');

  it.each(['1.0.0', '1.0.4', '1.0.6'])('the search ends with the error, wherever it is (%s)', async (at) => {
    expect(await driven({ failing: { [at]: error } })).toMatchObject({ step: null, error });
  });

  it('a verdict on its way is still told of, and nothing that was fetched ahead goes on', async () => {
    const signals: AbortSignal[] = [];
    const prefetch = async (_: string, signal: AbortSignal) => void signals.push(signal);
    const { told } = await driven({ failing: { '1.0.0': error }, prefetch });
    expect(told).toEqual(['1.0.8 bad run ends']);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('a tarball that cannot be had', () => {
  const error = new BisectError('TARBALL_INTEGRITY', 'the tarball is not what was promised');

  it.each([
    ['1.0.0', ['1.0.0 skip', '1.0.8 bad']],
    ['1.0.8', ['1.0.0 good', '1.0.8 skip']],
  ])('ends the search where an end was claimed (%s)', async (end, verdicts) => {
    const result = await driven({ failing: { [end]: error } });
    expect(result).toMatchObject({ step: null, error });
    // The other end was on its way; and why this one has no verdict is told in its row.
    expect([...result.rounds].map(([version, [one]]) => `${version} ${one?.verdict}`)).toEqual(verdicts);
  });

  it('is a skip with the cause in the middle, was not run, and the search goes on', async () => {
    const { step, rounds, probed } = await driven({ failing: { '1.0.4': error } });
    expect(rounds.get('1.0.4')).toEqual([
      { verdict: 'skip', cause: 'environment', reason: error.message, findings: [], runs: 0 },
    ]);
    expect(step).toMatchObject({ kind: 'suspects', suspects: ['1.0.4'] });
    expect(probed).toContain('1.0.6');
    expect(probed).not.toContain('1.0.4');
  });

  it('is a skip at the last release of an open side: nobody has claimed that one', async () => {
    const scripts = Object.fromEntries(versions.map((version) => [version, 'bad']));
    const { step } = await driven({ question: { open: 'older' }, scripts, failing: { '1.0.0': error } });
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
      const other = new BisectError(code, 'what is wrong');
      expect(() => skipFor(other)).toThrow(other);
    },
  );
});

it('an oracle that fails itself ends the search: its further answers would be worth nothing', async () => {
  const aborted = round('skip', { cause: 'oracle-aborted', reason: 'oracle aborted: exit code 127' });
  const { step, told, ...rest } = await driven({ failing: { '1.0.4': aborted } });
  expect(step).toBeNull();
  expect(rest).toMatchObject({
    error: { code: 'ORACLE_ABORTED', exitCode: 2, message: 'oracle aborted: exit code 127, at 1.0.4' },
  });
  expect(told.at(-1)).toBe('1.0.4 skip run middle');
});

const LOST = ['tools-lost'];
const FIRM = { ...ONCE, confirm: 2 };
const from = (words: readonly string[]) =>
  Object.fromEntries(versions.map((one, at) => [one, words[at] ?? '']));

describe('a release that fails in another way than the bad end', () => {
  it('is no answer to the question: it is skipped, and a suspect where the change may be its own', async () => {
    const { step, symptoms } = await driven({ scripts: { '1.0.4': 'other' } });
    expect(step).toMatchObject({
      kind: 'suspects',
      boundary: { before: '1.0.3', after: '1.0.5' },
      suspects: ['1.0.4'],
    });
    expect(symptoms).toEqual(LOST);
  });

  it('is no obstacle where the boundary is elsewhere', async () => {
    expect((await driven({ scripts: { '1.0.2': 'other', '1.0.7': 'other' } })).step).toMatchObject(FOUND);
  });

  it('has nothing to be told from where no end is bad', async () => {
    const { step, failure } = await driven({ scripts: from(Array(9).fill('good')) });
    expect(step).toMatchObject({ kind: 'ends-agree', older: 'good', newer: 'good' });
    expect(failure).toBeNull();
  });

  it('is told from the older end, where a fix is looked for', async () => {
    const scripts = from(['bad', 'bad', 'bad', 'other', ...Array<string>(5).fill('good')]);
    const { step } = await driven({ question: { direction: 'fix' }, scripts });
    expect(step).toMatchObject({ kind: 'suspects', suspects: ['1.0.3'] });
  });
});

describe('the failure in question', () => {
  it('is the one that most bad rounds of the bad end share, not that of its first one', async () => {
    const { step, symptoms, path } = await driven({ scripts: { '1.0.8': 'other bad' }, rule: FIRM });
    expect(step).toMatchObject(FOUND);
    expect(symptoms).toEqual(LOST);
    // The bad end gets its further rounds before anything is concluded from 1.0.6, which fails otherwise.
    expect(path).toEqual([
      ['ends', '1.0.0 1×', '1.0.8 1×'],
      ['middle', '1.0.4 1×'],
      ['middle', '1.0.6 1×'],
      ['confirm', '1.0.8 2×'],
      ['middle', '1.0.5 1×'],
      ['confirm', '1.0.4 2×', '1.0.5 2×'],
    ]);
  });

  it.each<[string, Scene, times: number, symptoms: readonly string[]]>([
    ['is not looked at twice where nothing fails otherwise', { rule: FIRM }, 1, LOST],
    [
      'is what the bad end has shown where the rule confirms nothing',
      { scripts: { '1.0.8': 'other bad' } },
      1,
      ['re-initialized'],
    ],
    [
      'is clear where earlier runs know enough rounds of the bad end',
      { scripts: { '1.0.6': 'other' }, known: { '1.0.8': 'bad other bad' }, rule: FIRM },
      0,
      LOST,
    ],
    [
      'is looked at again as well where the bad end disagrees with itself',
      { scripts: { '1.0.8': 'bad' }, known: { '1.0.8': 'other bad' }, rule: FIRM },
      1,
      LOST,
    ],
  ])('%s', async (_, scene, expected, shown) => {
    const { times, symptoms } = await driven(scene);
    expect(times('1.0.8')).toBe(expected);
    expect(symptoms).toEqual(shown);
  });

  it('is that of the older end where a fix is looked for', async () => {
    const scripts = from(['other bad', 'bad', 'bad', 'bad', ...Array<string>(5).fill('good')]);
    const { step } = await driven({ question: { direction: 'fix' }, scripts, rule: FIRM });
    expect(step).toMatchObject({ kind: 'found', boundary: { before: '1.0.3', after: '1.0.4' } });
  });
});
