/** The folder that a room without isolation is: its home, work and temporary folder lie in it, and nothing else. */
import { lstatSync, mkdtempSync, realpathSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { BisectError, systemCode } from '../errors.js';
import { emptyDirectory } from './empty.js';

const PREFIX = 'mcp-bisect-room-';

/** Makes one. @returns its path, without links */
export const makeRoomFolder = (): string => mkdtempSync(join(realpathSync(tmpdir()), PREFIX));

/**
 * Removes all that is in it. Only when every process of the room has ended.
 * @throws BisectError `HOST_FAILED` if that is not possible, or if the client has put something else (a link) in its place
 */
export function emptyRoomFolder(folder: string): void {
  cleared(folder, () => emptyDirectory(folder, 0o700));
}

/**
 * The same, and removes the folder itself.
 * @throws BisectError as `emptyRoomFolder`
 */
export function removeRoomFolder(folder: string): void {
  cleared(folder, () => {
    emptyDirectory(folder, 0o700);
    rmdirSync(folder);
  });
}

function cleared(folder: string, clear: () => void): void {
  try {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (!found.isDirectory() || !basename(folder).startsWith(PREFIX))
      throw new Error('something else is there');
    clear();
  } catch (cause) {
    const why = systemCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new BisectError('HOST_FAILED', `the folder of a room, ${folder}, cannot be cleared (${why})`, {
      hint: 'remove it by hand; what a client has mounted below it has to be unmounted first',
      cause,
    });
  }
}
