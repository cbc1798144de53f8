/** Nights with nothing to do: nothing is touched. Also: what was touched is put right. How quiet they are: e2e/nightly.test.ts. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { filesBelow } from '../helpers/nights.js';
import { NightScene, type NightsHere } from './nights.js';

let scene: NightScene;
let nights: NightsHere;
beforeEach(async () => {
  scene = await NightScene.open();
  ({ nights } = scene);
  scene.publish(1, 'good');
  scene.publish(2, 'loses-tools');
  expect(await nights.night()).toMatchObject({ code: 1, errors: [] });
});
afterEach(() => scene.close());

const IDLE = { code: 0, news: [], told: [], runs: 0, downloads: 0 };
const QUIET = { ...IDLE, quiet: true, filesWritten: 0 };
const file = (path: string) => join(nights.output, path);
const contents = () =>
  [...filesBelow(nights.output).keys()].map((path) => [path, readFileSync(path, 'utf8')]);

it('a registry that gives no ETag has the same answer, and nothing changes in the folder', async () => {
  scene.registry.etag = false;
  const before = filesBelow(nights.output);
  for (const night of [await nights.night(), await nights.night()])
    expect(night).toMatchObject({ ...IDLE, filesWritten: 0 });
  expect(filesBelow(nights.output)).toEqual(before);
});

// Each file of it: pages.test.ts.
describe('what is in the folder', () => {
  it('and deleted or edited is put right on the next night, the others are left alone', async () => {
    const bytes = contents();
    const { mtimeMs } = statSync(file('index.html'));
    rmSync(file('table.md'));
    writeFileSync(file('evidence/claude-code/2.1.2.html'), 'edited');
    expect(await nights.night()).toMatchObject({ ...IDLE, quiet: false, filesWritten: 2 });
    expect(contents()).toEqual(bytes);
    expect(statSync(file('index.html')).mtimeMs).toBe(mtimeMs);
    expect(await nights.night()).toMatchObject(QUIET);
  });
});
