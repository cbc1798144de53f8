import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode } from '../errors.js';
import { homeOf, type Layout, namesIn } from './layout.js';
import { leasedKeys } from './lease.js';

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

/** Whether an error tells that this process is short of something, and nothing of the file that it wanted. */
export const isShortage = (error: unknown): boolean =>
  /^(?:EMFILE|ENFILE|ENOMEM)$/.test(systemCode(error) ?? '');

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

/** Size on disk in bytes of all files of an executable. */
export function bytesOf(record: EntryRecord): number {
  return record.files.reduce((sum, file) => sum + file.size, 0);
}

/** One executable in the store, for people. */
export interface StoreEntry {
  readonly package: string;
  readonly version: string;
  readonly integrity: string;
  /** Absolute path of the executable; null where the record is illegible. */
  readonly path: string | null;
  /** Size on disk. */
  readonly bytes: number;
  readonly storedAt: string;
  readonly lastUsed: Date;
  /** Whether some process, this one included, holds a lease on it. */
  readonly inUse: boolean;
}

/** The same with what the store itself needs. */
interface ListedEntry {
  readonly key: string;
  readonly home: string;
  /** Undefined when it is illegible: then the executable is damaged. */
  readonly record: EntryRecord | undefined;
  readonly facts: StoreEntry;
}

/** Everything in the store, the least recently used first. */
export async function listEntries(layout: Layout): Promise<ListedEntry[]> {
  const leased = await leasedKeys(layout);
  const heads = await namesIn(layout.content);
  const entries = heads.map(async (head) => {
    const tails = await namesIn(join(layout.content, head));
    return Promise.all(tails.map((tail) => listed(layout, head + tail, leased.has(head + tail))));
  });
  const all = (await Promise.all(entries)).flat();
  return all.toSorted((a, b) => a.facts.lastUsed.getTime() - b.facts.lastUsed.getTime());
}

async function listed(layout: Layout, key: string, inUse: boolean): Promise<ListedEntry> {
  const home = homeOf(layout, key);
  const record = await readRecord(home);
  const noted = await stat(join(home, RECORD)).catch(() => undefined);
  const facts = {
    package: record?.package ?? '(illegible)',
    version: record?.version ?? '',
    integrity: record?.integrity ?? '',
    path: record ? join(home, 'files', record.entry) : null,
    bytes: record === undefined ? await sizeOf(home) : bytesOf(record),
    storedAt: record?.storedAt ?? '',
    lastUsed: noted?.mtime ?? new Date(0),
    inUse,
  };
  return { key, home, record, facts };
}

/** Bytes below a directory whose record does not tell. */
async function sizeOf(home: string): Promise<number> {
  const names = await readdir(home, { recursive: true }).catch(() => []);
  const found = await Promise.all(names.map((name) => stat(join(home, name)).catch(() => undefined)));
  return found.reduce((sum, facts) => sum + (facts?.isFile() ? facts.size : 0), 0);
}
