import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeDirectory } from './make-directory.js';
import type { StoredFile } from './record.js';

/** A file of a tarball on its way to the disk: readable by its owner, and executable by nobody. */
export class WrittenFile {
  readonly path: string;
  readonly #target: string;
  readonly #hash = createHash('sha256');
  #handle: FileHandle | undefined;
  #size = 0;

  /**
   * @param into existing directory
   * @param path checked relative path below it
   */
  constructor(into: string, path: string) {
    this.path = path;
    this.#target = join(into, path);
  }

  /** Appends; makes the file, exclusively, on the first call. */
  async write(bytes: Buffer): Promise<void> {
    this.#handle ??= await this.#create();
    const written = writeAll(this.#handle, bytes);
    // Hashed here while a thread writes.
    this.#hash.update(bytes);
    this.#size += bytes.length;
    await written;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** The facts for the record, once everything is written. */
  sealed(mode: number): StoredFile {
    return { path: this.path, size: this.#size, sha256: this.#hash.digest('hex'), mode };
  }

  async #create(): Promise<FileHandle> {
    await makeDirectory(dirname(this.#target));
    return open(this.#target, 'wx', 0o600);
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}
