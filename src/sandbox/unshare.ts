/**
 * The room built with util-linux alone, for machines without bubblewrap: `unshare` makes the namespaces, a shell script
 * fills them, and `setpriv` takes the rights away again. Pure.
 */
import { type Caller, type RoomCommand, type RoomStep, SYSTEM_PATH } from './steps.js';

/**
 * Arguments: user and group to return to, the working directory, the steps, `--`, the command. The new root grows below /sys,
 * a directory that every Linux has and no room shows.
 */
const SCRIPT = `
set -eu
PATH=${SYSTEM_PATH}
uid=$1 gid=$2 work=$3 root=/sys/room
shift 3

command -v ip >/dev/null || { echo 'ip (package iproute2) is needed to bring the loopback up' >&2; exit 1; }
ip link set lo up
# sethostname(2) has no file that an ordinary user may write; without the program the name stays, and tells nobody much.
hostname room 2>/dev/null || :

folder() { [ -d "$1" ] || mkdir -p "$1"; }

show() {
  folder "\${2%/*}"
  if [ -d "$1" ]; then folder "$2"; else : >"$2"; fi
  mount --rbind "$1" "$2"
}

freeze() {
  mount --bind "$1" "$1"
  mount -o remount,bind,ro,nosuid,nodev,noexec "$1"
}

devices() {
  folder "$1/pts"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,nosuid,noexec devpts "$1/pts"
  ln -s pts/ptmx /proc/self/fd "$1"
  ln -s fd/0 "$1/stdin"
  ln -s fd/1 "$1/stdout"
  ln -s fd/2 "$1/stderr"
  for name in null zero full random urandom tty; do
    : >"$1/$name"
    mount --bind "/dev/$name" "$1/$name"
  done
}

mount -t tmpfs tmpfs /sys
mkdir $root
mount -t tmpfs -o size=16m,mode=0755,nosuid,nodev tmpfs $root
writable=
while [ "$1" != -- ]; do
  case $1 in
    show) show "$2" "$root$2"; shift 2 ;;
    link) at=$root$2; folder "\${at%/*}"; ln -s "$3" "$at"; shift 3 ;;
    hide-directory) mount -t tmpfs -o ro,size=4096,nosuid,nodev tmpfs "$root$2"; shift 2 ;;
    hide-file) mount --bind /dev/null "$root$2"; shift 2 ;;
    proc) mkdir $root/proc; mount -t proc -o nosuid,nodev,noexec proc $root/proc; shift ;;
    freeze) freeze "$root$2"; shift 2 ;;
    devices) devices $root/dev; shift ;;
    writable)
      folder "$root$2"
      mount -t tmpfs -o "mode=$3,size=$4,nosuid,nodev" tmpfs "$root$2"
      writable="$writable $root$2"
      shift 4 ;;
  esac
done
shift

# A bind mount starts with the rights of its source, and so does everything mounted below that. The other options may be
# locked, so each mount keeps its own. (mountinfo: id, parent, device, root, mount point with octal escapes, options, …)
while read -r _ _ _ _ point options _; do
  case $point in *\\\\*) point=$(printf %b "$(printf %s "$point" | sed 's/\\\\/\\\\0/g')") ;; esac
  case "$writable $root " in *" $point "*) continue ;; esac
  case $point in
    $root/dev/pts | $root/proc | $root/proc/*) ;;
    # Read-only they can be used as ever; their modes and times belong to the host.
    $root/dev/*) mount -o "remount,bind,$options,ro" "$point" ;;
    $root/*) mount -o "remount,bind,$options,nosuid,nodev,ro" "$point" ;;
  esac
done </proc/self/mountinfo

mkdir $root/.outside
cd $root
pivot_root . .outside
cd /
umount -l /.outside
rmdir /.outside
mount -o remount,bind,ro,nosuid,nodev /
cd "$work"

# PID 1 is a shell without rights that only waits: it reaps orphans, and no signal from inside reaches it.
set -- sh -c '"$@"; exit $?' room "$@"
if [ "$uid" = 0 ]; then
  exec setpriv --no-new-privs --inh-caps=-all --ambient-caps=-all --bounding-set=-all -- "$@"
fi
exec unshare --user --map-user="$uid" --map-group="$gid" -- setpriv --no-new-privs -- "$@"
`;

const NAMESPACES = ['--mount', '--net', '--pid', '--ipc', '--uts'];

/** The command that takes the steps and then runs `argv` in `cwd`. It dies with the process that started it. */
export function unshareCommand(
  steps: readonly RoomStep[],
  caller: Caller,
  cwd: string,
  argv: readonly string[],
): RoomCommand {
  const user = caller.uid === 0 ? [] : ['--user', '--map-root-user'];
  const unshare = ['unshare', ...user, ...NAMESPACES, '--fork', '--kill-child', '--'];
  const script = ['sh', '-c', SCRIPT, 'room', String(caller.uid), String(caller.gid), cwd];
  const room = [...script, ...steps.flatMap(scriptArguments), '--', ...argv];
  return { file: 'setpriv', args: ['--pdeathsig', 'KILL', '--', ...unshare, ...room] };
}

function scriptArguments(step: RoomStep): string[] {
  if (step.kind === 'link') return ['link', step.path, step.target];
  if (step.kind === 'hide') return [`hide-${step.what}`, step.path];
  if (step.kind === 'writable') return ['writable', step.path, step.mode, String(step.bytes)];
  return 'path' in step ? [step.kind, step.path] : [step.kind];
}
