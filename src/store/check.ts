import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.js';
import { isShortage } from './disk.js';
import { hashFile } from './hash-file.js';
import type { EntryRecord, StoredFile } from './record.js';

export interface CheckOptions {
  readonly onBytes?: (done: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares the files of an executable with its record. This takes the place of flushing big files to the disk when
 * they are written: after a power failure a file may be short or full of zeros, and is found so here.
 * @returns what is wrong, in a few words; undefined when it is intact
 * @throws the signal's reason
 */
export async function damageIn(
  home: string,
  record: EntryRecord,
  options: CheckOptions = {},
): Promise<string | undefined> {
  let before = 0;
  for (const file of record.files) {
    const damage = await damageOf(join(home, 'files', file.path), file, {
      ...options,
      onBytes: (done) => options.onBytes?.(before + done),
    });
    if (damage !== undefined) return `${file.path} ${damage}`;
    before += file.size;
  }
  return undefined;
}

/**
 * A text that changes whenever a file of the executable is written, replaced or gets another mode; undefined when one
 * is missing. Costs no reading.
 */
export async function fingerprintOf(home: string, record: EntryRecord): Promise<string | undefined> {
  try {
    const facts = await Promise.all(
      record.files.map(({ path }) => lstat(join(home, 'files', path), { bigint: true })),
    );
    return facts.map((each) => [each.ino, each.size, each.mtimeNs, each.ctimeNs].join(':')).join(' ');
  } catch {
    return undefined;
  }
}

async function damageOf(path: string, file: StoredFile, options: CheckOptions): Promise<string | undefined> {
  try {
    const facts = await lstat(path);
    if (!facts.isFile()) return 'is no file';
    if (facts.size !== file.size) return `has ${facts.size} bytes instead of ${file.size}`;
    if (process.platform !== 'win32' && (facts.mode & 0o7777) !== file.mode) return 'has another mode';
    const digest = await hashFile(path, options.onBytes ?? (() => undefined), options.signal);
    return digest === file.sha256 ? undefined : 'has other content';
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isShortage(error)) throw error;
    return `cannot be read (${systemCode(error) ?? String(error)})`;
  }
}
