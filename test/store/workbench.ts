/** What every test of the store needs: a place, tarballs to serve, and a look at what is left behind. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { ExecutableSource } from '../../src/registry/releases.js';
import type { OpenTarball } from '../../src/store/download.js';
import { openStore, type Store, type StoreOptions } from '../../src/store/store.js';
import { packageTarball } from '../helpers/tarball.js';

/** A directory that goes with the test. */
export async function scratch(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'mcp-bisect-store-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export function integrityOf(tarball: Buffer, algorithm = 'sha512'): string {
  return `${algorithm}-${createHash(algorithm).update(tarball).digest('base64')}`;
}

/** A source for `package/claude` of the tarball, with its true integrity. */
export function sourceOf(tarball: Buffer, more: Partial<ExecutableSource> = {}): ExecutableSource {
  return {
    package: '@acme/client-linux-x64',
    version: '1.2.3',
    entry: 'package/claude',
    companions: [],
    runner: 'native',
    tarball: 'https://registry.test/client.tgz',
    integrity: integrityOf(tarball),
    ...more,
  };
}

/** An honest tarball whose executable is this text. */
export function clientTarball(content: string | Buffer): Buffer {
  return packageTarball({ 'package.json': '{}', claude: { content, mode: 0o755 }, 'README.md': 'read me' });
}

/** A registry that serves these bytes, one after another and then the last again; counts what was asked of it. */
export class Counter {
  readonly #answers: readonly Buffer[];
  asked = 0;

  constructor(...answers: Buffer[]) {
    this.#answers = answers;
  }

  readonly open: OpenTarball = async () => {
    const bytes = this.#answers[Math.min(this.asked, this.#answers.length - 1)] ?? Buffer.alloc(0);
    this.asked += 1;
    return { stream: Readable.from(inPieces(bytes)), size: bytes.length };
  };
}

export function inPieces(bytes: Buffer, size = 4096): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** A store in a fresh directory, or in the one given, that serves these tarballs. */
export async function storeOf(
  answers: readonly Buffer[],
  options: Partial<StoreOptions> = {},
): Promise<{ store: Store; dir: string; registry: Counter }> {
  const registry = new Counter(...answers);
  const dir = options.dir ?? (await scratch());
  const store = await openStore({ limitBytes: 1e9, openTarball: registry.open, ...options, dir });
  return { store, dir, registry };
}

/** Paths of the files of all executables, relative to the cache directory. */
export async function storedFiles(dir: string): Promise<string[]> {
  return filesBelow(join(dir, 'v1', 'content'));
}

/** Names of temporaries, leases and claims: empty when nothing is under way. */
export async function leftovers(dir: string): Promise<string[]> {
  const kinds = ['temporary', 'leases', 'claims'];
  const names = await Promise.all(kinds.map((kind) => readdir(join(dir, 'v1', kind)).catch(() => [])));
  return names.flat();
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}
