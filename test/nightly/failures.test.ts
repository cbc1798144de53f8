/** What goes wrong around a night: nothing is lost, nothing is told twice, and no result is made of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { changesIn, filesBelow, named, verdicts } from '../helpers/nights.js';
import { IMPATIENT } from '../e2e/scene.js';
import { NightScene, type NightsHere } from './nights.js';

let scene: NightScene;
let nights: NightsHere;
beforeEach(async () => {
  scene = await NightScene.open();
  ({ nights } = scene);
  publish(1, 'good');
  expect(await nights.night()).toMatchObject({ code: 0, errors: [] });
});
afterEach(() => scene.close());

const publish: NightScene['publish'] = (...asked) => scene.publish(...asked);

const QUIET = { code: 0, quiet: true, news: [], told: [], untold: [], errors: [] };
const REGRESSION = ['regression 2.1.1 2.1.2'];

describe('a registry', () => {
  it('that is down is no result: exit code 4, nothing is told or written, and the next night is as ever', async () => {
    publish(2, 'loses-tools');
    const before = filesBelow(nights.output);
    await scene.registry.stop();
    const night = await nights.night([], IMPATIENT);
    expect(night).toMatchObject({ code: 4, news: [], untold: [], told: [], filesWritten: 0 });
    expect(night.errors).toEqual([expect.objectContaining({ code: expect.stringMatching(/^REGISTRY_/) })]);
    expect(filesBelow(nights.output)).toEqual(before);
    await scene.registry.restart();
    expect(await nights.night()).toMatchObject({ code: 1, errors: [] });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual(REGRESSION);
  });

  it('that dies in the middle leaves what was learned, and no half news', async () => {
    const { path } = publish(2, 'loses-tools');
    publish(3, 'loses-tools');
    scene.registry.fault(path, { kind: 'stall' });
    const asked = scene.registry.nextRequest(path);
    const failing = nights.night(['--jobs', '1'], IMPATIENT);
    await asked;
    await scene.registry.stop();
    const night = await failing;
    expect(night).toMatchObject({ code: 4, news: [], told: [], filesWritten: 0 });
    expect(night.errors).toMatchObject([{ code: 'REGISTRY_UNREACHABLE' }]);
    expect(nights.told()).toEqual([]);
    scene.registry.clearFaults();
    await scene.registry.restart();
    // What it had run by then is not run again.
    expect(await nights.night()).toMatchObject({ code: 1, rounds: { good: 0, bad: 1, skip: 0 }, errors: [] });
    expect(named(nights.told())).toEqual(REGRESSION);
    expect(await nights.night()).toMatchObject(QUIET);
  });

  it('that keeps back tarballs keeps nobody from hearing of the others; they are asked for again', async () => {
    const kept = [2, 3, 4].map((patch) => publish(patch, 'loses-tools'));
    publish(5, 'loses-tools');
    for (const { path } of kept) scene.registry.fault(path, { kind: 'status', status: 500 });
    const night = await nights.night([], IMPATIENT);
    expect(night).toMatchObject({
      code: 1,
      news: [{ kind: 'regression', before: '2.1.1', after: '2.1.5', suspects: ['2.1.2', '2.1.3', '2.1.4'] }],
    });
    expect(night.errors.map(({ code }: { code: string }) => code)).toEqual(
      Array(3).fill('TARBALL_UNAVAILABLE'),
    );
    scene.registry.clearFaults();
    expect(await nights.night()).toMatchObject({ code: 0, news: [{ kind: 'correction', after: '2.1.2' }] });
    expect(await nights.night()).toMatchObject(QUIET);
  });
});

describe('a folder that cannot be written', () => {
  it('is said; the news is told all the same, once, and is what the exit code tells of', async () => {
    publish(2, 'loses-tools');
    // A file where the folder of the evidence has to be: that stops root as well.
    const elsewhere = join(scene.user.root, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'evidence'), '');
    const night = await nights.night(['--output', elsewhere]);
    expect(night).toMatchObject({
      code: 1,
      told: [{ error: null }],
      errors: [{ code: 'OUTPUT_NOT_WRITABLE' }],
    });
    expect(await nights.night()).toMatchObject({ code: 0, news: [], runs: 0, errors: [] });
    expect(changesIn(nights.table())).toEqual(REGRESSION);
    expect(named(nights.told())).toEqual(REGRESSION);
  });
});

describe('whoever is to be told', () => {
  it('and cannot be is told on the next night, once: that is the night which has the news', async () => {
    publish(2, 'loses-tools');
    nights.failing = 'it said no';
    const night = await nights.night();
    expect(night).toMatchObject({
      code: 4,
      news: [],
      told: [{ error: expect.stringContaining('it said no') }],
      errors: [{ code: 'NOT_DELIVERED' }],
    });
    expect(night.untold).toHaveLength(1);
    // The table does not wait for it.
    expect(changesIn(nights.table())).toEqual(REGRESSION);
    nights.failing = undefined;
    const next = await nights.night();
    expect(next).toMatchObject({ code: 1, untold: [], errors: [], runs: 0, news: [{ id: night.untold[0] }] });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual(REGRESSION);
  });
});

describe('a clock', () => {
  it('that is set back and forth changes nothing of what is told', async () => {
    publish(2, 'loses-tools');
    expect(await nights.nightOff(-4000)).toMatchObject({ code: 1 });
    expect(await nights.nightOff(-8000)).toMatchObject(QUIET);
    expect(await nights.night()).toMatchObject(QUIET);
    publish(3, 'loses-tools');
    expect(await nights.nightOff(-12_000)).toMatchObject({ code: 0, news: [], runs: 1 });
    publish(4, 'good');
    expect(await nights.nightOff(4000)).toMatchObject({ code: 0, news: [{ kind: 'fix' }] });
    expect(await nights.nightOff(-4000)).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual([...REGRESSION, 'fix 2.1.3 2.1.4']);
    const tested = nights.table().clients[0]?.rows.map(({ cells }) => cells[0]?.testedAt?.slice(0, 4));
    expect(new Set(tested).size).toBeGreaterThan(1);
    expect(verdicts(nights.table())).toEqual({
      '2.1.1': 'good',
      '2.1.2': 'bad',
      '2.1.3': 'bad',
      '2.1.4': 'good',
    });
  });
});
