import { randomUUID } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BisectError, systemCode } from './errors.js';

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

/**
 * Runs file-system work in the cache and gives its failures their names.
 *
 * Wrap file-system calls alone: a socket refused with EACCES is none of the cache's fault.
 * @param dir the cache directory that the user knows
 * @throws {BisectError} DISK_FULL, CACHE_NOT_WRITABLE; anything else unchanged
 */
export async function onDisk<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = systemCode(cause) ?? '';
    const details = { facts: { dir, systemCode: code }, cause };
    if (/^(?:ENOSPC|EDQUOT|EFBIG)$/.test(code))
      throw new BisectError('DISK_FULL', `The disk that holds the cache ${dir} is full (${code}).`, {
        hint: 'Make room with `mcp-bisect cache prune --all`, or name another place with --cache-dir.',
        ...details,
      });
    if (/^(?:EROFS|EACCES|EPERM|ENOTDIR|EEXIST|ELOOP)$/.test(code))
      throw new BisectError('CACHE_NOT_WRITABLE', `The cache ${dir} cannot be written to (${code}).`, {
        hint: 'Make it writable, or name another place with --cache-dir.',
        ...details,
      });
    throw cause;
  }
}

/**
 * Puts a text in the place of a file. It is written beside it, and only then put in its place: a full disk or a killed process
 * leaves the old file. (write-file-atomic 7 does not look at how much was written, and puts half a file in the place of a whole
 * one when the disk is full.)
 * @param mode left out: what is usual
 * @throws the system's error
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
