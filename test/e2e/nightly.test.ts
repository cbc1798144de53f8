/** Nights from end to end. What else there is to a night is asked of it in this process: test/nightly/{night,quiet,published,untestable,failures}. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { VersionTable } from '../../src/report/nightly/version-table.js';
import { publishScript, type Behaviour } from '../helpers/fake-client.js';
import { changesIn, filesBelow, named, Nights, PACKAGE, stepsIn, type Scan } from '../helpers/nights.js';
import { startReceiver } from '../helpers/webhook.js';
import { Scene } from './scene.js';

let nights: Nights;
const scene = Scene.forEach((opened) => {
  nights = new Nights(opened.user, opened.registry);
});

const publish = (patch: number, behaviour: Behaviour) =>
  publishScript(scene.registry, `2.1.${patch}`, behaviour);
const files = () => filesBelow(scene.user.cacheDir, nights.output);
const REGRESSION = ['regression 2.1.1 2.1.2'];

it('a regression is told on the night it appears, a fix on the night of the first good one, and nothing else', async () => {
  const config = {
    clients: [{ client: 'claude-code', scenarios: ['get-stream-404'] }],
    confirm: 1,
    notify: { command: nights.command },
  };
  const source = `export default ${JSON.stringify(config)};`;
  writeFileSync(join(scene.user.root, 'mcp-bisect.config.mjs'), source);
  nights.usual = [];
  nights.command = undefined;
  publish(1, 'good');
  expect(await nights.night()).toMatchObject({ code: 0, quiet: false, news: [], downloads: 1 });

  // With nothing new it asks the registry once, and changes no file; whatever it would start, it would not find.
  const [before, asked] = [files(), scene.registry.requests.length];
  const nowhere = join(scene.user.root, 'nowhere');
  mkdirSync(nowhere);
  const nothing = { news: [], told: [], untold: [], runs: 0, downloads: 0, filesWritten: 0, errors: [] };
  expect(await nights.night([], { PATH: nowhere })).toMatchObject({
    code: 0,
    quiet: true,
    ...nothing,
    stderr: '',
  });
  const requests = scene.registry.requests.slice(asked);
  expect(requests).toMatchObject([{ method: 'GET', path: `/${PACKAGE}`, status: 304 }]);
  expect(requests[0]?.headers).toHaveProperty('if-none-match');
  expect(files()).toEqual(before);

  publish(2, 'loses-tools');
  const { exitCode, stdout, stderr } = await nights.start();
  expect(exitCode).toBe(1);
  const broken = JSON.parse(stdout);
  expect(broken).toMatchObject({ untold: [], errors: [], rounds: { good: 1, bad: 2, skip: 0 } });
  expect(broken.news).toMatchObject([{ kind: 'regression', before: '2.1.1', after: '2.1.2', suspects: [] }]);
  expect(broken.told).toMatchObject([{ id: broken.news[0].id, channel: '--on-change', error: null }]);
  expect(nights.told()).toMatchObject(broken.news);
  const steps = stepsIn(stderr);
  for (const { at } of steps) expect(new Date(String(at)).toISOString()).toBe(at);
  expect(steps.map(({ event }) => event)).toEqual([
    'began',
    'release',
    'round',
    'change',
    'round',
    'round',
    'news',
    'told',
    'ended',
  ]);
  expect(steps.find(({ event }) => event === 'news')).toMatchObject({ id: broken.news[0].id });

  publish(3, 'loses-tools');
  publish(4, 'good');
  const fixed = await nights.night();
  expect(fixed).toMatchObject({
    code: 0,
    news: [{ kind: 'fix', before: '2.1.3', after: '2.1.4', about: broken.news[0].id }],
  });
  expect(nights.told()).toMatchObject([...broken.news, ...fixed.news]);

  const known = await nights.scan('2.1.1');
  expect(known.probed).toEqual([]);
  expect(cellsOf(nights.table())).toEqual(rowsOf(known));
  expect(changesIn(nights.table())).toEqual(
    known.boundaries.map(({ direction, before: good, after }) => `${direction} ${good} ${after}`),
  );
});

it('two nights at once are one, which says so; whom it cannot tell hears of it from the next, and nobody else again', async () => {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  const webhooks = [{ url: `${receiver.origin}/hook`, secretEnv: 'HOOK_SECRET' }];
  writeFileSync(join(scene.user.root, 'mcp-bisect.config.json'), JSON.stringify({ notify: { webhooks } }));
  const env = { HOOK_SECRET: 's3cret-of-the-hook' };
  nights.usual = ['--scenario', 'get-stream-404', '--confirm', '0'];
  publish(1, 'good');
  publish(2, 'loses-tools');
  receiver.answer({ status: 403 });

  let letGo = (): void => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  scene.registry.fault(`/${PACKAGE}`, { kind: 'hold', until }, 1);
  const arrived = scene.registry.nextRequest(`/${PACKAGE}`);
  const first = nights.night([], env);
  await arrived;
  const before = filesBelow(scene.user.cacheDir);
  expect(await nights.night([], env)).toMatchObject({ code: 4, error: { code: 'NIGHT_RUNNING' } });
  expect(filesBelow(scene.user.cacheDir)).toEqual(before);
  letGo();
  const untold = await first;
  expect(untold).toMatchObject({ code: 4, news: [], errors: [{ code: 'NOT_DELIVERED' }] });
  expect(named(nights.told())).toEqual(REGRESSION);

  expect(await nights.night([], env)).toMatchObject({ code: 1, untold: [], told: [{ error: null }] });
  const ids = receiver.received.map(({ headers }) => headers['idempotency-key']);
  expect(ids).toEqual([untold.untold[0], untold.untold[0]]);
  expect(JSON.parse(receiver.received[1]?.body ?? '')).toEqual(nights.told()[0]);
  expect(named(nights.told())).toEqual(REGRESSION);
});

it('of two nights begun at the same moment one is at work, and the other says so', async () => {
  publish(1, 'good');
  let letGo = (): void => {};
  const until = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  // Whoever has the lock waits here: the first to end is the one that has it not, or there is none.
  scene.registry.fault(`/${PACKAGE}`, { kind: 'hold', until });
  const racing = [nights.night(), nights.night()];
  const first = await Promise.race(racing);
  letGo();
  expect(first).toMatchObject({ code: 4, error: { code: 'NIGHT_RUNNING' } });
  const codes = new Set((await Promise.all(racing)).map(({ code }) => code));
  expect(codes).toEqual(new Set([0, 4]));
  expect(scene.registry.requestsFor(`/${PACKAGE}`)).toHaveLength(1);
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
