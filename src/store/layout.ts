import { createHash } from 'node:crypto';
import { access, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeDirectory } from '../make-directory.js';
import type { ExecutableSource } from '../registry/releases.js';
import { malformed, onDisk, unprotected } from './disk.js';

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

const SHA512 = /^sha512-([A-Za-z0-9+/]{86}==)(?:\?.*)?$/;

/**
 * Address of an executable: made from the tarball's content and from what is taken out of it, never from names that
 * a registry could give to something else tomorrow.
 * @throws {BisectError} TARBALL_INTEGRITY when nothing as strong as sha512 is promised; TARBALL_MALFORMED when the
 *   paths to take lead out of the tarball
 */
export function addressOf(source: ExecutableSource): Address {
  const digest = sha512Of(source.integrity);
  if (digest === undefined) throw unprotected(source);
  const wanted = [source.entry, ...source.companions].map((path) => {
    const inside = pathInside(path);
    if (inside === undefined) throw malformed(source, `is said to hold ${path}, which leads out of it`);
    return inside;
  });
  const [entry, ...companions] = new Set(wanted);
  const names = [entry, ...companions.toSorted()].join('\0');
  return {
    // 160 of 512 bits keep paths readable; the record in the directory holds the whole digest and is compared.
    key: `${digest.toString('hex').slice(0, 40)}-${createHash('sha256').update(names).digest('hex').slice(0, 12)}`,
    integrity: `sha512-${digest.toString('base64')}`,
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

function sha512Of(integrity: string): Buffer | undefined {
  // Subresource integrity may list several digests; npm writes one, and the first strong one is as good as any.
  for (const part of integrity.trim().split(/\s+/)) {
    const base64 = SHA512.exec(part)?.[1];
    if (base64 !== undefined) return Buffer.from(base64, 'base64');
  }
  return undefined;
}
