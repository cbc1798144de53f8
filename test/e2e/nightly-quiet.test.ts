/** Nights with nothing to do: one question to the registry, and nothing is touched. Also: what was touched is put right. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesBelow, Nights, PACKAGE, stepsIn } from '../helpers/nights.js';
import { Scene } from './scene.js';

let scene: Scene;
let nights: Nights;
beforeEach(async () => {
  scene = await Scene.open();
  nights = new Nights(scene.user, scene.registry);
  nights.usual = ['--scenario', 'get-stream-404', '--confirm', '0'];
  scene.publish('good', 'loses-tools');
  expect(await nights.night()).toMatchObject({ code: 1, errors: [] });
});
afterEach(() => scene.close());

const QUIET = { code: 0, quiet: true, news: [], told: [], runs: 0, downloads: 0, filesWritten: 0 };
const files = () => filesBelow(scene.user.cacheDir, nights.output);
const file = (path: string) => join(nights.output, path);
const page = 'evidence/claude-code/2.1.2.html';

describe('a night with nothing new', () => {
  it('asks the registry once, starts nothing, changes no file, and takes less than a second', async () => {
    const before = files();
    const asked = scene.registry.requests.length;
    // Whatever it would start, it would not find.
    const nowhere = join(scene.user.root, 'nowhere');
    mkdirSync(nowhere);
    const night = await nights.night([], { PATH: nowhere });
    expect(night).toMatchObject({ ...QUIET, rounds: { good: 0, bad: 0, skip: 0 }, cacheHits: 0, stderr: '' });
    expect(night.elapsedMs).toBeLessThan(1000);
    const requests = scene.registry.requests.slice(asked);
    expect(requests).toMatchObject([{ method: 'GET', path: `/${PACKAGE}`, status: 304 }]);
    expect(requests[0]?.headers).toHaveProperty('if-none-match');
    expect(files()).toEqual(before);
  });

  it('is as quiet on every night after it', async () => {
    const before = files();
    for (const night of [await nights.night(), await nights.night(), await nights.night()])
      expect(night).toMatchObject(QUIET);
    expect(files()).toEqual(before);
    expect(nights.told()).toHaveLength(1);
  });

  it('says so in its steps', async () => {
    const { stderr } = await nights.start();
    expect(stepsIn(stderr).map(({ event }) => event)).toEqual(['quiet', 'ended']);
  });

  it('of a registry that gives no ETag has the same answer, and changes nothing in the folder', async () => {
    scene.registry.etag = false;
    const before = filesBelow(nights.output);
    for (const night of [await nights.night(), await nights.night()])
      expect(night).toMatchObject({ code: 0, news: [], told: [], runs: 0, downloads: 0, filesWritten: 0 });
    expect(filesBelow(nights.output)).toEqual(before);
  });
});

describe('a file of the folder', () => {
  it.each(['table.md', 'table.json', 'index.html', page])(
    'that is deleted is made anew: %s',
    async (path) => {
      const text = readFileSync(file(path), 'utf8');
      const before = filesBelow(nights.output);
      rmSync(file(path));
      expect(await nights.night()).toMatchObject({ code: 0, news: [], runs: 0, downloads: 0 });
      expect(readFileSync(file(path), 'utf8')).toBe(text);
      const others = (all: Map<string, string>) => [...all].filter(([name]) => name !== file(path));
      if (path !== page) expect(others(filesBelow(nights.output))).toEqual(others(before));
      expect(await nights.night()).toMatchObject(QUIET);
    },
  );

  it.each(['table.md', page])(
    'that was edited is put right, and the others are left alone: %s',
    async (path) => {
      const text = readFileSync(file(path), 'utf8');
      const { mtimeMs } = statSync(file('index.html'));
      writeFileSync(file(path), `${text}\nedited\n`);
      expect(await nights.night()).toMatchObject({ code: 0, news: [], runs: 0 });
      expect(readFileSync(file(path), 'utf8')).toBe(text);
      expect(statSync(file('index.html')).mtimeMs).toBe(mtimeMs);
      expect(await nights.night()).toMatchObject(QUIET);
    },
  );

  it('and all of its neighbours come back where the folder is lost', async () => {
    const bytes = contents();
    rmSync(nights.output, { recursive: true });
    expect(await nights.night()).toMatchObject({ code: 0, news: [], runs: 0, downloads: 0 });
    expect(contents()).toEqual(bytes);
    expect(nights.told()).toHaveLength(1);
  });
});

const contents = () =>
  [...filesBelow(nights.output).keys()].map((path) => [path, readFileSync(path, 'utf8')]);
