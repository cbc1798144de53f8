import { createHash } from 'node:crypto';
import { access, constants, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeDirectory, onDisk } from '../disk.js';
import { BisectError, systemCode } from '../errors.js';
import type { ExecutableSource } from '../registry/releases.js';

/**
 * The directories of a store. The version in the name is that of this layout: a future one lies beside it, so that an
 * old and a new tool can share a cache.
 *
 *     v1/content/<2>/<51>/entry.json     what it is, with the digest of every file
 *     v1/content/<2>/<51>/files/…        the files, placed as in the tarball
 *     v1/temporary/<label>~<owner>~<n>/  being written or removed by a process
 *     v1/leases/<key>~<owner>~<n>        in use by a process
 *     v1/claims/<key>~<owner>~<n>        about to be removed by a process
 */
export interface Layout {
  /** The directory that the user named. */
  readonly dir: string;
  readonly content: string;
  readonly temporary: string;
  readonly leases: string;
  readonly claims: string;
}

/**
 * Makes the directories where they are missing. Writes no file, so that a full disk can still be opened for pruning.
 * @throws {BisectError} CACHE_NOT_WRITABLE, DISK_FULL
 */
export async function openLayout(dir: string): Promise<Layout> {
  const root = join(resolve(dir), 'v1');
  const layout = {
    dir: resolve(dir),
    content: join(root, 'content'),
    temporary: join(root, 'temporary'),
    leases: join(root, 'leases'),
    claims: join(root, 'claims'),
  };
  await onDisk(layout.dir, async () => {
    for (const each of [layout.content, layout.temporary, layout.leases, layout.claims]) {
      makeDirectory(each);
      await access(each, constants.W_OK);
    }
  });
  return layout;
}

/** Directory of the executable with this key, whether or not it is there. */
export function homeOf(layout: Layout, key: string): string {
  return join(layout.content, key.slice(0, 2), key.slice(2));
}

/** Where in the store an executable is, and what must be true of it. */
export interface Address {
  /** Name of it in the store: file-name safe, 53 characters. */
  readonly key: string;
  /** The one digest that the tarball must have: `sha512-` and base64. */
  readonly integrity: string;
  /** Normalized tarball paths to take; the first is the executable. */
  readonly wanted: readonly string[];
}

/**
 * Address of an executable: made from the tarball's content and from what is taken out of it, never from names that
 * a registry could give to something else tomorrow.
 * @throws {BisectError} TARBALL_MALFORMED when the paths to take lead out of the tarball
 */
export function addressOf(source: ExecutableSource): Address {
  const digest = Buffer.from(source.integrity.replace('sha512-', ''), 'base64').toString('hex');
  const wanted = [source.entry, ...source.companions].map((path) => {
    const inside = pathInside(path);
    if (inside === undefined) throw malformed(source, `is said to hold ${path}, which leads out of it`);
    return inside;
  });
  const [entry, ...companions] = new Set(wanted);
  const names = [entry, ...companions.toSorted()].join('\0');
  return {
    // 160 of 512 bits keep paths readable; the record in the directory holds the whole digest and is compared.
    key: `${digest.slice(0, 40)}-${createHash('sha256').update(names).digest('hex').slice(0, 12)}`,
    integrity: source.integrity,
    wanted: [...new Set(wanted)],
  };
}

/**
 * A tarball path in plain form (`./a//b` is `a/b`), or undefined where it is absolute, climbs with `..`, or is written
 * for another system (`C:`, backslashes).
 */
export function pathInside(path: string): string | undefined {
  if (/^[/\\]|^[A-Za-z]:|[\\\0]/.test(path)) return undefined;
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') ? undefined : parts.join('/');
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

const named = (source: ExecutableSource) => `${source.package}@${source.version}`;

const factsOf = ({ package: name, version, tarball }: ExecutableSource) => ({
  package: name,
  version,
  tarball,
});

const shortened = (integrity: string) => (integrity.length > 24 ? `${integrity.slice(0, 19)}…` : integrity);
