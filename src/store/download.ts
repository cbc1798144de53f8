import { chmod, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { BisectError, systemCode } from '../errors.js';
import type { ExecutableSource } from '../registry/manifest.js';
import type { Address } from './address.js';
import { onDisk } from './disk.js';
import { orAborted } from './flight.js';
import { homeOf, type Layout } from './layout.js';
import { makeDirectory } from './make-directory.js';
import { markName } from './mark.js';
import { writeRecord, type EntryRecord } from './record.js';
import { unpack } from './unpack.js';
import type { WrittenFile } from './written-file.js';

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
  readonly maxFileBytes: number;
  readonly signal: AbortSignal;
  /** Told the bytes of the tarball that have come, and how many there will be. */
  readonly onBytes: (done: number, total: number | undefined) => void;
}

/**
 * Fetches an executable and gives it its place in the store. Fetches once more when what came was not what the
 * registry promised.
 * @returns its record; undefined when another process had put the same there meanwhile
 * @throws {BisectError} as `unpack`; errors of the transport unchanged; the signal's reason
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
  const { layout, address } = job;
  const temporary = join(layout.temporary, markName(address.key));
  try {
    await onDisk(layout.dir, () => makeDirectory(join(temporary, 'files')));
    const files = await receive(job, join(temporary, 'files'));
    return await onDisk(layout.dir, async () => {
      const record = await seal(job, temporary, files);
      return (await publish(temporary, homeOf(layout, address.key))) ? record : undefined;
    });
  } finally {
    // What cannot be removed now is cleared when a store is opened; the failure to tell is the one before.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function receive(job: DownloadJob, into: string): Promise<WrittenFile[]> {
  const { source, address, layout, maxFileBytes, signal } = job;
  const { stream, size } = await opened(job);
  try {
    return await unpack({
      source,
      address,
      stream: addAbortSignal(signal, stream),
      into,
      dir: layout.dir,
      maxFileBytes,
      onBytes: (done) => job.onBytes(done, size),
    });
  } catch (error) {
    // The stream's own words for an abort ("The operation was aborted") hide whose it was.
    signal.throwIfAborted();
    throw error;
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
  await makeDirectory(dirname(home));
  try {
    await rename(temporary, home);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}
