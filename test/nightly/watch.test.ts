import { describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import type { SeenChange } from '../../src/nightly/watch.js';
import type { TestableRelease } from '../../src/registry/releases.js';
import { never, type Script } from '../helpers/scripted.js';
import { ledgerForTest, rememberingExaminer, SUBJECT, watchOf } from './setting.js';

const named = ({ direction, before, after, suspects, isConfirmed }: SeenChange) =>
  [
    direction,
    before,
    after,
    ...suspects.map((version) => `(${version})`),
    ...(isConfirmed ? [] : ['unconfirmed']),
  ].join(' ');

const changesOf = (scripts: readonly Script[], confirm = 0) =>
  watchOf(scripts, { rule: { confirm } }).watch.changes().map(named);

describe('changes', () => {
  it.each<[string, Script[], string[]]>([
    [
      'are where neighbours differ',
      ['good |', 'bad |', 'good |'],
      ['regression 1.0.0 1.0.1', 'fix 1.0.1 1.0.2'],
    ],
    [
      'reach over what is not known',
      ['good |', 'skip', 'good', 'bad |'],
      ['regression 1.0.0 1.0.3 (1.0.1) (1.0.2)'],
    ],
    [
      'reach over what cannot be run, which is no suspect',
      ['good |', 'missing', 'bad |'],
      ['regression 1.0.0 1.0.2'],
    ],
    [
      'have no side that disagrees with itself',
      ['good |', 'good bad |', 'bad |'],
      ['regression 1.0.0 1.0.2 (1.0.1)'],
    ],
    ['are none of a flaky release among good ones', ['good |', 'good bad |', 'good |'], []],
  ])('%s', (_, scripts, expected) => {
    expect(changesOf(scripts)).toEqual(expected);
  });

  it('are confirmed once both sides were run often enough', () => {
    expect(changesOf(['good good good |', 'bad bad |'], 2)).toEqual(['regression 1.0.0 1.0.1 unconfirmed']);
    expect(changesOf(['good good good |', 'bad bad bad |'], 2)).toEqual(['regression 1.0.0 1.0.1']);
    expect(changesOf(['good |', 'bad |'], 0)).toEqual(['regression 1.0.0 1.0.1']);
  });
});

const settled = async (scripts: readonly Script[], changes: Parameters<typeof watchOf>[1] = {}) => {
  const { watch, ran } = watchOf(scripts, changes);
  await watch.settleAll(never, () => {});
  return { watch, ran, changes: watch.changes().map(named) };
};

describe('looking into a change', () => {
  it('confirms both sides, and runs nothing else', async () => {
    const { ran, changes } = await settled(['good | good', 'good | good', 'bad | bad', 'bad | bad']);
    expect(ran.toSorted()).toEqual(['1.0.1', '1.0.1', '1.0.2', '1.0.2']);
    expect(changes).toEqual(['regression 1.0.1 1.0.2']);
  });

  it('bisects what lies between its sides', async () => {
    const between = Array.from({ length: 7 }, (_, index) => (index < 4 ? 'good' : 'bad'));
    const { ran, changes } = await settled(['good | good', ...between, 'bad | bad']);
    expect(changes[0]).toBe('regression 1.0.4 1.0.5');
    expect(new Set(ran).size).toBeLessThan(6);
  });

  it('passes over a side that cannot be run again, and on which there is too little to go on', async () => {
    const gone = new BisectError('TARBALL_MISSING', 'the tarball is gone');
    const scripts = ['good good good |', 'bad |', 'bad | bad'];
    const { changes, watch } = await settled(scripts, { failing: { '1.0.1': gone } });
    expect([...watch.doubtful]).toEqual(['1.0.1']);
    expect(changes).toEqual(['regression 1.0.0 1.0.2 (1.0.1)']);
  });

  it('says nothing where no side is left', async () => {
    const gone = new BisectError('TARBALL_MISSING', 'the tarball is gone');
    expect((await settled(['good |', 'bad | bad'], { failing: { '1.0.0': gone } })).changes).toEqual([]);
  });

  it('ends with a failure of the environment', async () => {
    const full = new BisectError('DISK_FULL', 'no space left');
    await expect(settled(['good |', 'bad | bad'], { failing: { '1.0.0': full } })).rejects.toBe(full);
  });
});

describe('what is looked into', () => {
  const settledIn = async (scripts: readonly Script[], isWaiting?: (version: string) => boolean) => {
    const heard: string[] = [];
    await watchOf(scripts).watch.settleAll(never, (change) => heard.push(named(change)), isWaiting);
    return heard.map((line) => line.replace(' unconfirmed', ''));
  };

  it('is every change once, and one that has moved', async () => {
    expect(await settledIn(['good | good', 'bad | bad', 'good | good'])).toEqual([
      'regression 1.0.0 1.0.1',
      'fix 1.0.1 1.0.2',
    ]);
    expect(await settledIn(['good | good', 'good', 'bad | bad'])).toEqual([
      'regression 1.0.0 1.0.2 (1.0.1)',
      'regression 1.0.1 1.0.2',
    ]);
  });

  it('is no change with a release between its sides that waits to be run', async () => {
    const scripts = ['good | good', 'good', 'bad | bad'];
    expect(await settledIn(scripts, (version) => version === '1.0.1')).toEqual([]);
    expect(await settledIn(scripts, (version) => version === '1.0.2')).toHaveLength(2);
  });
});

describe('a release', () => {
  it('with a verdict is not run for its own sake, and can be run to confirm it: it keeps that without another one', async () => {
    const ledger = ledgerForTest();
    const { watch, releases, ran } = watchOf(['good | skip bad'], { ledger });
    const [release] = releases as [TestableRelease];
    expect([watch.isOpen(release), watch.isOpenTomorrow(release)]).toEqual([false, false]);
    await watch.rounds.examine(release, never);
    expect([watch.skipReason(release), watch.isOpenTomorrow(release)]).toEqual([undefined, false]);
    expect(ledger.nights.skips(SUBJECT.key)).toEqual([]);
    expect((await watch.rounds.examine(release, never)).judgement.verdict).toBe('bad');
    expect(watch.known(release).map(({ judgement }) => judgement.verdict)).toEqual(['good', 'bad']);
    expect(ran).toEqual(['1.0.0', '1.0.0']);
  });

  it('without one is another question once its tarball is another one, or the scenario, or how the client is run', async () => {
    const ledger = ledgerForTest();
    const rounds = rememberingExaminer(['skip']);
    const night = (more: Parameters<typeof watchOf>[1] = {}) =>
      watchOf(['skip'], { ledger, rounds, retries: 1, ...more });
    const first = night();
    const [release] = first.releases as [TestableRelease];
    await first.watch.rounds.examine(release, never);
    expect(night().watch.isOpen(release)).toBe(false);
    const republished = { ...release, source: { ...release.source, integrity: 'sha512-other' } };
    expect(night().watch.isOpen(republished)).toBe(true);
    for (const subject of [
      { ...SUBJECT, scenario: { ...SUBJECT.scenario, revision: 99 } },
      { ...SUBJECT, client: { ...SUBJECT.client, revision: 99 } },
    ])
      expect(night({ subject }).watch.isOpen(release)).toBe(true);
  });
});

describe('the surroundings of a change', () => {
  const around = (scripts: readonly Script[], before: number, after: number, count = 4) => {
    const { older, newer } = watchOf(scripts).watch.around(
      {
        direction: 'regression',
        before: `1.0.${before}`,
        after: `1.0.${after}`,
        suspects: [],
        isConfirmed: true,
      },
      count,
    );
    return [older, newer].map((version) => Number(version.slice(4)));
  };
  const good = 'good |';
  const bad = 'bad |';

  it.each<[string, Script[], number, number, number, number[]]>([
    ['end with the known ones', [good, bad], 0, 1, 4, [0, 1]],
    ['are so many on each side', [good, good, good, bad, bad, bad], 2, 3, 2, [1, 4]],
    ['end before another change', [bad, good, good, bad, good], 2, 3, 4, [1, 3]],
    [
      'pass over what has no verdict, and do not count it',
      [good, 'skip', good, good, bad, 'skip', bad, bad],
      3,
      4,
      3,
      [0, 7],
    ],
    ['do not count what disagrees with itself', [good, 'good bad |', good, bad], 2, 3, 2, [0, 3]],
  ])('%s', (_, scripts, before, after, count, expected) => {
    expect(around(scripts, before, after, count)).toEqual(expected);
  });
});
