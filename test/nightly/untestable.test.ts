/** Releases without a verdict: they are no news, hide none, and are tried again on the next nights. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '../helpers/fake-client.js';
import { changesIn, named, PACKAGE, verdicts } from '../helpers/nights.js';
import { NightScene, type NightsHere } from './nights.js';

let scene: NightScene;
let nights: NightsHere;
beforeEach(async () => {
  scene = await NightScene.open();
  ({ nights } = scene);
});
afterEach(() => scene.close());

const publish: NightScene['publish'] = (...asked) => scene.publish(...asked);

/** Two ways to have no verdict, and how each of them ends. */
const UNTESTABLE = [
  {
    name: 'whose client does not start',
    begin: () => publish(2, 'refuses'),
    // Nobody can publish a version anew; the test registry can, and that is how this client gets to start.
    becomes: (behaviour: Behaviour) => publish(2, behaviour),
    runs: 1,
  },
  {
    name: 'whose tarball is not there',
    begin: () => {
      const { path } = publish(2, 'loses-tools');
      scene.registry.fault(path, { kind: 'status', status: 404 });
    },
    becomes: (behaviour: Behaviour) => {
      scene.registry.clearFaults();
      publish(2, behaviour);
    },
    runs: 0,
  },
];

describe.each(UNTESTABLE)('the newest release, $name,', ({ begin, becomes, runs }) => {
  it('is no news but listed, tried again, and told on the night when it turns out to be bad', async () => {
    publish(1, 'good');
    await nights.night();
    begin();
    const listed = [{ version: '2.1.2', reason: expect.stringMatching(/./) }];
    expect(await nights.night()).toMatchObject({ code: 0, news: [], errors: [], untestable: listed });
    expect(verdicts(nights.table())).toEqual({ '2.1.1': 'good', '2.1.2': 'skip' });

    const second = await nights.night();
    expect(second).toMatchObject({ code: 0, quiet: false, news: [], untestable: listed });
    expect(second.rounds.skip).toBe(runs);

    becomes('loses-tools');
    expect(await nights.night()).toMatchObject({ code: 1, untestable: [] });
    expect(await nights.night()).toMatchObject({ code: 0, quiet: true, news: [] });
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.2']);
  });

  it('hides nothing: the regression after it is told at once, with it as a suspect; its own is a correction', async () => {
    publish(1, 'good');
    await nights.night();
    begin();
    publish(3, 'loses-tools');
    const night = await nights.night();
    expect(night).toMatchObject({
      code: 1,
      news: [{ kind: 'regression', before: '2.1.1', after: '2.1.3', suspects: ['2.1.2'] }],
      untestable: [{ version: '2.1.2' }],
    });
    expect(await nights.night()).toMatchObject({ code: 0, quiet: false, news: [] });

    becomes('loses-tools');
    const corrected = await nights.night();
    expect(corrected).toMatchObject({
      code: 0,
      news: [{ kind: 'correction', before: '2.1.1', after: '2.1.2', about: night.news[0]?.id }],
    });
    expect(await nights.night()).toMatchObject({ code: 0, quiet: true, news: [] });
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.3', 'correction 2.1.1 2.1.2']);
    expect(changesIn(nights.table())).toEqual(['regression 2.1.1 2.1.2']);
  });
});

describe('a suspect', () => {
  it('that turns out to be good is no news: the first bad release is what it was', async () => {
    publish(1, 'good');
    publish(2, 'refuses');
    publish(3, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 1, news: [{ suspects: ['2.1.2'] }] });
    publish(2, 'good');
    expect(await nights.night()).toMatchObject({ code: 0, quiet: false, news: [] });
    expect(changesIn(nights.table())).toEqual(['regression 2.1.2 2.1.3']);
    expect(await nights.night()).toMatchObject({ code: 0, quiet: true });
    expect(nights.told()).toHaveLength(1);
  });

  it('is tried again where only the newest release is run as well', async () => {
    nights.usual = [...nights.usual, '--test', 'until-known'];
    publish(1, 'good');
    await nights.night();
    publish(2, 'refuses');
    publish(3, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 1, news: [{ after: '2.1.3', suspects: ['2.1.2'] }] });
    publish(2, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 0, news: [{ kind: 'correction', after: '2.1.2' }] });
    expect(await nights.night()).toMatchObject({ code: 0, quiet: true });
  });

  it('before a fix is named by it, and the fix is told once', async () => {
    publish(1, 'good');
    publish(2, 'loses-tools');
    await nights.night();
    publish(3, 'crashes');
    expect(await nights.night()).toMatchObject({ code: 0, news: [] });
    publish(4, 'good');
    expect(await nights.night()).toMatchObject({
      code: 0,
      news: [{ kind: 'fix', before: '2.1.2', after: '2.1.4', suspects: ['2.1.3'] }],
    });
    expect(await nights.night()).toMatchObject({ code: 0, news: [] });
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.2', 'fix 2.1.2 2.1.4']);
  });
});

describe('a release that never gets a verdict', () => {
  it('is given up after as many nights as the configuration says, and stays listed', async () => {
    const config = { retries: 2 };
    writeFileSync(join(scene.user.root, 'mcp-bisect.config.json'), JSON.stringify(config));
    publish(1, 'good');
    publish(2, 'refuses');
    // Twice on one day is one night.
    for (const day of [0, 0, 1])
      expect(await nights.nightOff(day)).toMatchObject({ code: 0, quiet: false, rounds: { skip: 1 } });
    expect(await nights.nightOff(2)).toMatchObject({ code: 0, quiet: true, runs: 0 });
    expect(verdicts(nights.table())).toEqual({ '2.1.1': 'good', '2.1.2': 'skip' });
    // What is new is tested; what was given up is not.
    publish(3, 'good');
    expect(await nights.night()).toMatchObject({
      rounds: { good: 1, skip: 0 },
      untestable: [{ version: '2.1.2' }],
    });
  });

  it('and is unpublished before the night comes to it is forgotten', async () => {
    publish(1, 'good');
    const { path } = publish(2, 'loses-tools');
    scene.registry.removeTarball(path);
    expect(await nights.night()).toMatchObject({ code: 0, news: [], untestable: [{ version: '2.1.2' }] });
    scene.registry.unpublish(PACKAGE, '2.1.2');
    expect(await nights.night()).toMatchObject({ code: 0, news: [], errors: [] });
    expect(await nights.night()).toMatchObject({ code: 0, quiet: true });
    expect(nights.told()).toEqual([]);
  });
});
