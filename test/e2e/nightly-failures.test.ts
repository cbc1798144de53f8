/** What goes wrong around a night: nothing is lost, nothing is told twice, and no result is made of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { publishScript, type Behaviour } from '../helpers/fake-client.js';
import { changesIn, filesBelow, named, Nights, off, PACKAGE, verdicts } from '../helpers/nights.js';
import { startReceiver, type TestReceiver } from '../helpers/webhook.js';
import { IMPATIENT, Scene } from './scene.js';

let scene: Scene;
let nights: Nights;
beforeEach(async () => {
  scene = await Scene.open();
  nights = new Nights(scene.user, scene.registry);
  nights.usual = ['--scenario', 'get-stream-404', '--confirm', '0'];
  publish(1, 'good');
  expect(await nights.night()).toMatchObject({ code: 0, errors: [] });
});
afterEach(() => scene.close());

const publish = (patch: number, behaviour: Behaviour) =>
  publishScript(scene.registry, `2.1.${patch}`, behaviour);
const files = () => filesBelow(scene.user.cacheDir, nights.output);

const QUIET = { code: 0, quiet: true, news: [], told: [], untold: [], errors: [] };
const REGRESSION = ['regression 2.1.1 2.1.2'];

describe('two nights at once', () => {
  it('are one: the second changes nothing, and says that another is at work', async () => {
    publish(2, 'loses-tools');
    let letGo = (): void => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const packument = `/${PACKAGE}`;
    scene.registry.fault(packument, { kind: 'hold', until }, 1);
    const arrived = scene.registry.nextRequest(packument);
    const first = nights.start();
    await arrived;
    const before = files();
    const second = await nights.night();
    expect(second).toMatchObject({ code: 4, error: { code: 'NIGHT_RUNNING' } });
    expect(files()).toEqual(before);
    letGo();
    const { exitCode } = await first;
    expect(exitCode).toBe(1);
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual(REGRESSION);
  });

  it('begun in the same moment tell once', async () => {
    publish(2, 'loses-tools');
    const codes = (await Promise.all([nights.night(), nights.night()])).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set([1, 4]));
    expect(named(nights.told())).toEqual(REGRESSION);
  });
});

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

  it('that is down with nothing new is told from a quiet night', async () => {
    await scene.registry.stop();
    expect(await nights.night([], IMPATIENT)).toMatchObject({ code: 4, quiet: false, news: [] });
    await scene.registry.restart();
    expect(await nights.night()).toMatchObject(QUIET);
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

describe('a command that is to be told', () => {
  it('and fails is told on the next night, once: that is the night which has the news', async () => {
    publish(2, 'loses-tools');
    const { command } = nights;
    nights.command = 'echo no >&2; exit 3';
    const night = await nights.night();
    expect(night).toMatchObject({
      code: 4,
      news: [],
      told: [{ error: expect.stringContaining('exit code 3') }],
      errors: [{ code: 'NOT_DELIVERED' }],
    });
    expect(night.untold).toHaveLength(1);
    // The table does not wait for it.
    expect(changesIn(nights.table())).toEqual(REGRESSION);
    nights.command = command;
    const next = await nights.night();
    expect(next).toMatchObject({ code: 1, untold: [], errors: [], runs: 0, news: [{ id: night.untold[0] }] });
    expect(await nights.night()).toMatchObject(QUIET);
    expect(named(nights.told())).toEqual(REGRESSION);
  });

  it('and fails for a regression hears of it before the fix', async () => {
    const { command } = nights;
    nights.command = 'false';
    publish(2, 'loses-tools');
    expect(await nights.night()).toMatchObject({ code: 4 });
    publish(3, 'good');
    expect(await nights.night()).toMatchObject({ code: 4 });
    nights.command = command;
    expect(await nights.night()).toMatchObject({ code: 1, untold: [] });
    expect(named(nights.told())).toEqual([...REGRESSION, 'fix 2.1.2 2.1.3']);
    expect(await nights.night()).toMatchObject(QUIET);
  });

  it('gets id and kind in its environment, and runs where the night was started', async () => {
    publish(2, 'loses-tools');
    nights.command = `printf '{"id":"%s","kind":"%s"}\\n' "$MCP_BISECT_CHANGE_ID" "$MCP_BISECT_CHANGE_KIND" > told.jsonl`;
    const { news } = await nights.night();
    expect(nights.told()).toEqual([{ id: news[0]?.id, kind: 'regression' }]);
  });
});

describe('a webhook', () => {
  let receiver: TestReceiver;
  beforeEach(async () => {
    receiver = await startReceiver();
    writeFileSync(
      join(scene.user.root, 'mcp-bisect.config.json'),
      JSON.stringify({
        notify: { webhooks: [{ url: `${receiver.origin}/hook`, secretEnv: 'HOOK_SECRET' }] },
      }),
    );
  });
  afterEach(() => receiver.close());
  const env = { HOOK_SECRET: 's3cret-of-the-hook' };

  it('that refuses is told on the next night, and the command beside it not a second time', async () => {
    publish(2, 'loses-tools');
    receiver.answer({ status: 403 });
    const night = await nights.night([], env);
    expect(night).toMatchObject({ code: 4, news: [], errors: [{ code: 'NOT_DELIVERED' }] });
    expect(named(nights.told())).toEqual(REGRESSION);
    const next = await nights.night([], env);
    expect(next).toMatchObject({ code: 1, untold: [], told: [{ error: null }] });
    expect(await nights.night([], env)).toMatchObject(QUIET);
    const ids = receiver.received.map(({ headers }) => headers['idempotency-key']);
    expect(ids).toEqual([night.untold[0], night.untold[0]]);
    expect(JSON.parse(receiver.received[1]?.body ?? '')).toEqual(nights.told()[0]);
    expect(named(nights.told())).toEqual(REGRESSION);
  });

  it('without the secret that its configuration counts on is bad input: nothing is asked', async () => {
    const asked = scene.registry.requests.length;
    expect(await nights.night()).toMatchObject({
      code: 2,
      error: { code: 'BAD_CONFIG', message: expect.stringContaining('HOOK_SECRET') },
    });
    expect(scene.registry.requests).toHaveLength(asked);
  });
});

describe('a clock', () => {
  it('that is set back and forth changes nothing of what is told', async () => {
    publish(2, 'loses-tools');
    expect(await nights.night([], off(-4000))).toMatchObject({ code: 1 });
    expect(await nights.night([], off(-8000))).toMatchObject(QUIET);
    expect(await nights.night()).toMatchObject(QUIET);
    publish(3, 'loses-tools');
    expect(await nights.night([], off(-12_000))).toMatchObject({ code: 0, news: [], runs: 1 });
    publish(4, 'good');
    expect(await nights.night([], off(4000))).toMatchObject({ code: 0, news: [{ kind: 'fix' }] });
    expect(await nights.night([], off(-4000))).toMatchObject(QUIET);
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
