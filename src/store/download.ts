import { createHash } from 'node:crypto';
import { chmod, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { BisectError, systemCode } from '../errors.js';
import { makeDirectory, onDisk } from '../disk.js';
import type { ExecutableSource } from '../registry/releases.js';
import { Archive, type WrittenFile } from './archive.js';
import { type Address, homeOf, type Layout, malformed, mismatched } from './layout.js';
import { markName } from './lease.js';
import { type EntryRecord, writeRecord } from './record.js';

/**
 * Opens the stream of a tarball; `size` is its length in bytes where the registry tells. Rejects with its own errors,
 * which pass through the store unchanged; stops when the signal fires.
 */
export type OpenTarball = (
  source: ExecutableSource,
  signal: AbortSignal,
) => Promise<{ readonly stream: Readable; readonly size: number | undefined }>;

export interface DownloadJob {
  readonly layout: Layout;
  readonly source: ExecutableSource;
  readonly address: Address;
  readonly openTarball: OpenTarball;
  /** Most bytes of one file, and of the tarball as it comes. */
  readonly maxFileBytes: number;
  readonly signal: AbortSignal;
  /** Told the bytes of the tarball that have come, and how many there will be. */
  readonly onBytes: (done: number, total: number | undefined) => void;
}

/**
 * Fetches an executable and gives it its place in the store. Fetches once more when what came was not what the
 * registry promised.
 * @returns its record; undefined when another process had put the same there meanwhile
 * @throws {BisectError} TARBALL_INTEGRITY, TARBALL_MALFORMED, DISK_FULL, CACHE_NOT_WRITABLE; errors of the transport
 *   unchanged; the signal's reason
 */
export async function download(job: DownloadJob): Promise<EntryRecord | undefined> {
  try {
    return await downloadOnce(job);
  } catch (error) {
    // Most often something on the way changed it.
    const isPassing = error instanceof BisectError && error.code === 'TARBALL_INTEGRITY';
    if (!isPassing || job.signal.aborted) throw error;
    return downloadOnce(job);
  }
}

async function downloadOnce(job: DownloadJob): Promise<EntryRecord | undefined> {
  const { layout, address, signal } = job;
  const temporary = join(layout.temporary, markName(address.key));
  const into = join(temporary, 'files');
  try {
    await onDisk(layout.dir, async () => makeDirectory(into));
    const { stream, size } = await opened(job);
    const files = await unpack(job, addAbortSignal(signal, stream), size, into).catch((error: unknown) => {
      // The stream's own words for an abort ("The operation was aborted") hide whose it was.
      signal.throwIfAborted();
      throw error;
    });
    return await onDisk(layout.dir, async () => {
      const record = await seal(job, temporary, files);
      return (await publish(temporary, homeOf(layout, address.key))) ? record : undefined;
    });
  } finally {
    // What cannot be removed now is cleared when a store is opened; the failure to tell is the one before.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Leaves at once when the signal fires, even if the transport is deaf to it; what it opens later is closed. */
async function opened({ openTarball, source, signal }: DownloadJob): ReturnType<OpenTarball> {
  const opening = openTarball(source, signal);
  try {
    return await orAborted(opening, signal);
  } catch (error) {
    opening.then(
      ({ stream }) => stream.destroy(),
      () => undefined,
    );
    throw error;
  }
}

/** Bytes handed on at once: network pieces of 16 KiB would each cost a trip to a thread. */
const BATCH = 256 * 1024;

/**
 * Writes the wanted files of a tarball in one pass, and vouches for them only when the whole tarball was the promised
 * one. Until this resolves, what lies in `into` must not be run.
 * @param stream destroyed in any case
 * @param into existing directory to write into
 * @returns the files, the executable first
 */
async function unpack(
  { source, address, layout, maxFileBytes, onBytes }: DownloadJob,
  stream: Readable,
  size: number | undefined,
  into: string,
): Promise<WrittenFile[]> {
  const archive = new Archive({ source, wanted: address.wanted, into, dir: layout.dir, maxFileBytes });
  const digest = createHash('sha512');
  let done = 0;
  try {
    for await (const piece of batched(stream)) {
      done += piece.length;
      if (done > maxFileBytes) throw malformed(source, `has more than the ${maxFileBytes} bytes accepted`);
      digest.update(piece);
      await archive.write(piece);
      onBytes(done, size);
    }
    await archive.end();
  } finally {
    stream.destroy();
    await archive.close();
  }
  const actual = `sha512-${digest.digest('base64')}`;
  // The digest first: a damaged archive looks malformed as well, but is cured by fetching it again.
  if (actual !== address.integrity) throw mismatched(source, actual);
  return archive.files();
}

async function* batched(stream: Readable): AsyncGenerator<Buffer, void> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    waiting.push(piece);
    size += piece.length;
    if (size < BATCH) continue;
    yield Buffer.concat(waiting, size);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting, size);
}

/** Gives verified files their modes, whatever the tarball and the umask say, and writes the record beside them. */
async function seal(
  { source, address }: DownloadJob,
  home: string,
  written: WrittenFile[],
): Promise<EntryRecord> {
  const files = written.map((file, index) => file.sealed(index === 0 ? 0o755 : 0o644));
  for (const file of files) await chmod(join(home, 'files', file.path), file.mode);
  const record = {
    package: source.package,
    version: source.version,
    integrity: address.integrity,
    entry: address.wanted[0] ?? source.entry,
    files,
    storedAt: new Date().toISOString(),
  };
  await writeRecord(home, record);
  return record;
}

/** One rename: at its place an executable is whole or absent. False when the place is taken. */
async function publish(temporary: string, home: string): Promise<boolean> {
  makeDirectory(dirname(home));
  try {
    await rename(temporary, home);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

/** The promise's outcome, or a rejection with the signal's reason when that comes first. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  const settled = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    settled.abort();
  }
}
