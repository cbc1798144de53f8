import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ExecutableSource } from '../registry/manifest.js';
import type { Address } from './address.js';
import { Archive } from './archive.js';
import { onDisk } from './disk.js';
import { malformed, mismatched } from './refusal.js';
import type { WrittenFile } from './written-file.js';

/** Bytes handed on at once: network pieces of 16 KiB would each cost a trip to a thread. */
const BATCH = 256 * 1024;

export interface UnpackJob {
  readonly source: ExecutableSource;
  readonly address: Address;
  /** The tarball; destroyed in any case. */
  readonly stream: Readable;
  /** Existing directory to write into. */
  readonly into: string;
  /** The cache directory that the user knows. */
  readonly dir: string;
  /** Most bytes of one file, and of the tarball as it comes. */
  readonly maxFileBytes: number;
  readonly onBytes: (done: number) => void;
}

/**
 * Writes the wanted files of a tarball in one pass, and vouches for them only when the whole tarball was the promised
 * one. Until this resolves, what lies in `into` must not be run.
 * @returns the files, the executable first
 * @throws {BisectError} TARBALL_INTEGRITY, TARBALL_MALFORMED, DISK_FULL, CACHE_NOT_WRITABLE; errors of the stream
 *   unchanged
 */
export async function unpack(job: UnpackJob): Promise<WrittenFile[]> {
  const archive = archiveOf(job);
  const digest = createHash('sha512');
  let done = 0;
  try {
    for await (const piece of batched(job.stream)) {
      done += piece.length;
      if (done > job.maxFileBytes)
        throw malformed(job.source, `has more than the ${job.maxFileBytes} bytes accepted`);
      digest.update(piece);
      await archive.write(piece);
      job.onBytes(done);
    }
    await archive.end();
  } finally {
    job.stream.destroy();
    await archive.close();
  }
  const actual = `sha512-${digest.digest('base64')}`;
  // The digest first: a damaged archive looks malformed as well, but is cured by fetching it again.
  if (actual !== job.address.integrity) throw mismatched(job.source, actual);
  return archive.files();
}

function archiveOf({ source, address, into, dir, maxFileBytes }: UnpackJob): Archive {
  return new Archive({
    wanted: address.wanted,
    into,
    maxFileBytes,
    refuse: (what, cause) => malformed(source, what, cause),
    onDisk: (work) => onDisk(dir, work),
  });
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
