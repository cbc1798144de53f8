import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../errors.js';

/**
 * Makes a directory and those above it; content with one that is there.
 *
 * Not `mkdir` with `recursive`: that says ENOENT when the disk is full or read-only (seen with Node 20), and the user
 * would look for the wrong thing.
 * @throws the system's error of the first directory that cannot be made
 */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeDirectory(dirname(path));
      // Another process may have been faster.
      return makeDirectory(path);
    }
    // Where it exists, systems also say EISDIR, EROFS or EPERM instead of EEXIST: what counts is that it is there.
    if (!(await isDirectory(path))) throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts?.isDirectory() === true;
}
