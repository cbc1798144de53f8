import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Client, HealthCheck } from '../../src/clients/client.js';
import type { GatewayPlan } from '../../src/fixture/plan.js';
import { hostPath, hostReadOnlyPaths } from '../../src/machine.js';
import { openHostedRoom, type HostedRoom } from '../../src/probe/rooms.js';
import type { Mode } from '../../src/settings.js';
import type { Job } from '../../src/probe/job.js';
import { probe, probeHealth } from '../../src/probe/probe.js';
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
async function probed(source: string, changes: Changes = {}) {
  return probe(requestFor(source, changes), room);
}

interface Changes {
  readonly mode?: Mode;
  readonly client?: Client;
  readonly arm?: string;
  readonly wallMs?: number;
  readonly signal?: AbortSignal;
  /** In place of the arm's own. */
  readonly rules?: GatewayPlan['rules'];
}

function requestFor(
  source: string,
  {
    arm = '404-before-tools',
    mode = 'headless',
    client = claudeCode,
    wallMs = 10_000,
    signal = new AbortController().signal,
    rules,
  }: Changes,
): Job {
  const file = join(folder, 'client.mjs');
  writeFileSync(file, source);
  chmodSync(file, 0o644);
  const chosen = arms[arm];
  if (!chosen) throw new Error(`no arm ${arm}`);
  return {
    subject: { version: '2.1.1', command: [process.execPath, file] as const },
    client,
    scenario: getStream404,
    arm: rules ? { ...chosen, gateway: { ...chosen.gateway, rules } } : chosen,
    mode,
    limits: { wallMs, outputBytes: 1000, floodBytes: 1_000_000 },
    signal,
  };
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

describe('a probe in interactive mode', () => {
  it('types the prompt at a terminal, and keeps what that showed at the end', async () => {
    const seen = await probed(fake('good'), { mode: 'interactive' });
    expect(seen).toMatchObject({ mode: 'interactive', exit: { kind: 'ended' }, fault: null });
    expect(seen.screen).toEqual([`❯ ${getStream404.prompt}`, `● asked: ${getStream404.prompt}`]);
    expect(steps(seen).filter((step) => step === 'initialize')).toHaveLength(1);
    expect(steps(seen)).toContain('tools/call');
    expect(seen.stdout.text).toContain(getStream404.prompt);
    expect(seen.debugLog.text).toBe('started 2.1.1\n');
  });

  it('asks only once the tools are listed, of a client too that would not wait for them', async () => {
    const rules = [{ on: { rpc: 'tools/list' }, delayMs: 1000 }];
    const { journal } = await probed(fake('impatient'), { mode: 'interactive', rules });
    const listed = journal.find(({ kind, rpc }) => kind === 'answer' && rpc === 'tools/list');
    const asked = journal.find(({ fixture }) => fixture === 'model');
    expect(asked?.seq).toBeGreaterThan(listed?.seq ?? Infinity);
  });

  it('watches a client that goes round in circles for long enough to count', async () => {
    const seen = await probed(fake('re-initializes'), { mode: 'interactive', arm: '404-after-tools' });
    expect(seen.exit).toEqual({ kind: 'ended' });
    expect(steps(seen).filter((step) => step === 'initialize').length).toBeGreaterThan(5);
  });

  it('of a client that stops at a dialog shows it, and nothing is typed into that', async () => {
    const source = fake('good').replace('settings.hasCompletedOnboarding', 'false');
    const seen = await probed(source, { mode: 'interactive', wallMs: 1500 });
    expect(seen.exit).toEqual({ kind: 'timeout', afterMs: 1500 });
    expect(seen.screen).toEqual(['Do you trust the files in this folder?', '❯ 1. Yes', '  2. No']);
  });

  it('finds nothing of the one before it, and leaves the room to headless ones', async () => {
    await probed(fake('good'), { mode: 'interactive' });
    const seen = await probed(fake('good'));
    expect(seen).toMatchObject({ mode: 'headless', screen: null, exit: { kind: 'exited', code: 0 } });
  });

  it('of a client whose adapter knows no terminal is no run, and says what is', async () => {
    const launch: Client['launch'] = (context) => claudeCode.launch({ ...context, mode: 'headless' });
    const seen = await probed(fake('good'), { mode: 'interactive', client: { ...claudeCode, launch } });
    expect(seen.fault).toBe('how Claude Code is run interactively is not known; use --mode headless');
  });

  it('in a room that cannot give a terminal is no run, and says what is', async () => {
    await room.close();
    const readOnly = hostReadOnlyPaths.filter((path) => !path.includes('node-pty-linux'));
    room = await openHostedRoom({ isolation: 'bwrap', readOnly: [...readOnly, folder], hostPath });
    const seen = await probed(fake('good'), { mode: 'interactive' });
    expect(seen.fault).toMatch(/no pseudo-terminal can be opened here: .*; use --mode headless/);
    expect(seen.journal).toEqual([]);
  });
});

describe('a health check', () => {
  const check = claudeCode.healthCheck as HealthCheck;

  it('is an observation of its own: what the client said, and what the gateway was asked', async () => {
    const seen = await probeHealth(requestFor(fake('loses-tools'), {}), check, room);
    expect(seen).toMatchObject({ arm: 'health-check', mode: 'headless', screen: null, fault: null });
    expect(check.read(seen.stdout.text, getStream404.server)).toBe('connected');
    expect(steps(seen)).toEqual(['initialize', 'notifications/initialized', 'GET']);
  });

  it('is ended at the time limit like any run', async () => {
    const seen = await probeHealth(requestFor(fake('hangs'), { wallMs: 300 }), check, room);
    expect(seen.exit).toEqual({ kind: 'timeout', afterMs: 300 });
  });
});

describe('a client that floods the record', () => {
  it('is recorded up to a limit, and what came after it is counted', async () => {
    const source = `const tools = Array.from({ length: 1000 }, (_, index) => ({ name: String(index).padEnd(2000) }));
      const request = { method: 'POST', body: JSON.stringify({ model: 'm', messages: [], tools }) };
      for (let count = 0; count < 10; count += 1)
        await (await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', request)).text();`;
    const seen = await probed(source);
    expect(seen).toMatchObject({ exit: { kind: 'exited', code: 0 }, fault: null });
    expect(JSON.stringify(seen.journal).length).toBeLessThan(9_000_000);
    expect(seen.journal.length + seen.journalOmitted).toBe(20);
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
