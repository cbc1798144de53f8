import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { hostPath, hostReadOnlyPaths } from '../../src/installation.js';
import { openHostedRoom, type HostedRoom } from '../../src/probe/hosted-room.js';
import { probe } from '../../src/probe/probe.js';
import { createRooms } from '../../src/probe/rooms.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { clientSource, type Behaviour } from '../helpers/fake-client.js';

let folder: string;
let room: HostedRoom;

const open = () => openHostedRoom({ isolation: 'bwrap', readOnly: [...hostReadOnlyPaths, folder], hostPath });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-probe-'));
  room = await open();
});

afterEach(async () => {
  await room.close();
  rmSync(folder, { recursive: true, force: true });
});

const arms = Object.fromEntries(getStream404.arms.map((arm) => [arm.id, arm]));

/** Probes a program under one arm in the test's room. */
async function probed(
  source: string,
  { arm = '404-before-tools', wallMs = 10_000, signal = new AbortController().signal } = {},
) {
  const file = join(folder, 'client.mjs');
  writeFileSync(file, source);
  chmodSync(file, 0o644);
  const chosen = arms[arm];
  if (!chosen) throw new Error(`no arm ${arm}`);
  return probe(
    {
      subject: { version: '2.1.1', command: [process.execPath, file] },
      client: claudeCode,
      scenario: getStream404,
      arm: chosen,
      mode: 'headless',
      limits: { wallMs, outputBytes: 1000, floodBytes: 1_000_000 },
      signal,
    },
    room,
  );
}

const fake = (behaviour: Behaviour) => clientSource('2.1.1', behaviour);
const steps = (observation: Awaited<ReturnType<typeof probed>>) =>
  observation.journal
    .filter(({ kind }) => kind === 'request')
    .map(({ rpc, method, fixture }) => (fixture === 'model' ? 'model' : (rpc ?? method)));

describe('a probe', () => {
  it('records what was asked and answered, in order, with times from the start of the client', async () => {
    const seen = await probed(fake('good'));
    expect(steps(seen).toSorted()).toEqual(
      [
        'initialize',
        'notifications/initialized',
        'GET',
        'tools/list',
        'model',
        'tools/call',
        'model',
      ].toSorted(),
    );
    expect(steps(seen).slice(0, 2)).toEqual(['initialize', 'notifications/initialized']);
    const times = seen.journal.map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(0);
    expect(seen).toMatchObject({
      exit: { kind: 'exited', code: 0 },
      fault: null,
      isolation: 'bwrap',
      arm: '404-before-tools',
    });
  });

  it('holds tools/list until GET has been answered', async () => {
    const answers = (await probed(fake('good'))).journal.filter(({ kind }) => kind === 'answer');
    const order = answers.map(({ rpc, method }) => rpc ?? method);
    expect(order.indexOf('GET')).toBeLessThan(order.indexOf('tools/list'));
  });

  it('holds GET until tools/list has been answered, in the other arm', async () => {
    const seen = await probed(fake('good'), { arm: '404-after-tools' });
    const order = seen.journal
      .filter(({ kind }) => kind === 'answer')
      .map(({ rpc, method }) => rpc ?? method);
    expect(order.indexOf('tools/list')).toBeLessThan(order.indexOf('GET'));
  });

  it('keeps the debug log and the output, capped and said to be', async () => {
    const seen = await probed(`console.log('x'.repeat(5000));\n${fake('good')}`);
    expect(seen.debugLog).toEqual({ text: 'started 2.1.1\n', bytes: 14, capped: false });
    expect(seen.stdout).toMatchObject({ capped: true });
    expect(seen.stdout.bytes).toBeGreaterThan(5000);
    expect(seen.stdout.text.length).toBeLessThanOrEqual(1000);
  });

  it('finds nothing of the probe before it', async () => {
    const leave = `import { writeFileSync } from 'node:fs';
      for (const place of [process.env.HOME, process.cwd(), '/tmp', '/dev/shm']) writeFileSync(place + '/left', 'x');`;
    await probed(leave);
    const look = `import { existsSync } from 'node:fs';
      console.log([process.env.HOME, process.cwd(), '/tmp', '/dev/shm'].filter((place) => existsSync(place + '/left')).length);`;
    expect((await probed(look)).stdout.text).toBe('0\n');
  });

  it('is ended as soon as its arm is settled', async () => {
    const seen = await probed(
      `${fake('good').replace('process.exit(0);', '')}\nawait new Promise(() => setInterval(() => {}, 1000));`,
    );
    expect(seen.exit).toEqual({ kind: 'ended' });
    expect(seen.durationMs).toBeLessThan(8000);
  });

  it('is ended at its time limit, with what was recorded until then', async () => {
    const seen = await probed(fake('hangs'), { wallMs: 300 });
    expect(seen.exit).toEqual({ kind: 'timeout', afterMs: 300 });
  });

  it('does not follow links that a client puts in the place of its debug log', async () => {
    const source = `import { mkdirSync, symlinkSync } from 'node:fs';
      const folder = process.env.CLAUDE_CONFIG_DIR + '/debug';
      mkdirSync(folder, { recursive: true });
      symlinkSync('/etc/passwd', folder + '/log.txt');`;
    expect((await probed(source)).debugLog).toEqual({ text: '', bytes: 0, capped: false });
  });
});

describe('a failure of our own side', () => {
  it('is the fault of the observation when the client kills the host, and the room is given up', async () => {
    const seen = await probed(
      `process.kill(process.ppid, 'SIGKILL'); await new Promise(() => setInterval(() => {}, 1000));`,
    );
    expect(seen.fault).toMatch(/^the fixture host ended/);
    expect(room.usable).toBe(false);
  });

  it('is the fault of the observation when the run is interrupted', async () => {
    const interruption = new AbortController();
    const seen = probed(fake('hangs'), { signal: interruption.signal });
    interruption.abort();
    expect((await seen).fault).toBe('interrupted');
  });
});

describe('rooms', () => {
  it('are as many as jobs, used again, and replaced when one is broken', async () => {
    const opened: HostedRoom[] = [];
    const rooms = createRooms(2, async () => {
      const fresh = await open();
      opened.push(fresh);
      return fresh;
    });
    const used = await Promise.all([1, 2, 3, 4].map(() => rooms.use(async (given) => given)));
    expect(new Set(used).size).toBeLessThanOrEqual(2);
    await rooms.use(async (given) => given.discard());
    const before = opened.length;
    await Promise.all([1, 2].map(() => rooms.use(async () => {})));
    expect(opened.length).toBeLessThanOrEqual(before + 1);
    await rooms.close();
    await Promise.all(opened.map(({ lost }) => lost));
  });

  it('say why a host did not start', async () => {
    const failing = openHostedRoom({
      isolation: 'bwrap',
      readOnly: hostReadOnlyPaths,
      hostPath: join(folder, 'nowhere.js'),
    });
    await expect(failing).rejects.toMatchObject({ code: 'HOST_FAILED' });
  });
});
