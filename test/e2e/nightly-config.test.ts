/** What a night is told to do, and how it says what it does. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { named, Nights, stepsIn } from '../helpers/nights.js';
import { IMPATIENT, Scene } from './scene.js';

let scene: Scene;
let nights: Nights;
beforeEach(async () => {
  scene = await Scene.open();
  nights = new Nights(scene.user, scene.registry);
  nights.usual = [];
  nights.command = undefined;
  scene.publish('good', 'loses-tools');
});
afterEach(() => scene.close());

const write = (name: string, text: string) => writeFileSync(join(scene.user.root, name), text);
const CONFIG = {
  clients: [{ client: 'claude-code', scenarios: ['get-stream-404'] }],
  confirm: 0,
  output: 'tables',
  notify: { command: 'cat >> told.jsonl' },
};

describe('a configuration file', () => {
  it.each([
    ['mcp-bisect.config.json', JSON.stringify(CONFIG)],
    ['mcp-bisect.config.mjs', `export default ${JSON.stringify(CONFIG)};`],
  ])('is found where the night is started: %s', async (name, text) => {
    write(name, text);
    expect(await nights.night()).toMatchObject({ code: 1, news: [{ after: '2.1.2' }] });
    expect(named(nights.told())).toEqual(['regression 2.1.1 2.1.2']);
    expect(existsSync(join(scene.user.root, 'tables', 'table.md'))).toBe(true);
    expect(await nights.night()).toMatchObject({ code: 0, quiet: true });
  });

  it('that is named lies elsewhere: its paths begin beside it', async () => {
    mkdirSync(join(scene.user.root, 'radar'));
    write('radar/night.json', JSON.stringify(CONFIG));
    expect(await nights.night(['--config', 'radar/night.json'])).toMatchObject({ code: 1 });
    expect(existsSync(join(scene.user.root, 'radar', 'tables', 'table.md'))).toBe(true);
  });

  it('gives way to the command line', async () => {
    write('mcp-bisect.config.json', JSON.stringify({ ...CONFIG, since: '2.1.1' }));
    const night = await nights.night(['--since', '2.1.2', '--output', 'other']);
    expect(night).toMatchObject({ code: 0, news: [], runs: 1 });
    expect(existsSync(join(scene.user.root, 'other', 'table.md'))).toBe(true);
    expect(existsSync(join(scene.user.root, 'tables'))).toBe(false);
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

  // In which ways else it can be wrong: nightly/config.test.ts and nightly/config-file.test.ts.
  it('that cannot be read is refused', async () => {
    write('throws.mjs', 'throw new Error("no")');
    expect(await nights.night(['--config', 'throws.mjs'])).toMatchObject({
      code: 2,
      error: { code: 'BAD_CONFIG', message: expect.stringContaining('throws.mjs') },
    });
  });
});

describe('--log-json', () => {
  beforeEach(() => {
    nights.usual = ['--scenario', 'get-stream-404', '--confirm', '0'];
    nights.command = 'cat >> told.jsonl';
  });

  it('says every step as a line of JSON, and nothing else on stderr', async () => {
    const { exitCode, stdout, stderr } = await nights.start();
    expect(exitCode).toBe(1);
    const steps = stepsIn(stderr);
    for (const { at } of steps) expect(new Date(String(at)).toISOString()).toBe(at);
    expect(steps.map(({ event }) => event)).toEqual([
      'began',
      'release',
      'round',
      'release',
      'round',
      'change',
      'news',
      'told',
      'ended',
    ]);
    const { news } = JSON.parse(stdout);
    expect(steps.find(({ event }) => event === 'news')).toMatchObject({ id: news[0].id, kind: 'regression' });
  });

  it.each([
    ['the registry is down', () => scene.registry.stop()],
    ['nobody can be told', () => (nights.command = 'exit 3')],
    ['the client has all rights', () => (nights.usual = [...nights.usual, '--isolation', 'none'])],
  ])('also where %s', async (_, make) => {
    await make();
    const { stderr } = await nights.start([], IMPATIENT);
    expect(stepsIn(stderr).length).toBeGreaterThan(1);
  });
});
