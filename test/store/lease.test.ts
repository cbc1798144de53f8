import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLayout } from '../../src/store/layout.js';
import { leasedKeys, leaveMark, stateOf, sweep, takeLease, thisProcess } from '../../src/store/lease.js';
import { scratch } from './workbench.js';

describe('a lease', () => {
  it('counts until it is given back, and several on the same count until the last is', async () => {
    const layout = await openLayout(await scratch());
    const first = await takeLease(layout, 'key');
    const second = await takeLease(layout, 'key');
    await first();
    expect(await leasedKeys(layout)).toEqual(new Set(['key']));
    await second();
    expect(await leasedKeys(layout)).toEqual(new Set());
  });

  it('waits until a removal that came first is over', async () => {
    const layout = await openLayout(await scratch());
    const claim = await leaveMark(layout.claims, 'key');
    let taken = false;
    const taking = takeLease(layout, 'key').then((release) => {
      taken = true;
      return release;
    });
    // The lease's own mark shows that it has begun to wait.
    while ((await readdir(layout.leases)).length === 0) continue;
    expect(taken).toBe(false);
    await rm(claim);
    await (
      await taking
    )();
  });

  it('is refused as busy when a removal does not end', async () => {
    const layout = await openLayout(await scratch());
    await leaveMark(layout.claims, 'key');
    await expect(takeLease(layout, 'key', 5)).rejects.toMatchObject({
      code: 'CACHE_BUSY',
      message: expect.stringContaining(layout.dir),
    });
    expect(await leasedKeys(layout)).toEqual(new Set());
  });
});

describe('what ended processes left', () => {
  const [pid = '', start = '', place = ''] = thisProcess().split('.');
  const dead = `${pid}.${start}0.${place}`;
  const elsewhere = `${pid}.${start}.00000000`;

  it('counts no more, although its process id lives again, and is cleared', async () => {
    const dir = await scratch();
    const layout = await openLayout(dir);
    await writeFile(join(layout.leases, `key~${dead}~1`), '');
    expect(await leasedKeys(layout)).toEqual(new Set());
    await sweep(layout);
    expect(await readdir(layout.leases)).toEqual([]);
  });

  it('counts for a day when nobody here can tell, as from another container', async () => {
    const dir = await scratch();
    const layout = await openLayout(dir);
    const lease = join(layout.leases, `key~${elsewhere}~1`);
    await writeFile(lease, '');
    await openLayout(dir);
    expect(await leasedKeys(layout)).toEqual(new Set(['key']));
    const yesterday = new Date(Date.now() - 25 * 3_600_000);
    await utimes(lease, yesterday, yesterday);
    expect(await leasedKeys(layout)).toEqual(new Set());
    await sweep(layout);
    expect(await readdir(layout.leases)).toEqual([]);
  });
});

const [, start = '', place = ''] = thisProcess().split('.');

it('this process is alive', () => {
  expect(stateOf(thisProcess())).toBe('alive');
});

it('a process is alive until it ends', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  const owner = `${child.pid}.unknown.${place}`;
  expect(stateOf(owner)).toBe('alive');
  child.stdin.end();
  await once(child, 'close');
  expect(stateOf(owner)).toBe('dead');
});

it.runIf(process.platform === 'linux')(
  'a process that ended and was not fetched by its parent is dead',
  async () => {
    // A child of the shell; and `cat`, which the shell becomes, fetches nobody.
    const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec cat']);
    const [line] = await once(parent.stdout, 'data');
    const pid = String(line).trim();
    parent.stdin.write('are you cat?');
    await once(parent.stdout, 'data');
    process.kill(Number(pid), 'SIGKILL');
    let stat: string[] = [];
    while (stat[0] !== 'Z')
      stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
    const [boot = ''] = start.split('-');
    expect(stateOf(`${pid}.${boot}-${stat[19]}.${place}`)).toBe('dead');
    parent.stdin.end();
    await once(parent, 'close');
  },
);

it('another process with the same id is not it', () => {
  expect(stateOf(`${process.pid}.${start}1.${place}`)).toBe('dead');
});

it.each(['', 'nonsense', `x.${start}.${place}`, `${process.pid}.${start}.elsewhere`])(
  'of %j nobody here can tell',
  (owner) => {
    expect(stateOf(owner)).toBe('foreign');
  },
);
