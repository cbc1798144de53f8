/** What of this machine's operating system a room shows. Reads the file system. */
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, relative, sep } from 'node:path';
import { BisectError, systemCode } from '../errors.js';
import { ROOM_PLACES, type RoomCommand, SYSTEM_PATH, type SystemPlaces } from './steps.js';

/**
 * Programs and libraries. Not the whole root: /home and /root hold the caller's files; /run and /var the sockets of
 * docker, D-Bus and the ssh agent, each a way out; /opt, /srv and /mnt whatever the machine's owner put there. Of /nix
 * and /gnu the stores only, since their daemons listen beside them. /home/linuxbrew/.linuxbrew is the prefix of
 * Homebrew on Linux, the same on every machine, and no user's home.
 */
const PROGRAMS = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
  '/gnu/store',
  '/run/current-system',
  '/snap',
  '/home/linuxbrew/.linuxbrew/Cellar',
  '/home/linuxbrew/.linuxbrew/lib',
  '/home/linuxbrew/.linuxbrew/opt',
];

/**
 * What programs look up in /etc. Not all of it: beside secrets (shadow, host keys, ssl/private) it holds the settings that
 * the machine's owner enforces on clients (/etc/claude-code, /etc/npmrc), which would change what a probe observes.
 */
const SETTINGS = [
  'alternatives',
  'ca-certificates',
  'group',
  'hosts',
  'ld.so.cache',
  'localtime',
  'nsswitch.conf',
  'os-release',
  'passwd',
  'pki/ca-trust',
  'pki/tls/certs',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
  'static',
  'terminfo',
  'timezone',
].map((name) => `/etc/${name}`);

/** Where npm keeps its global settings, with tokens in them, when its prefix is /usr/local or /usr. */
const HIDDEN = ['/usr/local/etc', '/usr/etc/npmrc'];

/** Writable for root by its user id alone; `kernel/core_pattern` in /proc/sys would even start programs outside. */
const FROZEN = ['sys', 'sysrq-trigger', 'fs', 'irq', 'bus', 'acpi', 'scsi'].map((name) => `/proc/${name}`);

type Look = (path: string, options: { readonly throwIfNoEntry: false }) => object | undefined;

/** What is below a folder that the caller may not enter (a service's /home) is as good as absent: no room could show it. */
const isPresent = (path: string, look: Look): boolean => {
  try {
    return look(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
};

/** Looks at the machine once; the answer is good for every room of this run. */
export function systemPlaces(look: Look = lstatSync): SystemPlaces {
  const present = [...PROGRAMS, ...SETTINGS].filter((path) => isPresent(path, look));
  const links = present.filter((path) => lstatSync(path).isSymbolicLink());
  return {
    shown: present.filter((path) => !links.includes(path)),
    links: Object.fromEntries(links.map((path) => [path, readlinkSync(path)])),
    hidden: Object.fromEntries(HIDDEN.filter((path) => existsSync(path)).map((path) => [path, kindOf(path)])),
    frozen: FROZEN.filter((path) => existsSync(path)),
    caller: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
  };
}

const kindOf = (path: string) => (lstatSync(path).isDirectory() ? 'directory' : 'file');

/** The absolute path of a program, by the caller's PATH and then the system's; the name itself if it is nowhere. */
export function findProgram(name: string, searchPath = process.env['PATH'] ?? ''): string {
  const directories = [...searchPath.split(delimiter), ...SYSTEM_PATH.split(delimiter)].filter(
    (path) => path !== '',
  );
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path)) ?? name;
}

/** The command line of a room, its programs looked up. */
export function lookedUp({ file, args, through = [] }: RoomCommand): [string, string[]] {
  const [first = '', ...rest] = [...through, findProgram(file), ...args];
  return [findProgram(first), rest];
}

/** Neither these nor what they are in: settings, sockets and other people's files, or what a room has of its own. */
const NEVER_IN_SIGHT = ['/home', '/root', '/run', '/etc', '/var', '/proc', '/sys', '/dev'];
/** Nothing below these either. `/proc/1` of the caller would be a way out of the room. */
const NEVER_FROM = ['/run', '/etc', '/proc', '/sys', '/dev'];
/** But for what is below these: other people's folders, and those of removable disks. */
const ORDINARY = ['/dev/shm', '/run/media'];

/**
 * The real path of the folder in which an oracle is to be run: the room shows it to the client under that name.
 * @throws BisectError `BAD_OPTION` if a room may not show it, or it is not there
 */
export function showableDirectory(directory: string, home = homedir()): string {
  const real = realPathOr(directory, (cause) => {
    throw refused(directory, 'which is not there', '', cause);
  });
  const shown = ': the room shows that folder to the client';
  // A home folder that is not there has nothing to show.
  if (
    isWithin(
      realPathOr(home, () => home),
      real,
    )
  )
    throw refused(directory, 'with your home folder in sight', shown);
  const isOrdinary = ORDINARY.some((place) => real !== place && isWithin(real, place));
  const hidden =
    [...NEVER_IN_SIGHT, ...Object.values(ROOM_PLACES)].find((place) => isWithin(place, real)) ??
    NEVER_FROM.find((place) => !isOrdinary && isWithin(real, place));
  if (hidden !== undefined) throw refused(directory, `with ${hidden} of this machine in sight`, shown);
  return real;
}

/** By the names of folders: `..x` is one like any other. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

function realPathOr(path: string, otherwise: (cause: unknown) => string): string {
  try {
    return realpathSync(path);
  } catch (cause) {
    return otherwise(cause);
  }
}

const refused = (directory: string, why: string, explained: string, cause?: unknown) =>
  new BisectError('BAD_OPTION', `the oracle would be run in ${directory}, ${why}`, {
    hint: `run it from a folder that holds the command and what it needs${explained}`,
    facts: { directory, ...(cause !== undefined && { code: systemCode(cause) }) },
    cause,
  });
