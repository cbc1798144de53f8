import { access, constants } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { onDisk } from './disk.js';
import { makeDirectory } from './make-directory.js';
import { sweep } from './mark.js';

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
 * Makes the directories where they are missing, and clears what processes left that ended without a farewell.
 * Writes no file, so that a full disk can still be opened for pruning.
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
      await makeDirectory(each);
      await access(each, constants.W_OK);
    }
    await Promise.all([layout.temporary, layout.leases, layout.claims].map(sweep));
  });
  return layout;
}

/** Directory of the executable with this key, whether or not it is there. */
export function homeOf(layout: Layout, key: string): string {
  return join(layout.content, key.slice(0, 2), key.slice(2));
}
