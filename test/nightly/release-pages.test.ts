import { describe, expect, it } from 'vitest';
import type { Round } from '../../src/verdict/round.js';
import { NightExaminer } from '../../src/nightly/night-examiner.js';
import { pageMatter, releasePage } from '../../src/nightly/release-pages.js';
import { clientTable } from '../../src/nightly/version-table-of.js';
import { Watch } from '../../src/nightly/watch.js';
import { HOSTILE_KEY } from '../helpers/reports.js';
import { roundOf } from '../helpers/kept-runs.js';
import { ONCE, round, sessionOf } from '../helpers/scripted.js';
import { ledgerForTest, rememberingExaminer, seen, SUBJECT } from './setting.js';

const [RELEASE] = seen(['good']) as [ReturnType<typeof seen>[number]];
const IDENTITY = { user: 'maja', host: 'beehive', home: '/home/maja', cacheDir: '/var/hive/cache' };

/** A watch over the only release, of which these rounds are known; or, without any, of which the last one came to nothing. */
function watchWith(rounds: readonly Round[], skip?: Round): Watch {
  const remembered = (recorded: Round, index: number) => ({
    ...recorded,
    id: index + 1,
    recordedAt: '2026-06-01T00:00:00.000Z',
  });
  const inner = {
    ...rememberingExaminer(['good']),
    recall: () => rounds.map(remembered),
    recallSkip: () => skip && remembered(skip, 98),
  };
  const examiner = new NightExaminer(inner, {
    subject: SUBJECT,
    nights: ledgerForTest().nights,
    retries: 7,
    onRound: () => {},
    today: '2026-11-23',
    onWithheld: () => {},
  });
  return new Watch({
    subject: SUBJECT,
    releases: [RELEASE],
    catalogue: sessionOf(['good']).session.catalogue,
    examiner,
    rule: ONCE,
  });
}

const [row] = clientTable(SUBJECT.client, 'linux-x64', [RELEASE], []).rows as [
  ReturnType<typeof clientTable>['rows'][number],
];
const matterOf = (...watches: Watch[]) => pageMatter(RELEASE, row, watches);
const pageOf = (...watches: Watch[]) => releasePage(matterOf(...watches), watches, IDENTITY);

const good = roundOf('1.0.0', 'good');
const bad = roundOf('1.0.0', 'bad');

describe('the page of a release', () => {
  it.each([
    ['the newest of its verdict', [bad, good, good], 3],
    [
      'one of its verdict, where a newer one disagrees',
      [good, ...Array.from({ length: 7 }, () => bad), good],
      8,
    ],
  ])('shows %s', (_, rounds, id) => {
    const { rounds: shown } = matterOf(
      watchWith(rounds.map((one) => ({ ...one, judgement: { ...one.judgement } }))),
    );
    expect(shown.map((standing) => standing.id)).toEqual([id]);
  });

  it('shows what came to nothing where that is all', () => {
    const skip = { judgement: round('skip'), observations: good.observations };
    expect(Object.keys(pageOf(watchWith([], skip)).rounds)).toEqual(['get-stream-404']);
    expect(matterOf(watchWith([good], skip)).rounds[0]?.id).toBe(1);
  });

  it('has no key in it, and nobody’s name', () => {
    const text = `token ${HOSTILE_KEY} of maja at beehive in /home/maja/work, /var/hive/cache/v1`;
    const observations = bad.observations.map((one) => ({
      ...one,
      stderr: { text, bytes: text.length, capped: false },
    }));
    const page = JSON.stringify(pageOf(watchWith([{ ...bad, observations }])));
    expect(page).toContain('token');
    for (const secret of [HOSTILE_KEY, 'maja', 'beehive', '/var/hive']) expect(page).not.toContain(secret);
  });
});
