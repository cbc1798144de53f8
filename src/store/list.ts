import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.js';
import { homeOf, type Layout } from './layout.js';
import { leasedKeys } from './lease.js';
import { bytesOf, lastUse, readRecord, type EntryRecord } from './record.js';

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
export interface ListedEntry {
  readonly key: string;
  readonly home: string;
  /** Undefined when it is illegible: then the executable is damaged. */
  readonly record: EntryRecord | undefined;
  readonly facts: StoreEntry;
}

/** Everything in the store, the least recently used first. */
export async function listEntries(layout: Layout): Promise<ListedEntry[]> {
  const leased = await leasedKeys(layout);
  const keys = await keysIn(layout);
  const entries = await Promise.all(keys.map((key) => listed(layout, key, leased.has(key))));
  return entries.toSorted((a, b) => a.facts.lastUsed.getTime() - b.facts.lastUsed.getTime());
}

async function listed(layout: Layout, key: string, inUse: boolean): Promise<ListedEntry> {
  const home = homeOf(layout, key);
  const record = await readRecord(home);
  const facts = {
    package: record?.package ?? '(illegible)',
    version: record?.version ?? '',
    integrity: record?.integrity ?? '',
    path: record ? join(home, 'files', record.entry) : null,
    bytes: record === undefined ? await sizeOf(home) : bytesOf(record),
    storedAt: record?.storedAt ?? '',
    lastUsed: await lastUse(home),
    inUse,
  };
  return { key, home, record, facts };
}

async function keysIn({ content }: Layout): Promise<string[]> {
  const heads = await namesIn(content);
  const keys = await Promise.all(
    heads.map(async (head) => (await namesIn(join(content, head))).map((rest) => head + rest)),
  );
  return keys.flat();
}

/** Bytes below a directory whose record does not tell. */
async function sizeOf(home: string): Promise<number> {
  const names = await readdir(home, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => {
      const facts = await stat(join(home, name)).catch(() => undefined);
      return facts?.isFile() === true ? facts.size : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
