import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a directory and those above it; content with one that is there.
 *
 * Not `mkdir` with `recursive`: that says ENOENT when the disk is full or read-only, and the user would look for the wrong thing;
 * below /proc it never comes to an end (seen with Node 20).
 * @throws the system's error of the first directory that cannot be made
 */
export function makeDirectory(path: string): void {
  const failed = tried(path);
  if (failed === undefined) return;
  const parent = dirname(path);
  if (Object(failed).code !== 'ENOENT' || isDirectory(parent)) throw failed;
  makeDirectory(parent);
  const again = tried(path);
  if (again !== undefined) throw again;
}

function tried(path: string): unknown {
  try {
    mkdirSync(path);
    return undefined;
  } catch (error) {
    // Where it exists, systems also say EISDIR, EROFS or EPERM instead of EEXIST: what counts is that it is there.
    return isDirectory(path) ? undefined : error;
  }
}

const isDirectory = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
