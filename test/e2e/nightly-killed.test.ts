/**
 * Nights that are killed, at any moment: the clean night after it has the same table, and tells what there is to tell
 * once, whatever of it was told already. Ended after each of its steps: nightly/ended.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { copyOf, Workplace } from '../helpers/cli.js';
import { publishScript, type Behaviour } from '../helpers/fake-client.js';
import { named, Nights, stateOf, type LoggedStep } from '../helpers/nights.js';
import { Scene } from './scene.js';

/** Told before the night that is killed is this release alone; the others are published at once. */
const RELEASES: Behaviour[] = ['good', 'loses-tools', 'good'];
const NEWS = ['regression 2.1.1 2.1.2', 'fix 2.1.2 2.1.3'];
/** Even. Fifty take two minutes: docs/nightly.md says how to have them. */
const KILLS = Number(process.env['MCP_BISECT_KILLS'] ?? 4);
/** The moments are random, and the same every time. */
const SEED = 20_261_123;

let scene: Scene;
/** Milliseconds from start to end of a night that nobody kills, and what it leaves. */
let span = 0;
let whole: ReturnType<typeof stateOf>;
/** Cache and output folder after the first night. */
let template: Workplace;

beforeAll(async () => {
  scene = await Scene.open();
  template = new Workplace();
  publish(0);
  expect(await nightsOf(template).night()).toMatchObject({ code: 0, news: [], errors: [] });
  for (const index of RELEASES.keys()) if (index > 0) publish(index);
  const began = performance.now();
  whole = await undisturbed();
  expect(whole.told).toEqual(NEWS);
  span = performance.now() - began;
});

afterAll(async () => {
  template.remove();
  await scene.close();
});

async function undisturbed() {
  const user = copyOf(template);
  expect(await nightsOf(user).start()).toMatchObject({ exitCode: 1 });
  const state = stateOf(nightsOf(user));
  user.remove();
  return state;
}

const publish = (index: number) =>
  publishScript(scene.registry, `2.1.${index + 1}`, RELEASES[index] ?? 'good');

/** Without confirmation: many moments of a short night say more than those of a long one. */
function nightsOf(user: Workplace): Nights {
  const nights = new Nights(user, scene.registry);
  nights.usual = ['--scenario', 'get-stream-404', '--confirm', '0'];
  return nights;
}

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Kills a night once `moment` has come. Returns how long it took where it ended before. */
async function livedUntil(nights: Nights, moment: (steps: AsyncIterable<LoggedStep>) => Promise<unknown>) {
  const began = performance.now();
  const running = nights.start();
  const steps = stepsOf(running.stderr);
  await Promise.race([moment(steps), running]);
  running.kill('SIGKILL');
  const { signal, exitCode } = await running;
  if (signal === 'SIGKILL') return undefined;
  expect(exitCode).toBe(1);
  return performance.now() - began;
}

async function* stepsOf(stderr: NodeJS.ReadableStream): AsyncGenerator<LoggedStep> {
  for await (const line of createInterface({ input: stderr })) yield JSON.parse(line);
}

/** What a clean night leaves. */
async function afterCleanNight(nights: Nights) {
  const clean = await nights.night();
  expect(clean).toMatchObject({ untold: [], errors: [], untestable: [], stderr: '' });
  // What it says of itself depends on how far the killed one came; all of it is said by then.
  expect([[], NEWS]).toContainEqual(named(clean.news));
  expect(clean.code).toBe(clean.news.length > 0 ? 1 : 0);
  return stateOf(nights);
}

describe('a night that is killed', () => {
  const draw = random(SEED);
  const shares = Array.from({ length: KILLS }, (_, index) => (index + draw()) / KILLS);
  const halves = [0, 1].map((half) => shares.filter((_, index) => index % 2 === half));

  it.concurrent.each(halves.map((moments) => ({ moments })))(
    `at ${KILLS / 2} random moments, each time followed by a clean night`,
    async ({ moments }) => {
      let length = span;
      for (const share of moments) {
        const user = copyOf(template);
        const nights = nightsOf(user);
        const lived = await livedUntil(nights, () => after(share * length));
        // Nobody was killed: nights are shorter now than they were. Such a night is no moment less.
        if (lived !== undefined) {
          length = lived;
          moments.push(share);
        }
        const moment = `killed at ${share} of ${Math.round(length)} ms`;
        expect({ moment, ...(await afterCleanNight(nights)) }).toEqual({ moment, ...whole });
        user.remove();
      }
    },
  );

  it.each([
    ['once a change is in the ledger, and another is not', 'news'],
    ['between two messages', 'told'],
  ])('%s', async (_, event) => {
    const user = copyOf(template);
    const nights = nightsOf(user);
    const lived = await livedUntil(nights, async (steps) => {
      for await (const step of steps) if (step.event === event) return;
    });
    expect(lived).toBeUndefined();
    expect(await afterCleanNight(nights)).toEqual(whole);
    user.remove();
  });
});

describe('who tells people', () => {
  it('goes on when its night is killed, and the clean night waits for it instead of telling twice', async () => {
    const user = copyOf(template);
    const nights = nightsOf(user);
    const [begun, gate] = [join(user.root, 'begun'), join(user.root, 'gate')];
    expect(spawnSync('mkfifo', [begun, gate]).status).toBe(0);
    const command = nights.command ?? '';
    nights.command = `${command}; if [ -p begun ]; then echo > begun; cat gate; fi`;
    const running = nights.start();
    await firstLineOf(begun);
    running.kill('SIGKILL');
    expect((await running).signal).toBe('SIGKILL');
    expect(named(nights.told())).toEqual(NEWS.slice(0, 1));

    nights.command = command;
    const clean = nights.start();
    clean.stderr.resume();
    // Its own teller is there, and waits. A process that was started has no event for a stranger.
    await vi.waitFor(
      () => expect(childrenOf(clean.pid)).toContainEqual(expect.stringContaining('teller.js')),
      { timeout: 60_000 },
    );
    // From now on nobody stops at the gate; whoever is there comes through.
    rmSync(begun);
    writeFileSync(gate, '');
    const { exitCode, stdout } = await clean;
    expect(exitCode).toBe(1);
    expect(named(JSON.parse(stdout).news)).toEqual(NEWS);
    expect(stateOf(nights)).toEqual(whole);
    expect(await nights.night()).toMatchObject({ code: 0, quiet: true, news: [] });
    user.remove();
  });
});

/** Command lines of the processes that a process has started. */
const childrenOf = (pid = 0): string[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').replaceAll('\0', ' '));

async function firstLineOf(fifo: string): Promise<void> {
  for await (const _ of createInterface({ input: createReadStream(fifo) })) return;
}
