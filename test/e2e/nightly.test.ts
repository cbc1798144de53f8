/** Nights from end to end: what is published before each of them, what the user hears of it, and what the table says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { VersionTable } from '../../src/report/nightly/version-table.js';
import { Workplace } from '../helpers/cli.js';
import { clientSource, publishScript, type Behaviour } from '../helpers/fake-client.js';
import { changesIn, named, Nights, PACKAGE, stepsIn, verdicts, type Scan } from '../helpers/nights.js';
import { Scene } from './scene.js';

let scene: Scene;
let nights: Nights;
beforeEach(async () => {
  scene = await Scene.open();
  nights = new Nights(scene.user, scene.registry);
});
afterEach(() => scene.close());

const publish = (patch: number, behaviour: Behaviour) =>
  publishScript(scene.registry, `2.1.${patch}`, behaviour);

const SILENT = {
  code: 0,
  quiet: true,
  news: [],
  told: [],
  untold: [],
  filesWritten: 0,
  errors: [],
  stderr: '',
};

describe('one release a night', () => {
  it('tells a regression on the night it appears, a fix on the night of the first good one, and nothing else', async () => {
    publish(1, 'good');
    expect(await nights.night()).toMatchObject({ code: 0, quiet: false, news: [], downloads: 1 });
    expect(await nights.night()).toMatchObject(SILENT);

    publish(2, 'loses-tools');
    const broken = await nights.night();
    expect(broken).toMatchObject({ code: 1, untold: [], errors: [], rounds: { good: 1, bad: 2, skip: 0 } });
    expect(broken.news).toMatchObject([
      { kind: 'regression', before: '2.1.1', after: '2.1.2', suspects: [] },
    ]);
    expect(broken.told).toMatchObject([{ id: broken.news[0]?.id, channel: '--on-change', error: null }]);
    expect(nights.told()).toMatchObject(broken.news);
    expect(await nights.night()).toMatchObject(SILENT);

    publish(3, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 0, quiet: false, news: [], rounds: { bad: 1 } });

    publish(4, 'good');
    const fixed = await nights.night();
    expect(fixed).toMatchObject({
      code: 0,
      news: [{ kind: 'fix', before: '2.1.3', after: '2.1.4', about: broken.news[0]?.id }],
    });
    expect(await nights.night()).toMatchObject(SILENT);
    expect(nights.told()).toMatchObject([...broken.news, ...fixed.news]);

    const known = await nights.scan('2.1.1');
    expect(known.probed).toEqual([]);
    expect(cellsOf(nights.table())).toEqual(rowsOf(known));
    const fresh = new Workplace();
    try {
      const scanned = await new Nights(fresh, scene.registry).scan('2.1.1');
      expect(scanned.probed).toHaveLength(4);
      expect(verdicts(nights.table())).toEqual(
        Object.fromEntries(scanned.table.map(({ version, verdict }) => [version, verdict])),
      );
      expect(changesIn(nights.table())).toEqual(
        scanned.boundaries.map(({ direction, before, after }) => `${direction} ${before} ${after}`),
      );
    } finally {
      fresh.remove();
    }
  });

  it('writes a table whose links lead somewhere', async () => {
    publish(1, 'good');
    publish(2, 'loses-tools');
    await nights.night();
    const read = (file: string) => readFileSync(join(nights.output, file), 'utf8');
    const markdown = [...read('table.md').matchAll(/\]\(<?([^)>#]+)/g)];
    const html = [...read('index.html').matchAll(/href="([^"#]+)/g)];
    const linked = (links: RegExpMatchArray[]) =>
      [...new Set(links.map(([, link = '']) => link))].filter((link) => !/^(?:https?|data):/.test(link));
    expect(linked(markdown)).toEqual(
      expect.arrayContaining(['evidence/claude-code/2.1.1.md', 'evidence/claude-code/2.1.2.md']),
    );
    expect(linked(markdown)).toContainEqual(expect.stringMatching(/^reports\/.*-regression-2\.1\.2\.md$/));
    expect(linked(html)).toContain('evidence/claude-code/2.1.2.html');
    const lost = [...linked(markdown), ...linked(html)].filter(
      (link) => !existsSync(join(nights.output, link)),
    );
    expect(lost).toEqual([]);
  });

  it('says the same to people, in words', async () => {
    publish(1, 'good');
    await nights.night();
    publish(2, 'loses-tools');
    const { code, stdout } = await scene.user.run(nights.args());
    expect(code).toBe(1);
    expect(stdout).toMatch(/^New: .* 2\.1\.2 .*$/m);
    expect(stdout).toMatch(/✘ bad +2\.1\.2 +broken in 2\.1\.2/);
    const again = await scene.user.run(nights.args());
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('Nothing was published since the last night.');
  });
});

describe('several releases in one night', () => {
  it('are run newest first, and the boundary is found inside', async () => {
    publish(1, 'good');
    await nights.night();
    for (const [patch, behaviour] of [
      [2, 'good'],
      [3, 'good'],
      [4, 're-initializes'],
      [5, 're-initializes'],
    ] as const)
      publish(patch, behaviour);
    const { exitCode, stderr } = await nights.start();
    expect(exitCode).toBe(1);
    const order = stepsIn(stderr).flatMap(({ event, version }) => (event === 'release' ? [version] : []));
    expect(order).toEqual(['2.1.5', '2.1.4', '2.1.3', '2.1.2']);
    expect(named(nights.told())).toEqual(['regression 2.1.3 2.1.4']);
    expect(changesIn(nights.table())).toEqual(['regression 2.1.3 2.1.4']);
    expect(await nights.night()).toMatchObject(SILENT);
  });

  it('tell of each change between them once, the oldest first', async () => {
    for (const [index, behaviour] of (['good', 'loses-tools', 'good', 're-initializes'] as const).entries())
      publish(index + 1, behaviour);
    expect(await nights.night()).toMatchObject({ code: 1 });
    expect(named(nights.told())).toEqual([
      'regression 2.1.1 2.1.2',
      'fix 2.1.2 2.1.3',
      'regression 2.1.3 2.1.4',
    ]);
    expect(await nights.night()).toMatchObject(SILENT);
    expect(nights.told()).toHaveLength(3);
  });

  it('are not all run with --test until-known: only the newest, and what it takes to place the change', async () => {
    const untilKnown = ['--test', 'until-known'];
    publish(1, 'good');
    await nights.night(untilKnown);
    for (let patch = 2; patch <= 9; patch += 1) publish(patch, patch < 6 ? 'good' : 'loses-tools');
    const night = await nights.night(untilKnown);
    expect(night).toMatchObject({ code: 1, news: [{ before: '2.1.5', after: '2.1.6' }], untestable: [] });
    const { rows } = nights.table().clients[0] ?? { rows: [] };
    const untested = rows.filter(({ cells }) => cells[0]?.result === 'untested');
    expect(untested.length).toBeGreaterThanOrEqual(3);
    expect(verdicts(nights.table())).toMatchObject({ '2.1.5': 'good', '2.1.6': 'bad', '2.1.9': 'bad' });
    // What is left out on purpose is nothing to do.
    expect(await nights.night(untilKnown)).toMatchObject(SILENT);
  });

  it('need no more than the newest where nothing has changed', async () => {
    publish(1, 'good');
    await nights.night(['--test', 'until-known']);
    for (let patch = 2; patch <= 6; patch += 1) publish(patch, 'good');
    const night = await nights.night(['--test', 'until-known']);
    expect(night).toMatchObject({ code: 0, news: [], downloads: 1, rounds: { good: 1, bad: 0, skip: 0 } });
    expect(verdicts(nights.table())).toMatchObject({ '2.1.5': 'untested', '2.1.6': 'good' });
  });

  it('under two scenarios fetch no tarball twice, in a store that holds a fraction of them', async () => {
    // Four scenarios over twelve: test/real/nightly.test.ts.
    nights.usual = ['get-stream-404', 'get-405'].flatMap((name) => ['--scenario', name]);
    const published = Array.from({ length: 6 }, (_, index) =>
      publish(index + 1, index > 1 && index < 4 ? 'loses-tools' : 'good'),
    );
    const night = await nights.night(['--cache-limit', '30K', '--confirm', '1']);
    expect(night).toMatchObject({ code: 1, downloads: 6, errors: [] });
    const fetched = published.map(({ path }) => scene.registry.requestsFor(path).length);
    expect(fetched).toEqual(published.map(() => 1));
    const kept = JSON.parse((await scene.user.run(['cache', 'ls', '--json'])).stdout);
    expect(kept.bytes).toBeLessThanOrEqual(30 * 1024);
    expect(named(nights.told())).toEqual(
      expect.arrayContaining(['regression 2.1.2 2.1.3', 'fix 2.1.4 2.1.5']),
    );
  }, 180_000);
});

describe('a flaky release', () => {
  it('is no news of a regression, and neither is the good one after it', async () => {
    // A round is two runs, one for each arm; over all rounds nobody can count in a sealed room.
    nights.usual = ['--scenario', 'get-stream-404', '--confirm', '1', '--isolation', 'none', '--jobs', '1'];
    const counter = join(scene.user.root, 'runs');
    const flaky = clientSource('2.1.2', 'good').replace(
      "BEHAVIOUR = 'good'",
      `BEHAVIOUR = await import('node:fs').then((fs) => {
        fs.appendFileSync(${JSON.stringify(counter)}, 'x');
        return fs.statSync(${JSON.stringify(counter)}).size <= 2 ? 'loses-tools' : 'good';
      })`,
    );
    publish(1, 'good');
    await nights.night();
    scene.registry.publish({
      name: PACKAGE,
      version: '2.1.2',
      files: {
        'cli.js': { content: flaky, mode: 0o755 },
        'package.json': JSON.stringify({ name: PACKAGE, version: '2.1.2', type: 'module' }),
      },
      manifest: { bin: { claude: 'cli.js' } },
    });
    const night = await nights.night();
    expect(night.rounds.bad).toBeGreaterThan(0);
    expect(night.rounds.good).toBeGreaterThan(0);
    expect(night).toMatchObject({ code: 0, news: [], untold: [], errors: [] });
    expect(verdicts(nights.table())['2.1.2']).not.toBe('bad');
    publish(3, 'good');
    expect(await nights.night()).toMatchObject({ code: 0, news: [] });
    expect(nights.told()).toEqual([]);
  });
});

/** By version: verdict and rounds, of the only column. */
const cellsOf = (table: VersionTable) =>
  Object.fromEntries(
    (table.clients[0]?.rows ?? []).map(({ version, cells }) => [
      version,
      { verdict: cells[0]?.result, rounds: cells[0]?.rounds },
    ]),
  );

const rowsOf = ({ table }: Scan) =>
  Object.fromEntries(table.map(({ version, verdict, rounds }) => [version, { verdict, rounds }]));
