import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/search/question.js';
import { BisectError } from '../../src/errors.js';
import { ClientNight } from '../../src/nightly/client-night.js';
import type { TestWhich } from '../../src/nightly/config.js';
import { NightLog, type NightEvent } from '../../src/nightly/log.js';
import type { Watch } from '../../src/nightly/watch.js';
import type { Exercise, Workbench } from '../../src/session/workbench.js';
import { never, ONCE, sessionOf, type Script } from '../helpers/scripted.js';
import { INTERACTIVE, ledgerForTest, rememberingExaminer, seen, storeForTest, SUBJECT } from './setting.js';

interface NightChanges {
  readonly test?: TestWhich;
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
  const store = storeForTest({ failing });
  const subjects = [SUBJECT, INTERACTIVE].slice(0, columns.length);
  const examiners = columns.map((own) => rememberingExaminer(own, failing));
  const examinerFor = ({ mode }: Exercise) => examiners[mode === 'headless' ? 0 : 1];
  const bench = {
    store,
    catalogue: sessionOf(scripts).session.catalogue,
    examinerFor,
  } as unknown as Workbench;
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
    const client = new ClientNight(bench, {
      subjects,
      releases,
      test,
      retries,
      rule: { ...ONCE, confirm: 1, ...rule },
      ledger,
      log,
      today,
    });
    const before = examiners.map(({ ran }) => ran.length);
    const ended = client.run(never);
    await ended.catch(() => {});
    const ran = examiners.map((examiner, index) => examiner.ran.slice(before[index]));
    const order = events.filter(({ event }) => event === 'release').map(({ version }) => version);
    return { client, ended, events, ran, order, log, held };
  };
  return { night, store, ledger };
}

const changesOf = (watch: Watch | undefined) =>
  (watch?.changes() ?? []).map(
    ({ direction, before, after, isConfirmed }) =>
      `${direction} ${before} ${after}${isConfirmed ? '' : ' unconfirmed'}`,
  );

const VERSIONS = ['1.0.4', '1.0.3', '1.0.2', '1.0.1', '1.0.0'];
const GOOD = ['good', 'good', 'good', 'good', 'good'];
const BROKEN = ['good', 'good', 'bad', 'bad', 'bad'];

describe('a night', () => {
  it('runs everything that has no verdict, the newest first, and each once', async () => {
    const { order, ran } = await clientOf([GOOD]).night();
    expect(order).toEqual(VERSIONS);
    expect(ran).toEqual([VERSIONS]);
  });

  it('runs what is new', async () => {
    const { order, ran } = await clientOf([['good |', 'good |', 'good |', 'good', 'good']]).night();
    expect(order).toEqual(['1.0.4', '1.0.3']);
    expect(ran[0]).toHaveLength(2);
  });

  it('has nothing to do where all is known', async () => {
    const { night, store } = clientOf([GOOD]);
    await night();
    const { events, ran, client } = await night();
    expect([events, ran]).toEqual([[], [[]]]);
    expect([client.downloads, client.cacheHits]).toEqual([0, 0]);
    expect(store.asked).toHaveLength(5);
  });

  it('finds the change among what is new, and confirms both of its sides', async () => {
    const { client, ran } = await clientOf([BROKEN]).night();
    expect(changesOf(client.watches[0])).toEqual(['regression 1.0.1 1.0.2']);
    expect(ran[0]?.toSorted()).toEqual(['1.0.0', '1.0.1', '1.0.1', '1.0.2', '1.0.2', '1.0.3', '1.0.4']);
  });

  it('confirms a change with what was known before', async () => {
    const { client, ran } = await clientOf([['good | good', 'bad']]).night();
    expect(changesOf(client.watches[0])).toEqual(['regression 1.0.0 1.0.1']);
    expect(ran[0]).toEqual(['1.0.1', '1.0.0', '1.0.1']);
  });

  it('finds each of several changes', async () => {
    const { client } = await clientOf([['good', 'bad', 'good', 'bad', 'bad']]).night();
    expect(changesOf(client.watches[0])).toEqual([
      'regression 1.0.0 1.0.1',
      'fix 1.0.1 1.0.2',
      'regression 1.0.2 1.0.3',
    ]);
  });

  it('does not run what cannot be run: without an executable, or not published any more', async () => {
    const { order } = await clientOf([['good', 'missing', 'good', 'good', 'good']], {
      unpublished: ['1.0.3'],
    }).night();
    expect(order).toEqual(['1.0.4', '1.0.2', '1.0.0']);
  });

  it('says of each round what came of it', async () => {
    const { log, events } = await clientOf([['good', 'skip', 'good']]).night();
    expect(log.rounded).toEqual({ good: 2, bad: 0, skip: 1 });
    expect(
      events
        .filter(({ event }) => event === 'round')
        .map(({ version, verdict }) => `${String(version)} ${String(verdict)}`),
    ).toEqual(['1.0.2 good', '1.0.1 skip', '1.0.0 good']);
  });
});

describe('several subjects', () => {
  it('each run a release while its executable is at hand: no tarball is fetched twice', async () => {
    const { night, store } = clientOf([BROKEN, ['bad', 'good', 'good', 'good', 'good']]);
    const { client, order } = await night();
    expect(order).toEqual(VERSIONS);
    expect(store.asked.toSorted()).toEqual(VERSIONS.toReversed());
    expect(client.downloads).toBe(5);
    expect(client.watches.map(changesOf)).toEqual([['regression 1.0.1 1.0.2'], ['fix 1.0.0 1.0.1']]);
  });

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
    expect(client.watches[0]?.examiner.known(seen(['good'])[0] as never)).toHaveLength(1);
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

  it('are let go of where the night fails', async () => {
    const { night, store } = clientOf([['good', 'good', '', 'good', 'good']]);
    await expect((await night()).ended).rejects.toThrow('not in the script');
    expect(store.held).toEqual([]);
  });

  it('that are there are no downloads', async () => {
    const { night } = clientOf([['skip', 'skip']]);
    await night();
    const { client } = await night();
    expect([client.downloads, client.cacheHits]).toEqual([0, 2]);
  });
});

describe('a release that cannot be fetched', () => {
  const gone = new BisectError('TARBALL_MISSING', 'the tarball is gone');
  const options = { failing: { '1.0.1': gone } };

  it('is told as such under every subject, and the others are run', async () => {
    const { night, ledger } = clientOf([GOOD, GOOD], options);
    const { events, ran } = await night();
    expect(events.filter(({ event }) => event === 'unavailable')).toEqual([
      { event: 'unavailable', column: 'get-stream-404', version: '1.0.1', reason: 'the tarball is gone' },
      {
        event: 'unavailable',
        column: 'get-stream-404-interactive',
        version: '1.0.1',
        reason: 'the tarball is gone',
      },
    ]);
    expect(ran[0]).toEqual(['1.0.4', '1.0.3', '1.0.2', '1.0.0']);
    expect(ledger.nights.skips(SUBJECT.key)).toMatchObject([{ version: '1.0.1', nights: 1 }]);
  });

  it('is a suspect of the change that lies across it', async () => {
    const { client } = await clientOf([['good', 'good', 'bad']], options).night();
    expect(client.watches[0]?.changes()).toMatchObject([
      { before: '1.0.0', after: '1.0.2', suspects: ['1.0.1'], isConfirmed: true },
    ]);
  });

  it('because the registry keeps it back is passed over, however many they are, but the night says so', async () => {
    const withheld = new BisectError('TARBALL_UNAVAILABLE', 'it answers 500');
    const failing = { '1.0.1': withheld, '1.0.2': withheld, '1.0.3': withheld };
    const { night, ledger } = clientOf([GOOD], { failing });
    const { client, ended, ran } = await night();
    await ended;
    expect(ran[0]).toEqual(['1.0.4', '1.0.0']);
    expect(client.failures).toEqual([withheld, withheld, withheld]);
    expect(
      ledger.nights
        .skips(SUBJECT.key)
        .map(({ version }) => version)
        .toSorted(),
    ).toEqual(['1.0.1', '1.0.2', '1.0.3']);
  });

  it('because the registry does not answer at all ends the night', async () => {
    const silent = new BisectError('REGISTRY_UNREACHABLE', 'it does not answer');
    const { ended, ran } = await clientOf([GOOD], { failing: { '1.0.3': silent } }).night();
    await expect(ended).rejects.toBe(silent);
    expect(ran[0]).toEqual(['1.0.4']);
  });

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

  it('only the newest is run where nothing has changed', async () => {
    const { order, ran } = await clientOf([['good |', 'good', 'good', 'good', 'good']], options).night();
    expect(order).toEqual(['1.0.4']);
    expect(ran).toEqual([['1.0.4']]);
  });

  it('what it takes to place a change is run too, and not the rest', async () => {
    const scripts = [
      'good | good',
      ...Array.from({ length: 8 }, () => 'good'),
      ...Array.from({ length: 8 }, () => 'bad'),
    ];
    const { client, ran } = await clientOf([scripts], options).night();
    expect(changesOf(client.watches[0])).toEqual(['regression 1.0.8 1.0.9']);
    expect(new Set(ran[0]).size).toBeLessThan(8);
  });

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

  it('tries what came to nothing, and nothing else', async () => {
    const { night } = clientOf([['good', 'skip good', 'good']]);
    await night();
    const { order, client } = await night();
    expect(order).toEqual(['1.0.1']);
    expect(client.isOpenTomorrow).toBe(false);
  });

  it('corrects where a change began, once a suspect can be run', async () => {
    const { night } = clientOf([['good', 'skip bad', 'bad']]);
    expect(changesOf((await night()).client.watches[0])).toEqual(['regression 1.0.0 1.0.2']);
    expect(changesOf((await night()).client.watches[0])).toEqual(['regression 1.0.0 1.0.1']);
  });
});
