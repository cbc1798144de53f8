import { readdir } from 'node:fs/promises';
import { BisectError, systemCode } from '../errors.js';
import type { ExecutableSource } from '../registry/releases.js';

/** Whether an error tells that this process is short of something, and nothing of the file that it wanted. */
export const isShortage = (error: unknown): boolean =>
  /^(?:EMFILE|ENFILE|ENOMEM)$/.test(systemCode(error) ?? '');

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

/** The names in a directory; none where there is no such directory. */
export async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

/**
 * A tarball that arrived as promised and cannot be used: fetching it again would not help.
 * @param what the end of the sentence "the tarball of x …"
 */
export function malformed(source: ExecutableSource, what: string, cause?: unknown): BisectError {
  return new BisectError('TARBALL_MALFORMED', `The tarball of ${named(source)} ${what}.`, {
    hint: 'Leave this release out, or try another registry with --registry.',
    facts: factsOf(source),
    cause,
  });
}

/** A tarball whose bytes are others than the registry promised: truncated, damaged or replaced on the way. */
export function mismatched(source: ExecutableSource, actual: string): BisectError {
  const message =
    `The tarball of ${named(source)} is not the one that the registry promised: ` +
    `expected ${shortened(source.integrity)}, got ${shortened(actual)}.`;
  return new BisectError('TARBALL_INTEGRITY', message, {
    hint: 'Run it again; if it stays so, a proxy or mirror in between alters tarballs: try another one with --registry.',
    facts: { ...factsOf(source), expected: source.integrity, actual },
  });
}

/** A promise that is no protection: an absent, illegible or weak integrity. */
export function unprotected(source: ExecutableSource): BisectError {
  const offered = shortened(source.integrity.trim()) || 'none';
  const message = `The registry promises no sha512 integrity for ${named(source)} (it gives ${offered}), so its tarball cannot be trusted.`;
  return new BisectError('TARBALL_INTEGRITY', message, {
    hint: 'Try a registry that does with --registry, for example https://registry.npmjs.org/.',
    facts: { ...factsOf(source), integrity: source.integrity },
  });
}

const named = (source: ExecutableSource) => `${source.package}@${source.version}`;

const factsOf = ({ package: name, version, tarball }: ExecutableSource) => ({
  package: name,
  version,
  tarball,
});

const shortened = (integrity: string) => (integrity.length > 24 ? `${integrity.slice(0, 19)}…` : integrity);
