import { BisectError, systemCode } from '../errors.js';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const REFUSED = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EEXIST', 'ELOOP']);

const SHORT = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** Whether an error tells that this process is short of something, and nothing of the file that it wanted. */
export function isShortage(error: unknown): boolean {
  return SHORT.has(systemCode(error) ?? '');
}

/**
 * Runs file-system work of the store and gives its failures the store's words.
 *
 * Wrap file-system calls alone: a socket refused with EACCES is none of the cache's fault.
 * @param dir the cache directory that the user knows
 * @throws {BisectError} DISK_FULL, CACHE_NOT_WRITABLE; anything else unchanged
 */
export async function onDisk<T>(dir: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inWords(error, dir);
  }
}

function inWords(error: unknown, dir: string): unknown {
  const code = systemCode(error);
  if (code !== undefined && FULL.has(code)) {
    return new BisectError('DISK_FULL', `The disk that holds the cache ${dir} is full (${code}).`, {
      hint: 'Make room with `mcp-bisect cache prune --all`, or name another place with --cache-dir.',
      facts: { dir, systemCode: code },
      cause: error,
    });
  }
  if (code !== undefined && REFUSED.has(code)) {
    return new BisectError('CACHE_NOT_WRITABLE', `The cache ${dir} cannot be written to (${code}).`, {
      hint: 'Make it writable, or name another place with --cache-dir.',
      facts: { dir, systemCode: code },
      cause: error,
    });
  }
  return error;
}
