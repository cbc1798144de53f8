import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { stateOf, thisProcess } from '../../src/store/owner.js';

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
