/** How a client's run ends, and what is kept of it. Without a room: what ends everything else is in lifetime.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientCommand, type ClientRun, runClient } from '../../src/sandbox/process.js';
import { CLIENTS, LIMITS } from './trial-room.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(argv: readonly string[], more: Partial<ClientCommand> = {}): Promise<ClientRun> {
  const env = { PATH: '/usr/bin:/bin', TMPDIR: folder };
  return runClient({ argv, env, cwd: folder, ...LIMITS, ...more });
}

describe('a program that starts', () => {
  test('exits with its code, and both streams are told apart', async () => {
    const result = await run([join(CLIENTS, 'shout.sh'), 'to stdout', 'to stderr', '7']);
    expect(result).toEqual({
      exit: { kind: 'exited', code: 7 },
      stdout: { text: 'to stdout', bytes: 9, capped: false },
      stderr: { text: 'to stderr', bytes: 9, capped: false },
      durationMs: expect.any(Number),
    });
  });

  test('sees only the environment it is given, and finds stdin closed', async () => {
    const { stdout } = await run(['/bin/sh', '-c', 'env; cat'], { env: { ONLY: 'this' } });
    expect(stdout.text.split('\n').filter((line) => !/^(PWD|_|SHLVL|OLDPWD)=/.test(line))).toEqual([
      'ONLY=this',
      '',
    ]);
  });

  test('is ended early when asked, at once or after a grace', async () => {
    for (const graceMs of [0, 100]) {
      const ending = new AbortController();
      const more = { signal: ending.signal, graceMs, onOutput: () => ending.abort() };
      const result = await run([join(CLIENTS, 'stubborn.sh'), `grace-${graceMs}`], more);
      expect(result).toMatchObject({ exit: { kind: 'ended' }, stdout: { text: 'waiting\n' } });
      expect(result.durationMs).toBeGreaterThanOrEqual(graceMs);
    }
  });

  test('may use its grace to say more', async () => {
    const ending = new AbortController();
    const polite = 'trap "echo flushed; exit 0" TERM; echo waiting; mkfifo polite; read -r _ <polite';
    const more = { signal: ending.signal, graceMs: 10_000, onOutput: () => ending.abort() };
    const { exit, stdout } = await run(['/bin/sh', '-c', polite], more);
    expect(exit).toEqual({ kind: 'ended' });
    expect(stdout.text).toBe('waiting\nflushed\n');
  });

  test('is announced with its process number', async () => {
    const starts: number[] = [];
    const { stdout } = await run(['/bin/sh', '-c', 'echo $$'], { onStart: (pid) => starts.push(pid) });
    expect(starts).toEqual([Number(stdout.text)]);
  });
});

describe('output', () => {
  test('is kept up to the limit of each stream, and said to be capped', async () => {
    const { stdout, stderr } = await run(['/bin/sh', '-c', 'printf 123456; printf 1234 >&2'], {
      outputBytes: 5,
    });
    expect(stdout).toEqual({ text: '12345', bytes: 6, capped: true });
    expect(stderr).toEqual({ text: '1234', bytes: 4, capped: false });
  });

  test('is never cut within a character', async () => {
    const { stdout } = await run(['/bin/sh', '-c', 'printf "añb€c"'], { outputBytes: 5 });
    expect(stdout).toEqual({ text: 'añb', bytes: 8, capped: true });
  });

  test('that ends within a character shows it', async () => {
    const { stdout } = await run(['/bin/sh', '-c', String.raw`printf 'a\342\202'`]);
    expect(stdout).toEqual({ text: 'a\ufffd', bytes: 3, capped: false });
  });

  test('is handed on as it comes, in whole characters and no further than it is kept', async () => {
    const parts: string[] = [];
    const onOutput = (stream: string, text: string): void => void parts.push(`${stream}: ${text}`);
    const { stdout } = await run(['/bin/sh', '-c', 'printf "€uro and more"; printf e >&2'], {
      outputBytes: 6,
      onOutput,
    });
    expect(stdout.text).toBe('€uro');
    expect(parts.toSorted()).toEqual(['stderr: e', 'stdout: €uro']);
  });

  test('of several hundred megabytes ends the program and costs no memory', async () => {
    const before = process.memoryUsage().rss;
    const flood = ['/bin/sh', '-c', 'exec head -c 400000000 /dev/zero'];
    const { exit, stdout } = await run(flood, { outputBytes: 1000, floodBytes: 300_000_000 });
    expect(exit).toMatchObject({ kind: 'flooded' });
    expect(stdout).toMatchObject({ capped: true, text: '\0'.repeat(1000) });
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });

  test('written just before the exit is all there', async () => {
    const { stdout } = await run(['/bin/sh', '-c', 'exec head -c 150000 /dev/zero'], {
      outputBytes: 1_000_000,
    });
    expect(stdout.bytes).toBe(150_000);
  });
});
