import { readFile, utimes, writeFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { isShortage } from './disk.js';

const RECORD = 'entry.json';

const recordShape = z.object({
  package: z.string(),
  version: z.string(),
  /** Integrity of the tarball it came from. */
  integrity: z.string(),
  /** Path of the executable below `files/`, as in the tarball. */
  entry: z.string(),
  files: z
    .array(z.object({ path: z.string(), size: z.number(), sha256: z.string(), mode: z.number() }))
    .min(1),
  storedAt: z.string(),
});

/** What the store knows about an executable: written once, before it gets its place. */
export type EntryRecord = z.infer<typeof recordShape>;
export type StoredFile = EntryRecord['files'][number];

/** Writes the record into the directory of an executable that nobody else sees yet. */
export async function writeRecord(home: string, record: EntryRecord): Promise<void> {
  await writeFile(join(home, RECORD), `${JSON.stringify(record, undefined, 2)}\n`, {
    flag: 'wx',
    mode: 0o644,
  });
}

/** The record of the executable in `home`; undefined when there is none or it is illegible. */
export async function readRecord(home: string): Promise<EntryRecord | undefined> {
  try {
    const parsed = recordShape.safeParse(JSON.parse(await readFile(join(home, RECORD), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (isShortage(error)) throw error;
    return undefined;
  }
}

/** Notes that the executable in `home` is used now. The note is a time stamp: it needs no room on a full disk. */
export async function noteUse(home: string): Promise<void> {
  const now = new Date();
  // Only the order of eviction depends on it: not worth the failure of a run.
  await utimes(join(home, RECORD), now, now).catch(() => undefined);
}

/** When the executable in `home` was last used; the epoch when nobody knows. */
export async function lastUse(home: string): Promise<Date> {
  const facts = await stat(join(home, RECORD)).catch(() => undefined);
  return facts?.mtime ?? new Date(0);
}

/** Size on disk in bytes of all files of an executable. */
export function bytesOf(record: EntryRecord): number {
  return record.files.reduce((sum, file) => sum + file.size, 0);
}
