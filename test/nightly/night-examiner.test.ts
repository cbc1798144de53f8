import { describe, expect, it } from 'vitest';
import type { TestableRelease } from '../../src/registry/releases.js';
import type { NightLedger } from '../../src/ledger/ledger.js';
import { NightExaminer, type NightExaminerOptions } from '../../src/nightly/night-examiner.js';
import { never, type Script } from '../helpers/scripted.js';
import { ledgerForTest, rememberingExaminer, seen, SUBJECT, type RememberingExaminer } from './setting.js';

let days = 0;
/** The day after the one before. */
const nextDay = () => new Date(Date.UTC(2026, 0, (days += 1))).toISOString().slice(0, 10);

/** One night after the other, on the same ledger and the same releases. */
function nightsOf(scripts: readonly Script[], retries = 2) {
  const { nights } = ledgerForTest();
  const inner = rememberingExaminer(scripts);
  const [release] = seen(scripts) as unknown as [TestableRelease];
  return {
    nights,
    inner,
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
});

describe('a release without a verdict', () => {
  it('is another question once its tarball is another one, or the scenario, or how the client is run', async () => {
    const { night, release } = nightsOf(['skip'], 1);
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
});
