/** A mount namespace of the test's own: disks that are full or read-only, for the bin alone. */
import { once } from 'node:events';
import { join } from 'node:path';
import { execa } from 'execa';

/** Root makes mounts as it is; anybody else does as root of a user namespace. */
const isRoot = process.getuid?.() === 0;

export interface Mounts {
  /** Put before a command line, it runs that in the namespace. */
  readonly wrapper: readonly string[];
  /** How a path of the namespace is reached from outside. */
  outside(path: string): string;
  close(): Promise<void>;
}

/** Makes a namespace and carries out `script` in it: shell, with `args` as its arguments. */
export async function makeMounts(script: string, ...args: string[]): Promise<Mounts> {
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  const shell = ['sh', '-c', `set -e\n${script}\necho made\nexec cat`, 'mounts', ...args];
  const keeper = execa('unshare', [...user, '--mount', ...shell], {
    reject: false,
    buffer: { stdout: false },
  });
  const made = await Promise.race([once(keeper.stdout, 'data').then(() => true), keeper.then(() => false)]);
  if (!made) throw new Error(`no mounts could be made: ${(await keeper).stderr}`);
  const target = ['--target', String(keeper.pid), '--mount'];
  return {
    wrapper: ['nsenter', ...target, ...(isRoot ? [] : ['--user', '--preserve-credentials']), '--'],
    outside: (path) => join(`/proc/${keeper.pid}/root`, path),
    close: async () => {
      keeper.stdin.end();
      await keeper;
    },
  };
}
