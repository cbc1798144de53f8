import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/search/question.js';
import { BisectError } from '../../src/errors.js';
import { ClientNight } from '../../src/nightly/client-night.js';
import type { ClientPlan } from '../../src/nightly/config.js';
import { NightLog, type NightEvent } from '../../src/nightly/log.js';
import { never, type Script } from '../helpers/scripted.js';
import {
  INTERACTIVE,
  ledgerForTest,
  rememberingExaminer,
  seen,
  storeForTest,
  SUBJECT,
  watchOf,
} from './setting.js';

interface NightChanges {
  readonly test?: ClientPlan['test'];
  readonly rule?: Partial<Rule>;
  readonly retries?: number;
  /** Of these the tarballs cannot be had. */
  readonly failing?: Readonly<Record<string, Error>>;
  readonly unpublished?: readonly string[];
}

/** Nights of a client on one ledger. Each subject has scripts of its own: of the headless one, and of the interactive one. */
function clientOf(columns: readonly (readonly Script[])[], changes: NightChanges = {}) {
  const { test = 'all', rule = {}, retries = 7, failing = {}, unpublished = [] } = changes;
  const [scripts = []] = columns;
  const ledger = ledgerForTest();
  const store = storeForTest(failing);
  const examiners = columns.map((own) => rememberingExaminer(own, failing));
  const releases = seen(scripts).map((release) => ({
    ...release,
    isUnpublished: unpublished.includes(release.version),
  }));
  let days = 0;
  const night = async () => {
    const today = `2026-11-0${(days += 1)}`;
    const events: NightEvent[] = [];
    const held: Record<string, readonly string[]> = {};
    const log = new NightLog((event) => {
      events.push(event);
      if (event.event === 'round') held[String(event['version'])] = store.held;
    });
    const watches = examiners.map((rounds, index) => {
      const subject = index === 0 ? SUBJECT : INTERACTIVE;
      return watchOf(scripts, {
        subject,
        releases,
        rounds,
        rule: { confirm: 1, ...rule },
        ledger,
        retries,
        today,
        onRound: (...round) => log.round(subject, ...round),
      }).watch;
    });
    const client = new ClientNight({ watches, releases, test, store, log });
    const before = examiners.map(({ ran }) => ran.length);
    const ended = client.run(never);
    await ended.catch(() => {});
    const ran = examiners.map((examiner, index) => examiner.ran.slice(before[index]));
    const order = events.filter(({ event }) => event === 'release').map(({ version }) => version);
    return { client, ended, events, ran, order, log, held };
  };
  return { night, store, ledger };
}

const GOOD = ['good', 'good', 'good', 'good', 'good'];

describe('several subjects', () => {
  it('each run only what they do not know', async () => {
    const { ran } = await clientOf([
      ['good |', 'good'],
      ['good', 'good |'],
    ]).night();
    expect(ran).toEqual([['1.0.1'], ['1.0.0']]);
  });

  it('do not lose a verdict to the failure of another', async () => {
    const { client, ended } = await clientOf([['good'], ['']]).night();
    await expect(ended).rejects.toThrow('not in the script');
    expect(client.watches[0]?.known(seen(['good'])[0] as never)).toHaveLength(1);
  });
});

describe('executables', () => {
  it('are let go of when the night ends, and no more than a few are held', async () => {
    const { night, store } = clientOf([Array.from({ length: 20 }, () => 'good')]);
    await night();
    expect(store.held).toEqual([]);
    expect(store.released).toHaveLength(20);
    expect(store.most).toBeLessThanOrEqual(5);
  });

  it('stay where one may be the other side of a change', async () => {
    const { held } = await clientOf([['good', 'skip', 'skip', 'skip', 'good']]).night();
    expect(held['1.0.0']).toContain('1.0.4');
    expect(held['1.0.0']).not.toContain('1.0.3');
  });
});

// What the registry may do to it: failures.test.ts, untestable.test.ts.
describe('a release that cannot be fetched', () => {
  it('ends the night if it is the disk that is full', async () => {
    const full = new BisectError('DISK_FULL', 'no space left');
    const { night, store, ledger } = clientOf([GOOD], { failing: { '1.0.2': full } });
    const { ended, ran } = await night();
    await expect(ended).rejects.toBe(full);
    expect(ran[0]).toEqual(['1.0.4', '1.0.3']);
    expect(store.held).toEqual([]);
    expect(ledger.nights.skips(SUBJECT.key)).toEqual([]);
  });
});

describe('until it is known', () => {
  const options = { test: 'until-known' } as const;

  it('an older one takes the place of a newest one without a verdict', async () => {
    const { order } = await clientOf([['good |', 'good', 'good', 'skip', 'skip']], options).night();
    expect(order).toEqual(['1.0.4', '1.0.3', '1.0.2']);
  });

  it('nothing is run where the newest has a verdict', async () => {
    expect((await clientOf([['good', 'good', 'good |']], options).night()).order).toEqual([]);
  });
});

describe('another night', () => {
  it.each<[string, Script[], boolean, NightChanges]>([
    ['has nothing to do where everything has a verdict', ['good', 'bad', 'bad'], false, {}],
    ['has something to do where a release has none', ['good', 'skip', 'good'], true, {}],
    [
      'has nothing to do where that was tried on enough nights',
      ['good', 'skip', 'good'],
      false,
      { retries: 1 },
    ],
    ['has nothing to do where there is nothing to run', ['good', 'missing', 'good'], false, {}],
    [
      'has nothing to do where it would not run it: not published any more',
      ['skip', 'good'],
      false,
      { unpublished: ['1.0.0'] },
    ],
    [
      'has nothing to do where the newest is known, and that is enough',
      ['good |', 'good', 'good'],
      false,
      { test: 'until-known' },
    ],
    [
      'has something to do where the newest has none',
      ['good |', 'good', 'skip'],
      true,
      { test: 'until-known' },
    ],
    [
      'has something to do where a suspect may be the first one',
      ['good |', 'skip', 'bad'],
      true,
      { test: 'until-known' },
    ],
    [
      'has nothing to do where a release without a verdict is no suspect',
      ['good |', 'skip', 'good |', 'good'],
      false,
      { test: 'until-known' },
    ],
  ])('%s', async (_, scripts, expected, changes) => {
    const { client } = await clientOf([scripts], changes).night();
    expect(client.isOpenTomorrow).toBe(expected);
  });
});
