/**
 * Nights that are killed, at any moment: the clean night after it has the same table, and tells what there is to tell
 * once, whatever of it was told already.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, createReadStream, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Workplace } from '../helpers/cli.js';
import { publishScript, type Behaviour } from '../helpers/fake-client.js';
import { changesIn, named, Nights, verdicts, type LoggedStep } from '../helpers/nights.js';
import { Scene } from './scene.js';

/** Told before the night that is killed is this release alone; the others are published at once. */
const RELEASES: Behaviour[] = ['good', 'good', 'loses-tools', 'loses-tools', 'good'];
const NEWS = ['regression 2.1.2 2.1.3', 'fix 2.1.4 2.1.5'];
/** Even. Fifty take three minutes: docs/nightly.md says how to have them. */
const KILLS = Number(process.env['MCP_BISECT_KILLS'] ?? 8);
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
  // Two at once, as in the tests.
  const began = performance.now();
  for (const state of await Promise.all([undisturbed(), undisturbed()])) {
    expect(state.told).toEqual(NEWS);
    whole = state;
  }
  span = performance.now() - began;
}, 60_000);

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

/** Without confirmation: fifty moments of a short night say more than those of a long one. */
function nightsOf(user: Workplace, confirm = 0): Nights {
  const nights = new Nights(user, scene.registry);
  nights.usual = ['--scenario', 'get-stream-404', '--confirm', String(confirm)];
  return nights;
}

/** The same user after the first night, in a place of its own. */
function copyOf({ root }: Workplace): Workplace {
  const user = new Workplace();
  cpSync(root, user.root, { recursive: true });
  return user;
}

/** What has to be the same whatever was killed. How often a release was run may differ: a round can be lost in the middle. */
function stateOf(nights: Nights) {
  const table = nights.table();
  const rows = table.clients[0]?.rows ?? [];
  return {
    told: named(nights.told()),
    ids: nights.told().map(({ id }) => id),
    verdicts: verdicts(table),
    changes: changesIn(table),
    marks: rows.map(({ version, cells }) => [version, cells[0]?.mark]),
    reports: (table.clients[0]?.changes ?? []).map(({ report }) => report),
    evidence: rows.map(({ evidence }) => evidence),
  };
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
    300_000,
  );

  it.each([
    ['as it looks into a change', 'change', 1],
    ['once a change is in the ledger, and another is not', 'news', 1],
    ['before anybody is told', 'news', 2],
    ['between two messages', 'told', 1],
    ['at its very end', 'ended', 1],
  ] as const)('%s (%s %i)', async (_, event, count) => {
    const user = copyOf(template);
    const nights = nightsOf(user, 1);
    const lived = await livedUntil(nights, async (steps) => {
      let seen = 0;
      for await (const step of steps) if (step.event === event && (seen += 1) === count) return;
    });
    // After its last step it may be quicker than the signal.
    if (event !== 'ended') expect(lived).toBeUndefined();
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
