/** Programs that cannot start are told from those that fail, with a terminal and without one. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runClient } from '../../src/sandbox/process.js';
import { runInTerminal } from '../../src/sandbox/terminal.js';
import { LIMITS } from './trial-room.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'not-started-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Node itself, with the mark of another machine. */
function foreign(): Buffer {
  const header = readFileSync(process.execPath).subarray(0, 4096);
  header.writeUInt16LE(0xf3 === header.readUInt16LE(18) ? 0x3e : 0xf3, 18);
  return header;
}

describe.each([
  ['without a terminal', runClient],
  [
    'at a terminal',
    (command: Parameters<typeof runClient>[0]) =>
      runInTerminal({ ...command, columns: 80, rows: 10, steps: [] }),
  ],
] as const)('%s, it is said that a program', (_title, run) => {
  const command = () => ({ env: { PATH: '/usr/bin:/bin' }, cwd: folder, ...LIMITS });

  test.each<[why: string, contents: string | (() => Buffer), mode: number, code: string]>([
    ['may not be executed', '#!/bin/sh\n', 0o644, 'EACCES'],
    // No shell is asked to try.
    ['is not a program for this system', 'echo a shell ran this\n', 0o755, 'ENOEXEC'],
    ['is not a program for this system', '', 0o755, 'ENOEXEC'],
    ['is not a program for this system', '\u007fELF', 0o755, 'ENOEXEC'],
    ['is not a program for this system', foreign, 0o755, 'ENOEXEC'],
    ['needs an interpreter or loader that is not there', '#!/absent/interpreter\n', 0o755, 'ENOENT'],
  ])('%s (%j)', async (why, contents, mode, code) => {
    const path = join(folder, 'program');
    rmSync(path, { force: true });
    writeFileSync(path, typeof contents === 'string' ? contents : contents());
    chmodSync(path, mode);
    const { exit, stdout } = await run({ argv: [path], ...command() });
    expect(exit).toEqual({ kind: 'not-started', code, message: `program ${why} (${code})` });
    expect(stdout.text).not.toContain('a shell ran this');
  });

  test('is not there, or that there is none', async () => {
    const { exit } = await run({ argv: [join(folder, 'absent')], ...command() });
    expect(exit).toEqual({ kind: 'not-started', code: 'ENOENT', message: 'absent is not there (ENOENT)' });
    expect((await run({ argv: [], ...command() })).exit).toMatchObject({ kind: 'not-started' });
  });

  test('is not started when it is to end already', async () => {
    const starts: number[] = [];
    const onStart = (pid: number) => starts.push(pid);
    const { exit } = await run({ argv: ['/bin/true'], ...command(), signal: AbortSignal.abort(), onStart });
    expect([exit, starts]).toEqual([{ kind: 'ended' }, []]);
  });
});
