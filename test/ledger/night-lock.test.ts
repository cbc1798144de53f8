import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takeLock, type Lock } from '../../src/ledger/database.js';
import { folderForTest } from '../nightly/setting.js';

const taken = (folder: string, name = 'nightly', waitMs?: number): Lock => {
  const lock = takeLock(folder, name, waitMs);
  if (!lock) throw new Error(`${name} is taken`);
  return lock;
};

describe('a lock', () => {
  it('is held by one at a time, until it is released', () => {
    const folder = folderForTest();
    const lock = taken(folder);
    expect(takeLock(folder, 'nightly')).toBeUndefined();
    lock.release();
    taken(folder).release();
  });

  it('is no other lock', () => {
    const [folder, other] = [folderForTest(), folderForTest()];
    const locks = [takeLock(folder, 'nightly'), takeLock(folder, 'telling'), takeLock(other, 'nightly')];
    expect(locks.filter((lock) => lock === undefined)).toEqual([]);
    for (const lock of locks) lock?.release();
  });

  it('makes the folder that it lies in, and leaves an empty file', () => {
    const folder = join(folderForTest(), 'cache');
    taken(folder).release();
    expect(readdirSync(folder)).toEqual(['nightly.lock']);
    expect(statSync(join(folder, 'nightly.lock')).size).toBe(0);
  });

  it('is waited for as long as it was said, and no longer', () => {
    const folder = folderForTest();
    const lock = taken(folder);
    const began = performance.now();
    expect(takeLock(folder, 'nightly', 60)).toBeUndefined();
    expect(performance.now() - began).toBeGreaterThan(50);
    lock.release();
  });

  it('goes to the process that waits for it', async () => {
    const folder = folderForTest();
    const lock = taken(folder);
    const child = holder(folder, 10_000);
    await saidBy(child, 'asks');
    lock.release();
    await saidBy(child, 'held');
    expect(takeLock(folder, 'nightly')).toBeUndefined();
    child.kill('SIGKILL');
  });

  it('ends with the process that holds it, however that ends', async () => {
    const folder = folderForTest();
    const child = holder(folder, 0);
    await saidBy(child, 'held');
    expect(takeLock(folder, 'nightly')).toBeUndefined();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(takeLock(folder, 'nightly')).toBeDefined();
  });

  it('that cannot be taken, because its folder is a file, is an error', () => {
    const file = join(folderForTest(), 'file');
    writeFileSync(file, '');
    expect(() => takeLock(file, 'nightly')).toThrow(expect.objectContaining({ code: 'CACHE_NOT_WRITABLE' }));
  });
});

/** A process that takes the lock and keeps it until it is killed. It says `asks`, and then `held` or `not held`. */
function holder(folder: string, waitMs: number): ChildProcess {
  const module = fileURLToPath(new URL('../../dist/ledger/database.js', import.meta.url));
  const script = `
    import { takeLock } from ${JSON.stringify(module)};
    import { writeSync } from 'node:fs';
    writeSync(1, 'asks\\n');
    const lock = takeLock(${JSON.stringify(folder)}, 'nightly', ${waitMs});
    writeSync(1, lock ? 'held\\n' : 'not held\\n');
    setInterval(() => lock, 60_000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function saidBy({ stdout }: ChildProcess, line: string): Promise<void> {
  let said = '';
  while (!said.split('\n').includes(line)) said += String((await once(stdout as Readable, 'data'))[0]);
}
