/** What the sealed room shows and lets write, as the steps that build it, and those as a command line of bubblewrap's. Pure. */

/** `none` is no room at all: the command runs in the caller's own system. */
export type Isolation = 'bwrap' | 'unshare' | 'none';

export interface Caller {
  readonly uid: number;
  readonly gid: number;
}

/** What of the operating system there is to show (system.ts finds it). */
export interface SystemPlaces {
  /** Directories and files, shown read-only. */
  readonly shown: readonly string[];
  /** Symbolic links to make again: path → target. */
  readonly links: Readonly<Record<string, string>>;
  /** Places inside the shown ones that stay empty, because the caller's credentials may be in them. */
  readonly hidden: Readonly<Record<string, 'directory' | 'file'>>;
  /** Parts of /proc that root could write even without capabilities. */
  readonly frozen: readonly string[];
  /** Whoever runs the tool is also who the client runs as. */
  readonly caller: Caller;
}

export interface RoomLayout {
  readonly system: SystemPlaces;
  /** Absolute real paths beyond the system, visible read-only: node, the tool, the store. Nothing beside them is. */
  readonly readOnly: readonly string[];
  /** The writable places, all empty at the start. */
  readonly home: string;
  readonly work: string;
  readonly temporary: string;
  readonly sharedMemory: string;
  /** How much each writable place can hold. */
  readonly writableBytes: number;
}

export interface RoomCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** What is to start `file`, if not the tool itself. */
  readonly through?: readonly string[];
}

/** One thing to do while the room is built, in order. */
export type RoomStep =
  | { readonly kind: 'show'; readonly path: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'hide'; readonly path: string; readonly what: 'directory' | 'file' }
  | { readonly kind: 'proc' }
  | { readonly kind: 'freeze'; readonly path: string }
  | { readonly kind: 'devices' }
  | { readonly kind: 'writable'; readonly path: string; readonly mode: string; readonly bytes: number };

/** The writable places of a sealed room. They have the same names on every machine, so that no log tells them apart. */
export const ROOM_PLACES = {
  home: '/probe/home',
  work: '/probe/work',
  temporary: '/tmp',
  sharedMemory: '/dev/shm',
} as const;

const DEFAULT_WRITABLE_BYTES = 256 * 1024 * 1024;

/** The layout of a sealed room. */
export function sealedLayout(
  system: SystemPlaces,
  readOnly: readonly string[],
  writableBytes = DEFAULT_WRITABLE_BYTES,
): RoomLayout {
  return { system, readOnly, ...ROOM_PLACES, writableBytes };
}

/**
 * The steps in the one order that works: a later mount covers an earlier one, and what the tool shows may well lie below
 * the writable /tmp, so the writable places come before it.
 */
export function roomSteps(layout: RoomLayout): RoomStep[] {
  const { system } = layout;
  const bytes = layout.writableBytes;
  const writable = (path: string, mode: string): RoomStep => ({ kind: 'writable', path, mode, bytes });
  return [
    ...system.shown.map((path): RoomStep => ({ kind: 'show', path })),
    ...Object.entries(system.links).map(([path, target]): RoomStep => ({ kind: 'link', path, target })),
    ...Object.entries(system.hidden).map(([path, what]): RoomStep => ({ kind: 'hide', path, what })),
    { kind: 'proc' },
    ...system.frozen.map((path): RoomStep => ({ kind: 'freeze', path })),
    { kind: 'devices' },
    writable(layout.home, '0700'),
    writable(layout.work, '0700'),
    writable(layout.temporary, '1777'),
    writable(layout.sharedMemory, '1777'),
    ...outermost(layout.readOnly, system.shown).map((path): RoomStep => ({ kind: 'show', path })),
  ];
}

/** The paths that no other path, and nothing already shown, contains. */
function outermost(paths: readonly string[], shown: readonly string[]): string[] {
  const unique = [...new Set(paths)];
  const isCovered = (path: string): boolean =>
    shown.includes(path) || [...shown, ...unique].some((outer) => path.startsWith(`${outer}/`));
  return unique.filter((path) => !isCovered(path));
}

/** Where programs of the system are, on every machine alike. */
export const SYSTEM_PATH =
  '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin';

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
 * The command of bubblewrap (0.7 or newer, for `--size`) that takes the steps and then runs `argv` in `cwd`.
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
  if (step.kind === 'hide' && step.what === 'file') return ['--ro-bind', '/dev/null', step.path];
  if (step.kind === 'hide') return ['--size', '4096', '--tmpfs', step.path, '--remount-ro', step.path];
  return ['--ro-bind', step.path, step.path];
}
