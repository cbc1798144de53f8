/** The room as a bubblewrap command line (0.7 or newer, for `--size`). Pure. */
import type { RoomCommand, RoomStep } from './steps.js';

/**
 * No user namespace is asked for: bubblewrap makes one by itself for everyone but root. The process that becomes PID 1
 * reaps orphans and cannot be killed or stopped from inside, so the outside can always end the room.
 */
const NAMESPACES = ['--unshare-net', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--hostname', 'room'];
const RESTRAINTS = ['--die-with-parent', '--new-session', '--cap-drop', 'ALL'];

/**
 * The devices in /dev are the machine's own, and root's: read-only they can be used as ever, and keep their modes and times.
 * bubblewrap can make them read-only only as files, so it finds them so.
 */
const WITH_FIXED_DEVICES = `
for name in null zero full random urandom tty; do
  mount --bind "/dev/$name" "/dev/$name" && mount -o remount,bind,ro "/dev/$name" || exit 1
done
exec "$@"`;

/**
 * The command that takes the steps and then runs `argv` in `cwd`.
 * @param isRoot whether the caller is root; to anyone else the devices do not belong
 */
export function bubblewrapCommand(
  steps: readonly RoomStep[],
  isRoot: boolean,
  cwd: string,
  argv: readonly string[],
): RoomCommand {
  const mounts = steps.flatMap(bubblewrapArguments);
  const seal = ['--remount-ro', '/dev', '--remount-ro', '/'];
  const args = [...NAMESPACES, ...RESTRAINTS, ...mounts, ...seal, '--chdir', cwd, '--', ...argv];
  const through = ['unshare', '--mount', '--', 'sh', '-c', WITH_FIXED_DEVICES, 'devices'];
  return { file: 'bwrap', args, ...(isRoot && { through }) };
}

function bubblewrapArguments(step: RoomStep): string[] {
  if (step.kind === 'proc') return ['--proc', '/proc'];
  if (step.kind === 'devices') return ['--dev', '/dev'];
  if (step.kind === 'link') return ['--symlink', step.target, step.path];
  if (step.kind === 'writable')
    return ['--perms', step.mode, '--size', String(step.bytes), '--tmpfs', step.path];
  if (step.kind === 'hide') return hidingArguments(step.path, step.what);
  return ['--ro-bind', step.path, step.path];
}

function hidingArguments(path: string, what: 'directory' | 'file'): string[] {
  if (what === 'file') return ['--ro-bind', '/dev/null', path];
  return ['--size', '4096', '--tmpfs', path, '--remount-ro', path];
}
