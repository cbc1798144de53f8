/** Builds npm tarballs in memory: honest ones, and ones that no honest `npm pack` would make. */
import { gzipSync } from 'node:zlib';
import { Header, Pax } from 'tar';

const BLOCK = 512;
/** One fixed date, so that the same entries always give the same bytes and so the same integrity. */
const MTIME = new Date('1985-10-26T08:15:00.000Z');

export interface TarEntry {
  /** Written as it is: `package/…` for what npm would pack, anything else to be hostile. */
  readonly path: string;
  readonly content?: string | Buffer;
  /** Default 0o644; may carry setuid, setgid and sticky bits. */
  readonly mode?: number;
  /** Default `File`. */
  readonly type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'BlockDevice' | 'FIFO';
  /** Target of a `SymbolicLink` or `Link`. */
  readonly linkpath?: string;
  /** Size claimed by the header, where it shall differ from that of `content`. */
  readonly claimedSize?: number;
}

/** One file of a package: its path below the package's root is the key that it stands under. */
export type PackageFile = string | Buffer | Omit<TarEntry, 'path'>;

/**
 * A `.tgz` of exactly these entries in this order; the same path may occur more than once.
 * @param level compression level of gzip, 0 for none (fast for large contents)
 */
export function buildTarball(entries: readonly TarEntry[], level = 6): Buffer {
  return gzipSync(buildTar(entries), { level });
}

/** The same, not compressed. */
export function buildTar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(encodeEntry), Buffer.alloc(2 * BLOCK)]);
}

/** A `.tgz` as `npm pack` makes it: every file below `package/`. Adds no `package.json` of its own. */
export function packageTarball(files: Readonly<Record<string, PackageFile>>, level = 6): Buffer {
  const entries: TarEntry[] = [];
  for (const [path, file] of Object.entries(files))
    entries.push({ path: `package/${path}`, ...asEntry(file) });
  return buildTarball(entries, level);
}

/**
 * Entries that an extractor must refuse or defuse, by what is wrong with them. `wanted` is the path that the test
 * extracts (for example `package/claude`): duplicates, links and devices take its place.
 */
export function hostileEntries(wanted: string) {
  const payload = '#!/bin/sh\necho hostile\n';
  return {
    absolutePath: [{ path: '/tmp/mcp-bisect-escaped', content: payload, mode: 0o755 }],
    parentPath: [{ path: 'package/../../mcp-bisect-escaped', content: payload, mode: 0o755 }],
    parentPathToWanted: [{ path: `package/nested/../../${wanted}`, content: payload, mode: 0o755 }],
    backslashPath: [{ path: 'package\\..\\..\\mcp-bisect-escaped', content: payload, mode: 0o755 }],
    symlink: [{ path: wanted, type: 'SymbolicLink', linkpath: '/bin/sh' }],
    hardlink: [{ path: wanted, type: 'Link', linkpath: '/etc/passwd' }],
    /** The folder of the wanted file is first made a link to elsewhere, then written through. */
    symlinkedFolder: [
      { path: wanted.slice(0, wanted.lastIndexOf('/')), type: 'SymbolicLink', linkpath: '/tmp' },
      { path: wanted, content: payload, mode: 0o755 },
    ],
    setuid: [{ path: wanted, content: payload, mode: 0o6755 }],
    worldWritable: [{ path: wanted, content: payload, mode: 0o1777 }],
    notExecutable: [{ path: wanted, content: payload, mode: 0o600 }],
    characterDevice: [{ path: wanted, type: 'CharacterDevice' }],
    blockDevice: [{ path: wanted, type: 'BlockDevice' }],
    fifo: [{ path: wanted, type: 'FIFO' }],
    directory: [{ path: wanted, type: 'Directory', mode: 0o755 }],
    duplicate: [
      { path: wanted, content: '#!/bin/sh\necho first\n', mode: 0o755 },
      { path: wanted, content: '#!/bin/sh\necho second\n', mode: 0o755 },
    ],
    /** The header promises more bytes than the archive has. */
    shortContent: [{ path: wanted, content: payload, mode: 0o755, claimedSize: 1_000_000 }],
  } as const satisfies Record<string, readonly TarEntry[]>;
}

function asEntry(file: PackageFile): Omit<TarEntry, 'path'> {
  return typeof file === 'string' || Buffer.isBuffer(file) ? { content: file } : file;
}

function encodeEntry(entry: TarEntry): Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  const header = new Header({
    path: entry.path,
    mode: entry.mode ?? 0o644,
    uid: 0,
    gid: 0,
    size: entry.claimedSize ?? content.length,
    type: entry.type ?? 'File',
    mtime: MTIME,
    devmaj: 1,
    devmin: 3,
    ...(entry.linkpath === undefined ? {} : { linkpath: entry.linkpath }),
  });
  const block = Buffer.alloc(BLOCK);
  const extended = header.encode(block, 0) ? [new Pax({ path: entry.path, mtime: MTIME }).encode()] : [];
  return [...extended, block, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}
