import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BisectError } from '../../src/errors.js';
import { commandChannel, type CommandSettings } from '../../src/notify/command.js';
import type { Message, Thread } from '../../src/notify/message.js';

const MESSAGE: Message = {
  id: 'a1b2c3',
  kind: 'fix',
  subject: 'claude-code get-stream-404 linux-x64 headless',
  about: 'ffee00',
  title: 'fixed',
  text: 'It works again.',
  document: { schema: 1, firstGood: '2.1.150', note: 'zwölf ✔\nlines' },
};
const THREAD: Thread = { attempt: 1, about: null, newest: null };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-command-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function tell(
  command: string,
  settings: Partial<CommandSettings> = {},
  signal = new AbortController().signal,
) {
  const { PATH } = process.env;
  const channel = commandChannel({
    command,
    cwd: folder,
    env: { PATH, OWN: 'own' },
    graceMs: 100,
    ...settings,
  });
  return channel.deliver(MESSAGE, THREAD, signal);
}

async function refusal(delivery: Promise<unknown>): Promise<BisectError> {
  const error = await delivery.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BisectError);
  expect(error).toMatchObject({ code: 'NOT_DELIVERED' });
  return error as BisectError;
}

const written = (name: string) => readFileSync(join(folder, name), 'utf8');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // In a container nobody may reap what is orphaned: a zombie is dead enough.
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

/** The process ids that the command wrote, one a line, once there are `count`. */
async function pids(count: number): Promise<number[]> {
  return vi.waitFor(
    () => {
      const found = written('pids').trim().split('\n').map(Number);
      if (found.length < count) throw new Error('not yet');
      return found;
    },
    { interval: 5, timeout: 60_000 },
  );
}

describe('the command', () => {
  it('gets the document as one line of JSON, in the folder and the environment that it is given', async () => {
    expect(
      await tell('cat > got; echo "$OWN $MCP_BISECT_CHANGE_ID $MCP_BISECT_CHANGE_KIND" > env'),
    ).toBeNull();
    expect(written('got')).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(written('got'))).toEqual(MESSAGE.document);
    expect(written('env')).toBe('own a1b2c3 fix\n');
  });

  it('need not read what it gets, however much it is', async () => {
    const huge = { ...MESSAGE, document: { text: 'x'.repeat(2_000_000) } };
    const channel = commandChannel({ command: 'exit 0', cwd: folder, env: {} });
    expect(await channel.deliver(huge, THREAD, new AbortController().signal)).toBeNull();
  });

  it('that fails says why with the end of what it wrote', async () => {
    const error = await refusal(tell('echo one; echo two >&2; exit 3'));
    expect(error.message).toContain('exit code 3');
    expect(error.facts).toMatchObject({ code: 3, signal: null });
    expect(error.facts['output']).toMatch(/one[\s\S]*two|two[\s\S]*one/);
  });

  it('may write without end: the last 2000 characters are kept', async () => {
    const noisy = `"${process.execPath}" -e "process.stdout.write('ä'.repeat(3e6), () => { console.log('✘'); process.exitCode = 1 })"`;
    const { facts } = await refusal(tell(noisy));
    expect(facts['output']).toMatch(/^ä+✘$/);
    expect(String(facts['output']).length).toBeGreaterThan(1990);
    expect(String(facts['output']).length).toBeLessThanOrEqual(2000);
  });

  it('that a signal ended is told so', async () => {
    const error = await refusal(tell('kill -KILL $$'));
    expect(error.facts).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it.each([
    ['a command that is not there', 'no-such-command-here', {}, 'exit code 127'],
    ['a folder that is not there', 'true', { cwd: '/nowhere/at/all' }, 'ENOENT'],
  ])('that cannot be run is an error: %s', async (_what, command, settings, said) => {
    expect((await refusal(tell(command, settings))).message).toContain(said);
  });

  it('is named without its text, which may have secrets in it', async () => {
    const command = 'curl -H tok-secret; exit 1';
    const { key, name } = commandChannel({ command, cwd: folder, env: {} });
    expect([key, name]).toEqual(['command', '--on-change']);
    expect((await refusal(tell('exit 1 # tok-secret'))).message).not.toContain('tok-secret');
  });

  it('may leave something running that holds its output', async () => {
    const start = performance.now();
    expect(await tell('sleep 30 & echo $! > pids', { graceMs: 50 })).toBeNull();
    expect(performance.now() - start).toBeLessThan(1000);
    const [pid = 0] = await pids(1);
    expect(isAlive(pid)).toBe(true);
    process.kill(pid);
  });
});

describe('its end', () => {
  /** A descendant that is deaf to SIGTERM and holds the output, and one that is not. */
  const STUBBORN = `sh -c 'trap "" TERM; echo $$ > pids; sleep 30 & echo $! >> pids; wait; sleep 30' & wait`;

  async function expectEnded(found: number[]): Promise<void> {
    await vi.waitFor(() => expect(found.filter(isAlive)).toEqual([]), { interval: 5, timeout: 60_000 });
  }

  it('comes with the time limit, for all of its descendants', async () => {
    const delivery = refusal(tell(STUBBORN, { timeoutMs: 150, graceMs: 50 }));
    const found = await pids(2);
    expect((await delivery).message).toContain('did not end within 150 ms');
    await expectEnded(found);
  });

  it('comes with the signal, whose reason is told', async () => {
    const controller = new AbortController();
    const delivery = tell(STUBBORN, { graceMs: 50 }, controller.signal);
    const found = await pids(2);
    const reason = new BisectError('INTERRUPTED', 'interrupted');
    controller.abort(reason);
    await expect(delivery).rejects.toBe(reason);
    await expectEnded(found);
  });

  it('is asked for before it is forced', async () => {
    const polite = `trap 'echo bye > bye; exit 0' TERM; echo 1 > pids; sleep 30 & wait`;
    const controller = new AbortController();
    const delivery = tell(polite, { graceMs: 500 }, controller.signal);
    await pids(1);
    controller.abort('stop');
    await expect(delivery).rejects.toBe('stop');
    expect(written('bye')).toBe('bye\n');
  });
});
