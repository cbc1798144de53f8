import { describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import type { TestableRelease } from '../../src/registry/releases.js';
import type { NightLedger } from '../../src/ledger/ledger.js';
import { NightExaminer, type NightExaminerOptions } from '../../src/nightly/night-examiner.js';
import { never, type Script } from '../helpers/scripted.js';
import { ledgerForTest, rememberingExaminer, seen, SUBJECT, type RememberingExaminer } from './setting.js';

const MISSING = new BisectError('TARBALL_MISSING', 'the tarball is gone');

let days = 0;
/** The day after the one before. */
const nextDay = () => new Date(Date.UTC(2026, 0, (days += 1))).toISOString().slice(0, 10);

/** One night after the other, on the same ledger and the same releases. */
function nightsOf(scripts: readonly Script[], failing: Record<string, Error> = {}, retries = 2) {
  const { nights } = ledgerForTest();
  const inner = rememberingExaminer(scripts, failing);
  const releases = seen(scripts) as unknown as TestableRelease[];
  const [release] = releases as [TestableRelease];
  return {
    nights,
    inner,
    releases,
    release,
    night: (more: Partial<NightExaminerOptions> = {}) => nightOn(inner, nights, retries, more),
  };
}

function nightOn(
  inner: RememberingExaminer,
  nights: NightLedger,
  retries: number,
  more: Partial<NightExaminerOptions>,
) {
  const rounds: string[] = [];
  const onRound: NightExaminerOptions['onRound'] = (version, { verdict }) =>
    rounds.push(`${version} ${verdict}`);
  const usual = { subject: SUBJECT, nights, retries, onRound, today: nextDay(), onWithheld: () => {} };
  const examiner = new NightExaminer(inner, { ...usual, ...more });
  return Object.assign(examiner, { rounds });
}

describe('a release with a verdict', () => {
  it('is not worth running for its own sake, and can be run all the same: to confirm it', async () => {
    const { night, release, inner } = nightsOf(['good | bad']);
    const examiner = night();
    expect(examiner.isOpen(release)).toBe(false);
    expect(examiner.isOpenTomorrow(release)).toBe(false);
    expect((await examiner.examine(release, never)).judgement.verdict).toBe('bad');
    expect(examiner.known(release).map(({ judgement }) => judgement.verdict)).toEqual(['good', 'bad']);
    expect(inner.ran).toEqual(['1.0.0']);
    expect(examiner.rounds).toEqual(['1.0.0 bad']);
  });

  it('does not lose it to a round without one', async () => {
    const { night, release, nights } = nightsOf(['good | skip']);
    const examiner = night();
    await examiner.examine(release, never);
    expect(examiner.skipReason(release)).toBeUndefined();
    expect(examiner.isOpenTomorrow(release)).toBe(false);
    expect(nights.skips(SUBJECT.key)).toEqual([]);
  });

  it('has its rounds without what they rest on, which would fill the memory', () => {
    const { night, release } = nightsOf(['good |']);
    expect(Object.keys(night().known(release)[0] ?? {})).not.toContain('observations');
  });
});

describe('a release without a verdict', () => {
  it('is tried once a night, and on no more nights than it was said', async () => {
    const { night, release, inner } = nightsOf(['skip']);
    for (const [ran, isLast] of [
      [1, false],
      [2, true],
      [2, true],
    ] as const) {
      const examiner = night();
      expect(examiner.isOpen(release)).toBe(inner.ran.length < 2);
      await examiner.examine(release, never);
      await examiner.examine(release, never);
      expect(inner.ran).toHaveLength(ran);
      expect(examiner.isOpen(release)).toBe(false);
      expect(examiner.isOpenTomorrow(release)).toBe(!isLast);
    }
  });

  it('is tried again by a second night of the same day, which is not counted', async () => {
    const { night, release, inner, nights } = nightsOf(['skip'], {}, 2);
    const today = '2026-11-23';
    for (const ran of [1, 2, 3]) {
      await night({ today }).examine(release, never);
      expect(inner.ran).toHaveLength(ran);
    }
    expect(nights.skips(SUBJECT.key)).toMatchObject([{ nights: 1, day: today }]);
    expect(night({ today }).isOpen(release)).toBe(true);
  });

  it('says why, tonight and on later nights', async () => {
    const { night, release } = nightsOf(['skip']);
    const first = night();
    expect(first.skipReason(release)).toBeUndefined();
    await first.examine(release, never);
    expect(first.skipReason(release)).toBe('who knows');
    expect(night().skipReason(release)).toBe('who knows');
  });

  it('that is asked for again in the same night is answered with that reason, and is no round', async () => {
    const { night, release } = nightsOf(['skip']);
    const examiner = night();
    await examiner.examine(release, never);
    const { judgement } = await examiner.examine(release, never);
    expect(judgement).toMatchObject({ verdict: 'skip', reason: 'who knows', runs: 0 });
    expect(examiner.rounds).toEqual(['1.0.0 skip']);
  });

  it('gets one on a later night', async () => {
    const { night, release } = nightsOf(['skip good']);
    await night().examine(release, never);
    const second = night();
    expect(second.isOpen(release)).toBe(true);
    await second.examine(release, never);
    expect(second.skipReason(release)).toBeUndefined();
    expect(night().isOpen(release)).toBe(false);
  });

  it('is another question once its tarball is another one, or the scenario, or how the client is run', async () => {
    const { night, release } = nightsOf(['skip'], {}, 1);
    await night().examine(release, never);
    expect(night().isOpen(release)).toBe(false);
    const republished = { ...release, source: { ...release.source, integrity: 'sha512-other' } };
    expect(night().isOpen(republished)).toBe(true);
    const changed = { ...SUBJECT, scenario: { ...SUBJECT.scenario, revision: 99 } };
    expect(night({ subject: changed }).isOpen(release)).toBe(true);
    expect(night({ subject: changed }).skipReason(release)).toBeUndefined();
    const adapted = { ...SUBJECT, client: { ...SUBJECT.client, revision: 99 } };
    expect(night({ subject: adapted }).isOpen(release)).toBe(true);
  });

  it.each([
    [
      'met while it was run',
      async (examiner: NightExaminer, release: TestableRelease) =>
        void (await examiner.examine(release, never).catch(() => {})),
    ],
    [
      'fetched beforehand',
      async (examiner: NightExaminer, release: TestableRelease) =>
        examiner.noteUnavailable(release, MISSING.message),
    ],
  ])('because its tarball cannot be had was tried as well: %s', async (_, meet) => {
    const { night, release, nights } = nightsOf(['good'], { '1.0.0': MISSING });
    const examiner = night();
    await meet(examiner, release);
    expect(examiner.isOpen(release)).toBe(false);
    expect(examiner.skipReason(release)).toBe('the tarball is gone');
    expect(nights.skips(SUBJECT.key)).toMatchObject([
      { version: '1.0.0', nights: 1, reason: 'the tarball is gone' },
    ]);
  });

  it('is not worth running while it is', async () => {
    const { night, release } = nightsOf(['skip']);
    const examiner = night();
    const running = examiner.examine(release, never);
    expect(examiner.isOpen(release)).toBe(false);
    await running;
  });

  it('is counted once a night, whatever goes wrong with it in how many ways', async () => {
    const { night, release, nights } = nightsOf(['good'], { '1.0.0': MISSING });
    const examiner = night();
    examiner.noteUnavailable(release, 'first');
    examiner.noteUnavailable(release, 'second');
    expect(nights.skips(SUBJECT.key)).toMatchObject([{ nights: 1, reason: 'first' }]);
  });
});

describe('a registry that does not answer', () => {
  it('for one tarball is told of, and that release was tried', async () => {
    const withheld = new BisectError('TARBALL_UNAVAILABLE', 'it answers 500');
    const { night, release } = nightsOf(['good'], { '1.0.0': withheld });
    const told: unknown[] = [];
    const examiner = night({ onWithheld: ({ version }, error) => told.push(version, error) });
    await expect(examiner.examine(release, never)).rejects.toBe(withheld);
    expect(told).toEqual(['1.0.0', withheld]);
    expect(examiner.isOpen(release)).toBe(false);
  });

  it('at all is no fault of the release', async () => {
    const silent = new BisectError('REGISTRY_UNREACHABLE', 'it does not answer');
    const { night, release, nights } = nightsOf(['good'], { '1.0.0': silent });
    await expect(night().examine(release, never)).rejects.toBe(silent);
    expect(nights.skips(SUBJECT.key)).toEqual([]);
  });
});

describe('a failure of the environment', () => {
  it('is none of the release: another night tries it as if nothing had been', async () => {
    const failure = new BisectError('DISK_FULL', 'no space left');
    const { night, release, nights } = nightsOf(['good'], { '1.0.0': failure });
    await expect(night().examine(release, never)).rejects.toBe(failure);
    expect(nights.skips(SUBJECT.key)).toEqual([]);
    expect(night().isOpen(release)).toBe(true);
  });
});

describe('a night that was ended in the middle', () => {
  it('has tried what it has tried', async () => {
    const { night, releases, inner } = nightsOf(['skip', 'good', 'good']);
    await night().examine(releases[0] as TestableRelease, never);
    await night().examine(releases[1] as TestableRelease, never);
    const next = night();
    expect(releases.map((release) => next.isOpen(release))).toEqual([true, false, true]);
    expect(next.skipReason(releases[0] as TestableRelease)).toBe('who knows');
    expect(inner.ran).toEqual(['1.0.0', '1.0.1']);
  });
});
