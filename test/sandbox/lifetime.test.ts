/** Nothing outlives its probe, its room, or the tool, however it behaves. */
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RoomFacts } from '../../src/sandbox/inside.js';
import { CLIENTS, openRoom, processesWith, remaining, type TrialRoom } from './trial-room.js';

describe.each(['bwrap', 'unshare', 'none'] as const)('in a room of isolation %s', (isolation) => {
  let trial: TrialRoom;
  beforeEach(async () => {
    trial = await openRoom(isolation);
  });
  afterEach(async () => {
    await closeWithoutRest(trial);
  });

  /** Those that the test's program started; the host and what built the room carry the marker too. */
  function started(): string[] {
    return processesWith(trial.marker).filter((line) => !line.includes('host.mjs'));
  }

  test('a program that exits leaves nothing', async () => {
    const run = await trial.run(['shout.sh', 'out', 'err', '3', trial.marker]);
    expect(run).toMatchObject({
      exit: { kind: 'exited', code: 3 },
      stdout: { text: 'out' },
      stderr: { text: 'err' },
    });
    expect(started()).toEqual([]);
  });

  test('a daemon that keeps stdout open neither delays the probe nor outlives it', async () => {
    const run = await trial.run(['daemonize.sh', trial.marker], { wallMs: 20_000 });
    expect(run.exit).toEqual({ kind: 'exited', code: 0 });
    expect(run.stdout.text).toContain('parent\n');
    expect(run.durationMs).toBeLessThan(10_000);
    await trial.ask('endEverything');
    expect(started()).toEqual([]);
  });

  test('a hundred and fifty processes end with their probe', async () => {
    const run = await trial.run(['forks.sh', trial.marker]);
    expect(run.exit).toEqual({ kind: 'exited', code: 0 });
    await trial.ask('endEverything');
    expect(started()).toEqual([]);
  });

  test.each(['hang.sh', 'stubborn.sh'])(
    'a program that hangs, or ignores SIGTERM as well (%s), is ended at the wall clock, and what it said is kept',
    async (program) => {
      const run = await trial.run([program, trial.marker], { wallMs: 300 });
      expect(run).toMatchObject({ exit: { kind: 'timeout', afterMs: 300 }, stdout: { text: 'waiting\n' } });
      expect(started()).toEqual([]);
    },
  );

  test('a program that floods stdout is ended', async () => {
    const run = await trial.run(['flood.sh', trial.marker], { outputBytes: 1000, floodBytes: 50_000_000 });
    expect(run).toMatchObject({ exit: { kind: 'flooded' }, stdout: { capped: true } });
    expect(run.stdout.text).toHaveLength(1000);
    expect(started()).toEqual([]);
  });

  test('a program that crashes is said to have crashed', async () => {
    const run = await trial.run(['crash.sh', trial.marker]);
    expect(run).toMatchObject({
      exit: { kind: 'signalled', signal: 'SIGSEGV' },
      stdout: { text: 'last words\n' },
    });
  });

  test('the room takes another probe after all of these', async () => {
    await trial.run(['flood.sh', trial.marker], { floodBytes: 1_000_000 });
    await trial.run(['forks.sh', trial.marker]);
    await trial.ask('endEverything');
    await trial.ask('empty');
    const run = await trial.run(['shout.sh', 'again', '', '0']);
    expect(run).toMatchObject({ exit: { kind: 'exited', code: 0 }, stdout: { text: 'again' } });
  });

  test('folders nested deeper than a path can be long are emptied, and the places are there again', async () => {
    const run = await trial.run([process.execPath, `${CLIENTS}/nests.mjs`]);
    expect(run).toMatchObject({ exit: { kind: 'exited', code: 0 }, stdout: { text: 'at /\n' } });
    await trial.ask('endEverything');
    await trial.ask('empty');
    const { home, work, temporary } = trial.room.facts;
    const { stdout } = await trial.run(['list.sh', home, work, temporary]);
    expect(stdout.text).toMatch(/^700\n700\n1777\n/);
  });

  test('a program that kills the host ends with the room', async () => {
    await expect(trial.run(['attack-host.sh', 'KILL', trial.marker])).rejects.toThrow('the host');
    await trial.room.ended;
  });

  test('a program that stops the host does not stop the room from being closed', async () => {
    const attack = trial.run(['attack-host.sh', 'STOP', trial.marker]);
    const closing = untilStopped(trial.marker).then(() => trial.room.close());
    await expect(Promise.all([attack, closing])).rejects.toThrow('the host');
    await closing;
  });

  test('a room can be closed twice, and while a program runs', async () => {
    const running = trial.run(['hang.sh', trial.marker]);
    await Promise.all([trial.room.close(), trial.room.close(), expect(running).rejects.toThrow('the host')]);
    expect(processesWith(trial.marker)).toEqual([]);
  });

  test('Ctrl-C in the terminal does not reach the room: it is in a session of its own', () => {
    const { pid } = trial.room.child;
    const [, , , session] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    expect(session).toBe(String(pid));
  });

  test('nothing is left after SIGKILL of the tool', async () => {
    const marker = `marker-${crypto.randomUUID()}`;
    const tool = startTool(isolation, marker);
    const [facts] = (await once(tool, 'message')) as [RoomFacts];
    expect(processesWith(marker).filter((line) => line.includes('daemon '))).not.toEqual([]);
    tool.kill('SIGKILL');
    await tool;
    expect(await remaining(marker)).toEqual([]);
    expect(existsSync(dirname(facts.home))).toBe(false);
  });

  test('nothing is left after SIGKILL of the tool while it is building a room', async () => {
    const marker = `marker-${crypto.randomUUID()}`;
    const tool = startTool(isolation, marker);
    const building = (): boolean => processesWith(`host.mjs ${marker}`).length > 0;
    await expect.poll(building, { interval: 1, timeout: 60_000 }).toBe(true);
    tool.kill('SIGKILL');
    await tool;
    expect(await remaining(marker)).toEqual([]);
  });
});

/** The end of every test: as soon as the room is closed, nothing of it is there. */
async function closeWithoutRest({ room, marker }: TrialRoom): Promise<void> {
  await room.close();
  expect(processesWith(marker)).toEqual([]);
  // A sealed room is nowhere on this machine's disk.
  expect(existsSync(dirname(room.facts.home))).toBe(false);
}

async function untilStopped(marker: string): Promise<void> {
  await expect.poll(() => processesWith(marker, 'T'), { timeout: 60_000 }).not.toEqual([]);
}

/** A tool that opens a room of its own and runs a daemon in it, which ignores signals. */
function startTool(isolation: string, marker: string) {
  const script = fileURLToPath(new URL('tool.mjs', import.meta.url));
  const options = { ipc: true, serialization: 'json', reject: false, buffer: { ipc: false } } as const;
  return execa('node', [script, isolation, marker, `${CLIENTS}/daemonize.sh`], options);
}
