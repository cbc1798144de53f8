import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { createGunzip, type Gunzip } from 'node:zlib';
import { makeDirectory, onDisk } from '../disk.js';
import { Parser, ReadEntry } from 'tar';
import type { ExecutableSource } from '../registry/releases.js';
import { malformed, pathInside } from './layout.js';
import type { StoredFile } from './record.js';

const MiB = 1024 * 1024;

/** tar's names of what is a plain file. */
const PLAIN = new Set(['File', 'OldFile', 'ContiguousFile']);

interface ArchiveOptions {
  /** What errors name. */
  readonly source: ExecutableSource;
  /** Normalized tarball paths to write; everything else is passed over. The first is the executable. */
  readonly wanted: readonly string[];
  /** Existing directory below which they are written. */
  readonly into: string;
  /** The cache directory that the user knows. */
  readonly dir: string;
  /** Most bytes that one of them may have; twice as much is accepted of the whole archive, unpacked. */
  readonly maxFileBytes: number;
}

/**
 * Takes a gzipped tar piece by piece and writes the wanted files as it goes: not executable, to where nobody runs
 * them. Inflating happens on libuv's threads, hashing and parsing here, writing on the threads again, each a little
 * ahead of the next; what is under way at once is a few MiB whatever the archive's size.
 */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #gunzip: Gunzip;
  readonly #parser: Parser;
  readonly #files = new Map<string, WrittenFile>();
  readonly #consumed: Promise<void>;
  #slices: { readonly file: WrittenFile; readonly bytes: Buffer }[] = [];
  #unpacked = 0;
  #refusal: unknown;
  #diskFailure: unknown;

  constructor(options: ArchiveOptions) {
    this.#options = options;
    // Large pieces, because each costs a trip to a thread; and two ahead, so that inflating goes on during a write.
    this.#gunzip = createGunzip({
      chunkSize: MiB,
      readableHighWaterMark: 2 * MiB,
      writableHighWaterMark: MiB,
    } as object);
    this.#parser = new Parser({
      strict: true,
      zstd: false,
      filter: (_, entry) => entry instanceof ReadEntry && this.#takes(entry),
      onReadEntry: (entry) => this.#collect(entry),
    });
    this.#parser.on('error', (error: unknown) => this.#reject('cannot be read', error));
    this.#consumed = this.#consume();
  }

  /**
   * Takes the next piece. What is wrong with the archive is remembered, not thrown, and the rest passed over: only
   * when all pieces are known can damage on the way be told from an archive that was made so.
   * @throws {BisectError} DISK_FULL, CACHE_NOT_WRITABLE
   */
  async write(piece: Buffer): Promise<void> {
    if (this.#diskFailure !== undefined) throw this.#diskFailure;
    if (this.#refusal !== undefined || this.#gunzip.destroyed) return;
    if (!this.#gunzip.write(piece)) await drained(this.#gunzip);
  }

  /** Waits until everything taken is written. */
  async end(): Promise<void> {
    this.#gunzip.end();
    await this.#consumed;
    if (this.#diskFailure !== undefined) throw this.#diskFailure;
  }

  /** The files as written, the executable first; throws what was wrong with the archive, if anything was. */
  files(): WrittenFile[] {
    const { source, wanted } = this.#options;
    const [entry = ''] = wanted;
    if (this.#refusal !== undefined) throw this.#refusal;
    if (!this.#files.has(entry)) throw malformed(source, `does not hold ${entry}`);
    return wanted.flatMap((path) => this.#files.get(path) ?? []);
  }

  /** Stops the work, whatever its state, and closes all files. */
  async close(): Promise<void> {
    this.#gunzip.destroy();
    await this.#consumed;
  }

  async #consume(): Promise<void> {
    try {
      for await (const plain of this.#gunzip as AsyncIterable<Buffer>) {
        this.#parse(plain);
        if (this.#refusal !== undefined) return;
        await this.#writeOut();
      }
      this.#parser.end();
    } catch (error) {
      this.#reject('is not a whole gzip file', error);
    } finally {
      await this.#reachDisk(async () => {
        for (const file of this.#files.values()) await file.close();
      });
    }
  }

  #parse(plain: Buffer): void {
    // tar's parser unpacks gzip in gzip by itself, past every limit that is kept here.
    if (this.#unpacked === 0 && plain[0] === 0x1f) this.#reject('is packed twice');
    this.#unpacked += plain.length;
    if (this.#unpacked > 2 * this.#options.maxFileBytes) this.#reject('unpacks to more than is accepted');
    if (this.#refusal === undefined) this.#parser.write(plain);
  }

  #writeOut(): Promise<void> {
    const slices = this.#slices;
    this.#slices = [];
    return this.#reachDisk(async () => {
      for (const { file, bytes } of slices) await file.write(bytes);
    });
  }

  async #reachDisk(work: () => Promise<void>): Promise<void> {
    try {
      await onDisk(this.#options.dir, work);
    } catch (error) {
      this.#diskFailure ??= error;
      this.#gunzip.destroy();
    }
  }

  #takes(entry: ReadEntry): boolean {
    const path = this.#wantedPath(entry.path);
    if (path === undefined || this.#refusal !== undefined) return false;
    const { maxFileBytes: most } = this.#options;
    if (!PLAIN.has(entry.type)) this.#reject(`holds ${path} as something else than a file (${entry.type})`);
    else if (this.#files.has(path)) this.#reject(`holds ${path} twice`);
    else if (entry.size > most)
      this.#reject(`holds ${path} with ${entry.size} bytes, more than the ${most} accepted`);
    return this.#refusal === undefined;
  }

  #wantedPath(raw: string): string | undefined {
    const { wanted } = this.#options;
    const path = pathInside(raw);
    if (path !== undefined) return wanted.includes(path) ? path : undefined;
    // It would be passed over anyway; but a detour that ends at a wanted name (where a careless unpacker would write it) is
    // made to deceive.
    const target = posix.join('/', raw.replaceAll('\\', '/')).replaceAll(/^\/|\/$/g, '');
    if (wanted.includes(target)) this.#reject(`holds ${raw}, a path that leads out of it`);
    return undefined;
  }

  #collect(entry: ReadEntry): void {
    const path = this.#wantedPath(entry.path) ?? '';
    const file = new WrittenFile(this.#options.into, path);
    this.#files.set(path, file);
    // An empty slice makes the file even when there is nothing in it.
    this.#slices.push({ file, bytes: Buffer.alloc(0) });
    entry.on('data', (bytes) => this.#slices.push({ file, bytes }));
  }

  #reject(what: string, cause?: unknown): void {
    this.#refusal ??= malformed(this.#options.source, what, cause);
  }
}

/** Resolves when the stream takes more, or never will. */
function drained(stream: Gunzip): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      stream.off('drain', wake).off('close', wake);
      resolve();
    };
    stream.on('drain', wake).on('close', wake);
  });
}

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
    if (!this.#handle) makeDirectory(dirname(this.#target));
    const handle = (this.#handle ??= await open(this.#target, 'wx', 0o600));
    const written = writeAll(handle, bytes);
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
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}
