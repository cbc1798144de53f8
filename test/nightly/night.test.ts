/** What a night runs, how it says what it does, and what it may be told to do. From end to end: e2e/nightly.test.ts. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '../helpers/fake-client.js';
import { changesIn, filesBelow, named, stepsIn, verdicts } from '../helpers/nights.js';
import { IMPATIENT } from '../e2e/scene.js';
import { NightScene, type NightsHere } from './nights.js';

let scene: NightScene;
let nights: NightsHere;
beforeEach(async () => {
  scene = await NightScene.open();
  ({ nights } = scene);
});
afterEach(() => scene.close());

/** 2.1.1, 2.1.2 … */
const publish = (...behaviours: Behaviour[]) =>
  behaviours.forEach((behaviour, index) => scene.publish(index + 1, behaviour));

const SILENT = { code: 0, quiet: true, news: [], told: [], untold: [], filesWritten: 0, stderr: '' };

describe('several releases in one night', () => {
  it('are run newest first, and the boundary is found inside', async () => {
    publish('good');
    await nights.night();
    publish('good', 'good', 'good', 'loses-tools', 'loses-tools');
    const { code, stderr } = await nights.run(nights.args('--json', '--log-json'));
    expect(code).toBe(1);
    const order = stepsIn(stderr).flatMap(({ event, version }) => (event === 'release' ? [version] : []));
    expect(order).toEqual(['2.1.5', '2.1.4', '2.1.3', '2.1.2']);
    expect(named(nights.told())).toEqual(['regression 2.1.3 2.1.4']);
    expect(changesIn(nights.table())).toEqual(['regression 2.1.3 2.1.4']);
    expect(await nights.night()).toMatchObject(SILENT);
  });

  it('tell of each change between them once, the oldest first', async () => {
    publish('good', 'loses-tools', 'good', 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 1 });
    const news = ['regression 2.1.1 2.1.2', 'fix 2.1.2 2.1.3', 'regression 2.1.3 2.1.4'];
    expect(named(nights.told())).toEqual(news);
    expect(await nights.night()).toMatchObject(SILENT);
    expect(named(nights.told())).toEqual(news);
  });

  it('are not all run with --test until-known: only the newest, and what it takes to place the change', async () => {
    const untilKnown = ['--test', 'until-known'];
    publish('good');
    await nights.night(untilKnown);
    publish(...Array<Behaviour>(5).fill('good'));
    const calm = await nights.night(untilKnown);
    expect(calm).toMatchObject({ code: 0, news: [], downloads: 1, rounds: { good: 1, bad: 0, skip: 0 } });
    expect(verdicts(nights.table())).toMatchObject({ '2.1.4': 'untested', '2.1.5': 'good' });
    for (let patch = 6; patch <= 13; patch += 1) scene.publish(patch, patch < 10 ? 'good' : 'loses-tools');
    const night = await nights.night(untilKnown);
    expect(night).toMatchObject({ code: 1, news: [{ before: '2.1.9', after: '2.1.10' }], untestable: [] });
    const results = verdicts(nights.table());
    expect(results).toMatchObject({ '2.1.9': 'good', '2.1.10': 'bad', '2.1.13': 'bad' });
    const untested = Object.values(results).filter((result) => result === 'untested');
    expect(untested.length).toBeGreaterThanOrEqual(6);
    // What is left out on purpose is nothing to do.
    expect(await nights.night(untilKnown)).toMatchObject(SILENT);
  });
});

it('under two columns no tarball is fetched twice, in a store that holds a fraction of them', async () => {
  writeFileSync(
    join(scene.user.root, 'mcp-bisect.config.json'),
    JSON.stringify({ modes: ['headless', 'interactive'] }),
  );
  const published = (['good', 'good', 'loses-tools', 'loses-tools', 'good', 'good'] as const).map(
    (behaviour, index) => scene.publish(index + 1, behaviour),
  );
  const night = await nights.night(['--cache-limit', '30K']);
  expect(night).toMatchObject({ code: 1, downloads: 6, errors: [] });
  const fetched = published.map(({ path }) => scene.registry.requestsFor(path).length);
  expect(fetched).toEqual(published.map(() => 1));
  const store = filesBelow(join(scene.user.cacheDir, 'v1', 'content'));
  const bytes = [...store.keys()].reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeLessThanOrEqual(30 * 1024);
  const news = ['regression 2.1.2 2.1.3', 'fix 2.1.4 2.1.5'];
  expect(named(nights.told()).toSorted()).toEqual([...news, ...news].toSorted());
});

it('a flaky release is no news of a regression, and neither is the good one after it', async () => {
  nights.usual = ['--scenario', 'get-stream-404', '--confirm', '1'];
  publish('good');
  await nights.night();
  scene.publishFlaky(2, 'loses-tools', 'good');
  const night = await nights.night();
  expect(night.rounds.bad).toBeGreaterThan(0);
  expect(night.rounds.good).toBeGreaterThan(0);
  expect(night).toMatchObject({ code: 0, news: [], untold: [], errors: [] });
  expect(verdicts(nights.table())['2.1.2']).not.toBe('bad');
  scene.publish(3, 'good');
  expect(await nights.night()).toMatchObject({ code: 0, news: [] });
  expect(nights.told()).toEqual([]);
});

describe('a night with a regression', () => {
  beforeEach(() => publish('good', 'loses-tools'));

  it('says it to people, in words, and writes a table whose links lead somewhere', async () => {
    const { code, stdout } = await nights.run(nights.args());
    expect(code).toBe(1);
    expect(stdout).toMatch(/^New: .* 2\.1\.2 .*$/m);
    expect(stdout).toMatch(/✘ bad +2\.1\.2 +broken in 2\.1\.2/);
    const again = await nights.run(nights.args());
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('Nothing was published since the last night.');

    const read = (file: string) => readFileSync(join(nights.output, file), 'utf8');
    const linked = (links: IterableIterator<RegExpExecArray>) =>
      [...new Set([...links].map(([, link = '']) => link))].filter((link) => !/^(?:https?|data):/.test(link));
    const markdown = linked(read('table.md').matchAll(/\]\(<?([^)>#]+)/g));
    const html = linked(read('index.html').matchAll(/href="([^"#]+)/g));
    expect(markdown).toEqual(
      expect.arrayContaining(['evidence/claude-code/2.1.1.md', 'evidence/claude-code/2.1.2.md']),
    );
    expect(markdown).toContainEqual(expect.stringMatching(/^reports\/.*-regression-2\.1\.2\.md$/));
    expect(html).toContain('evidence/claude-code/2.1.2.html');
    expect([...markdown, ...html].filter((link) => !existsSync(join(nights.output, link)))).toEqual([]);
  });

  it.each([
    ['the registry is down', () => scene.registry.stop()],
    ['nobody can be told', () => (nights.failing = 'it said no')],
    ['the client has all rights', () => (nights.usual = [...nights.usual, '--isolation', 'none'])],
  ])('says every step as a line of JSON with --log-json, also where %s', async (_, make) => {
    await make();
    const { stderr } = await nights.run(nights.args('--json', '--log-json'), IMPATIENT);
    expect(stepsIn(stderr).length).toBeGreaterThan(1);
  });
});

// In which ways it can be wrong: config.test.ts.
describe('a configuration file', () => {
  const write = (name: string, text: string) => writeFileSync(join(scene.user.root, name), text);
  const written = (path: string) => existsSync(join(scene.user.root, path, 'table.md'));
  const CONFIG = {
    clients: [{ client: 'claude-code', scenarios: ['get-stream-404'] }],
    confirm: 0,
    output: 'tables',
  };
  beforeEach(() => {
    nights.usual = [];
    publish('good', 'loses-tools');
  });

  it('that is named lies elsewhere: its paths begin beside it', async () => {
    mkdirSync(join(scene.user.root, 'radar'));
    write('radar/night.json', JSON.stringify(CONFIG));
    expect(await nights.night(['--config', 'radar/night.json'])).toMatchObject({ code: 1 });
    expect(written('radar/tables')).toBe(true);
  });

  it('gives way to the command line', async () => {
    write('mcp-bisect.config.json', JSON.stringify({ ...CONFIG, since: '2.1.1' }));
    const night = await nights.night(['--since', '2.1.2', '--output', 'other']);
    expect(night).toMatchObject({ code: 0, news: [], runs: 1 });
    expect([written('other'), written('tables')]).toEqual([true, false]);
  });

  it.each([
    ['an unknown field', { outptu: 'x' }, 'outptu'],
    ['a channel', { notify: { webhooks: [{ url: 'ftp://x' }] } }, 'notify.webhooks[0].url'],
  ])('with %s is refused by name, before anything is asked', async (_, config, field) => {
    write('mcp-bisect.config.json', JSON.stringify(config));
    const night = await nights.night();
    expect(night).toMatchObject({ code: 2, error: { code: 'BAD_CONFIG' } });
    expect(night.error?.message).toContain(field);
    expect(scene.registry.requests).toEqual([]);
  });
});
