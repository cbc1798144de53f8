import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BisectError } from '../../src/errors.js';
import { tellApart } from '../../src/nightly/telling.js';
import type { Told } from '../../src/nightly/telling.js';
import { never } from '../helpers/scripted.js';
import { folderForTest } from './setting.js';

const TOLD = { kind: 'told', id: 'a', channel: '--on-change', error: null, place: null };
const SAY_TOLD = `console.log(${JSON.stringify(JSON.stringify(TOLD))});`;

/** A process that does this instead of telling, and its pid once it has begun. */
function tellerOf(body: string) {
  const folder = folderForTest();
  const teller = join(folder, 'teller.mjs');
  const pidFile = join(folder, 'pid');
  const begin = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));`;
  writeFileSync(teller, `${begin}\n${body}\n`);
  return { teller, pid: () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0) };
}

async function tell(teller: string, signal = never, onTold: (told: Told) => void = () => {}) {
  const task = { cacheDir: '/nowhere', channels: [] };
  await tellApart(task, process.env, signal, onTold, teller);
}

const failureOf = async (body: string) => {
  const failure = await tell(tellerOf(body).teller).catch((error: unknown) => error);
  if (failure instanceof BisectError) return failure;
  throw new Error('It did not fail as it should.');
};

describe('a telling that goes well', () => {
  it('says what was told', async () => {
    const told: Told[] = [];
    await tell(tellerOf(SAY_TOLD).teller, never, (one) => told.push(one));
    expect(told).toEqual([TOLD]);
  });
});

describe('a telling that is interrupted', () => {
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it('ends with the reason, although it would never end by itself, and is not ended by it', async () => {
    const { teller, pid } = tellerOf(`${SAY_TOLD} setInterval(() => {}, 1000);`);
    onTestFinished(() => void process.kill(pid(), 'SIGKILL'));
    const stop = new AbortController();
    const reason = new BisectError('INTERRUPTED', 'enough');
    const onTold = () => void setTimeout(() => stop.abort(reason), 50);
    await expect(tell(teller, stop.signal, onTold)).rejects.toBe(reason);
    expect(isAlive(pid())).toBe(true);
  });

  it('before it said anything ends as well', async () => {
    const { teller, pid } = tellerOf('setInterval(() => {}, 1000);');
    onTestFinished(() => void process.kill(pid(), 'SIGKILL'));
    const stop = new AbortController();
    const telling = tell(teller, stop.signal);
    await vi.waitUntil(pid, { timeout: 60_000 });
    stop.abort(new Error('enough'));
    await expect(telling).rejects.toThrow('enough');
  });

  it('before it began is not begun', async () => {
    const { teller, pid } = tellerOf('');
    await expect(tell(teller, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
    expect(pid()).toBe(0);
  });
});

describe('a telling that comes to nothing', () => {
  it('fails as it says', async () => {
    const line = { kind: 'failed', code: 'DISK_FULL', message: 'no space left', hint: 'make room' };
    expect(
      await failureOf(`console.log(${JSON.stringify(JSON.stringify(line))}); process.exitCode = 1;`),
    ).toMatchObject({ code: 'DISK_FULL', message: 'no space left', hint: 'make room' });
  });

  it.each([
    ['a bug', 'throw new Error("bug");', 'exit code 1'],
    ['a signal', 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);', 'SIGKILL'],
  ])('by %s has told nobody', async (_, body, how) => {
    expect(await failureOf(body)).toMatchObject({
      code: 'NOT_DELIVERED',
      message: expect.stringContaining(how),
    });
  });
});
