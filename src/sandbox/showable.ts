/** Which folder of the caller's may be shown in a room as it is: none with secrets in it, and none in the place of the room's own. */
import { realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { relative, sep } from 'node:path';
import { BisectError, systemCode } from '../errors.js';
import { ROOM_PLACES } from './steps.js';

/** Neither these nor what they are in: settings, sockets and other people's files, or what a room has of its own. */
const NEVER_IN_SIGHT = [
  '/home',
  '/root',
  '/run',
  '/etc',
  '/var',
  '/proc',
  '/sys',
  '/dev',
  ...Object.values(ROOM_PLACES),
];
/** Nothing below these either. `/proc/1` of the caller would be a way out of the room. */
const NEVER_FROM = ['/run', '/etc', '/proc', '/sys', '/dev'];
/** But for what is below these: other people's folders, and those of removable disks. */
const ORDINARY = ['/dev/shm', '/run/media'];

/**
 * The real path of the folder in which an oracle is to be run: the room shows it to the client under that name.
 * @throws BisectError `BAD_OPTION` if a room may not show it, or it is not there
 */
export function showableDirectory(directory: string, home = homedir()): string {
  const real = realPathOf(directory);
  if (isWithin(realPathOrSame(home), real)) throw refused(directory, 'with your home folder in sight');
  const hidden = NEVER_IN_SIGHT.find((place) => isWithin(place, real)) ?? notFrom(real);
  if (hidden === undefined) return real;
  throw refused(directory, `with ${hidden} of this machine in sight`);
}

function notFrom(real: string): string | undefined {
  const isOrdinary = ORDINARY.some((place) => real !== place && isWithin(real, place));
  return isOrdinary ? undefined : NEVER_FROM.find((place) => isWithin(real, place));
}

/** By the names of folders: `..x` is one like any other. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

function realPathOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch (error) {
    throw new BisectError('BAD_OPTION', `the oracle would be run in ${directory}, which is not there`, {
      hint: 'run it from a folder that holds the command and what it needs',
      facts: { directory, code: systemCode(error) },
      cause: error,
    });
  }
}

/** A home folder that is not there has nothing to show. */
function realPathOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function refused(directory: string, why: string): BisectError {
  return new BisectError('BAD_OPTION', `the oracle would be run in ${directory}, ${why}`, {
    hint: 'run it from a folder that holds the command and what it needs: the room shows that folder to the client',
    facts: { directory },
  });
}
