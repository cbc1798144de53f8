import { existsSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import { buildTar, buildTarball, hostileEntries, type TarEntry } from '../helpers/tarball.js';
import { leftovers, sourceOf, storedFiles, storeOf } from './workbench.js';

const WANTED = 'package/claude';
const hostile = hostileEntries(WANTED);
const good: TarEntry = { path: WANTED, content: 'good', mode: 0o755 };

async function refusal(tarball: Buffer, options: { maxFileBytes?: number } = {}): Promise<BisectError> {
  const { store, dir, registry } = await storeOf([tarball], options);
  const error: unknown = await store.acquire(sourceOf(tarball)).catch((reason: unknown) => reason);
  expect(await storedFiles(dir), 'nothing is stored').toEqual([]);
  expect(await leftovers(dir), 'nothing is left').toEqual([]);
  expect(registry.asked, 'what arrived as promised is not fetched again').toBe(1);
  if (!(error instanceof BisectError)) throw error;
  return error;
}

async function executableFrom(tarball: Buffer): Promise<{ content: string; mode: number; files: string[] }> {
  const { store, dir } = await storeOf([tarball]);
  const { path } = await store.acquire(sourceOf(tarball));
  const facts = await lstat(path);
  expect(facts.isFile()).toBe(true);
  return { content: await readFile(path, 'utf8'), mode: facts.mode & 0o7777, files: await storedFiles(dir) };
}

describe('a tarball made to deceive is refused, and the message names release and file', () => {
  it.each([
    ['an absolute path to the wanted name', [{ ...good, path: `/${WANTED}` }]],
    ['a detour over .. to the wanted name', hostile.parentPathToWanted],
    ['a symbolic link in place of the executable', hostile.symlink],
    ['a hard link in place of the executable', hostile.hardlink],
    ['a character device in place of the executable', hostile.characterDevice],
    ['a block device in place of the executable', hostile.blockDevice],
    ['a named pipe in place of the executable', hostile.fifo],
    ['a directory in place of the executable', hostile.directory],
    ['the executable twice', hostile.duplicate],
    ['a link before the executable of the same name', [...hostile.symlink, good]],
    ['a link after the executable of the same name', [good, ...hostile.symlink]],
  ] satisfies [string, readonly TarEntry[]][])('%s', async (_, entries) => {
    const error = await refusal(buildTarball(entries));
    expect(error).toMatchObject({ code: 'TARBALL_MALFORMED' });
    expect(error.message).toContain('@acme/client-linux-x64@1.2.3');
    expect(error.message).toContain(WANTED);
    expect(error.hint).toMatch(/--registry/);
  });

  it('backslashes that lead to the wanted name', async () => {
    const error = await refusal(buildTarball([{ ...good, path: 'package\\x\\..\\claude' }]));
    expect(error).toMatchObject({ code: 'TARBALL_MALFORMED', message: expect.stringContaining('leads out') });
  });

  it('no executable at all', async () => {
    const error = await refusal(buildTarball([{ path: 'package/other', content: 'x' }]));
    expect(error).toMatchObject({ code: 'TARBALL_MALFORMED', message: expect.stringContaining(WANTED) });
  });

  it('less content than its header promises', async () => {
    expect(await refusal(buildTarball(hostile.shortContent))).toMatchObject({ code: 'TARBALL_MALFORMED' });
  });

  it('an executable that unpacks to more than is accepted', async () => {
    const bomb = buildTarball([{ path: WANTED, content: Buffer.alloc(4_000_000) }]);
    expect(bomb.length).toBeLessThan(10_000);
    const error = await refusal(bomb, { maxFileBytes: 1_000_000 });
    expect(error).toMatchObject({
      code: 'TARBALL_MALFORMED',
      message: expect.stringContaining('4000000 bytes'),
    });
  });

  it('ballast beside the executable that unpacks to more than is accepted', async () => {
    const bomb = buildTarball([{ path: 'package/ballast', content: Buffer.alloc(4_000_000) }, good]);
    const error = await refusal(bomb, { maxFileBytes: 1_000_000 });
    expect(error).toMatchObject({ code: 'TARBALL_MALFORMED', message: expect.stringContaining('more than') });
  });

  it('a tarball longer than is accepted', async () => {
    const long = buildTarball([good, { path: 'package/ballast', content: Buffer.alloc(2_000_000) }], 0);
    expect(await refusal(long, { maxFileBytes: 1_000_000 })).toMatchObject({ code: 'TARBALL_MALFORMED' });
  });

  it.each([
    ['gzip in gzip, which would pass every limit', gzipSync(gzipSync(buildTar([good])))],
    ['something that is no gzip', Buffer.from('<html>not a tarball</html>'.repeat(100))],
    ['gzip of something that is no tar', gzipSync(Buffer.from('<html>not a tarball</html>'.repeat(100)))],
    ['gzip cut short by its publisher', buildTarball([good]).subarray(0, 60)],
    [
      'megabytes after the end of the gzip',
      Buffer.concat([buildTarball([good]), Buffer.alloc(3_000_000, 'x')]),
    ],
    ['nothing', Buffer.alloc(0)],
    ['gzip of nothing', gzipSync(Buffer.alloc(0))],
  ])('%s', async (_, tarball) => {
    expect(await refusal(tarball)).toMatchObject({ code: 'TARBALL_MALFORMED' });
  });
});

describe('what else a tarball holds is passed over', () => {
  it.each([
    ['absolute paths', hostile.absolutePath],
    ['paths that climb', hostile.parentPath],
    ['paths with backslashes', hostile.backslashPath],
    ['links elsewhere', [{ path: 'package/link', type: 'SymbolicLink', linkpath: '/etc' }]],
    ['devices elsewhere', [{ path: 'package/null', type: 'CharacterDevice' }]],
    ['the folder of the executable as a link', [hostile.symlinkedFolder[0]]],
  ] satisfies [string, readonly TarEntry[]][])('%s', async (_, entries) => {
    const { content, files } = await executableFrom(buildTarball([...entries, good]));
    expect(content).toBe('good');
    expect(files.filter((file) => file.includes('/files/'))).toHaveLength(1);
    expect(existsSync('/tmp/mcp-bisect-escaped')).toBe(false);
  });
});

describe('an executable gets the mode 755', () => {
  it.each([
    ['setuid and setgid', hostile.setuid],
    ['sticky and world-writable', hostile.worldWritable],
    ['not executable', hostile.notExecutable],
  ] satisfies [string, readonly TarEntry[]][])('where the tarball says %s', async (_, entries) => {
    expect((await executableFrom(buildTarball(entries))).mode).toBe(0o755);
  });

  it('under any umask', async () => {
    const before = process.umask(0o077);
    try {
      expect((await executableFrom(buildTarball([good]))).mode).toBe(0o755);
    } finally {
      process.umask(before);
    }
  });
});

it('an executable without content is stored without content', async () => {
  expect((await executableFrom(buildTarball([{ path: WANTED }]))).content).toBe('');
});

it('a path written as ./package//claude is the same path', async () => {
  expect((await executableFrom(buildTarball([{ ...good, path: './package//claude' }]))).content).toBe('good');
});
