import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BisectError, systemCode } from '../errors.js';
import { damageIn, fingerprintOf } from './check.js';
import { onDisk } from './disk.js';
import { download, type DownloadJob } from './download.js';
import { homeOf, type Layout } from './layout.js';
import { markName } from './mark.js';
import { bytesOf, readRecord, type EntryRecord } from './record.js';

/** How far an acquisition is: bytes done of `total`, which is undefined where the registry does not tell. */
export interface StoreProgress {
  readonly stage: 'download' | 'verify';
  readonly done: number;
  readonly total: number | undefined;
}

export interface EnsureJob extends Omit<DownloadJob, 'onBytes'> {
  /** Fingerprints, by key, of what this process has verified. */
  readonly verified: Map<string, string>;
  readonly report: (progress: StoreProgress) => void;
}

/** Rounds of finding, losing and fetching again before the cache is given up as contested. */
const ROUNDS = 5;

/**
 * Makes sure that an executable is in the store and intact: verified where this process has not done so, removed and
 * fetched again where it is damaged. The caller holds a lease on it.
 * @throws {BisectError} as `download`; CACHE_BUSY when it is damaged again and again as it is replaced
 */
export async function ensure(job: EnsureJob): Promise<{ record: EntryRecord; downloaded: boolean }> {
  const home = homeOf(job.layout, job.address.key);
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = await intactRecord(job, home);
    if (found !== undefined) return { record: found, downloaded: false };
    const onBytes = (done: number, total: number | undefined) =>
      job.report({ stage: 'download', done, total });
    const record = await download({ ...job, onBytes });
    if (record === undefined) continue;
    await remember(job, home, record);
    return { record, downloaded: true };
  }
  throw new BisectError(
    'CACHE_BUSY',
    `What is put into the cache ${job.layout.dir} is damaged by something else.`,
    {
      hint: 'Name another place with --cache-dir.',
      facts: { dir: job.layout.dir },
    },
  );
}

/**
 * Moves a directory of the store out of sight and removes it; harmless when it is gone.
 * @param expected identity of the directory that is meant: another one found in its place is put back
 */
export async function discard(layout: Layout, key: string, expected: string | undefined): Promise<void> {
  const home = homeOf(layout, key);
  if (expected === undefined || (await identityOf(home)) !== expected) return;
  const aside = join(layout.temporary, markName(key));
  try {
    await rename(home, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  // Between the look and the rename another process may have replaced the damaged one by a good one.
  if ((await identityOf(aside)) !== expected) await rename(aside, home).catch(() => undefined);
  await rm(aside, { recursive: true, force: true });
}

/**
 * What tells a directory from another one at the same path, before or after; undefined when there is none. A rename
 * does not change it; and with the time of its last change it holds even where inode numbers are used again.
 */
export async function identityOf(home: string): Promise<string | undefined> {
  const facts = await stat(home, { bigint: true }).catch(() => undefined);
  return facts && `${facts.ino}:${facts.mtimeNs}`;
}

/** The record of what is there and intact; what is there and damaged is removed. */
async function intactRecord(job: EnsureJob, home: string): Promise<EntryRecord | undefined> {
  const identity = await identityOf(home);
  if (identity === undefined) return undefined;
  const record = await readRecord(home);
  if (
    record !== undefined &&
    record.integrity === job.address.integrity &&
    (await isIntact(job, home, record))
  ) {
    return record;
  }
  await onDisk(job.layout.dir, () => discard(job.layout, job.address.key, identity));
  return undefined;
}

async function isIntact(job: EnsureJob, home: string, record: EntryRecord): Promise<boolean> {
  const fingerprint = await fingerprintOf(home, record);
  if (fingerprint !== undefined && job.verified.get(job.address.key) === fingerprint) return true;
  const total = bytesOf(record);
  const damage = await damageIn(home, record, {
    onBytes: (done) => job.report({ stage: 'verify', done, total }),
    signal: job.signal,
  });
  if (damage === undefined) await remember(job, home, record);
  return damage === undefined;
}

async function remember({ verified, address }: EnsureJob, home: string, record: EntryRecord): Promise<void> {
  const fingerprint = await fingerprintOf(home, record);
  if (fingerprint !== undefined) verified.set(address.key, fingerprint);
}
