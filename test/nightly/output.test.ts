import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { folderForTest } from './setting.js';

vi.mock('../../src/atomic-file.js', { spy: true });
// Test files share the modules that are loaded: those that meet the spy have to be loaded anew.
vi.resetModules();
const atomic = await import('../../src/atomic-file.js');
const { digestOfFile, digestOfText, putFile } = await import('../../src/nightly/output.js');

describe('a file of the output folder', () => {
  it('is written with the folders that it lies in', async () => {
    const folder = join(folderForTest(), 'site');
    expect(await putFile(folder, 'evidence/claude-code/1.0.0.md', 'text')).toBe(true);
    expect(readFileSync(join(folder, 'evidence/claude-code/1.0.0.md'), 'utf8')).toBe('text');
    expect(readdirSync(join(folder, 'evidence/claude-code'))).toEqual(['1.0.0.md']);
  });

  it('is not touched where it is right already', async () => {
    const folder = folderForTest();
    await putFile(folder, 'table.md', 'ein Tisch für zwölf');
    const long = new Date('2020-01-01T00:00:00.000Z');
    utimesSync(join(folder, 'table.md'), long, long);
    expect(await putFile(folder, 'table.md', 'ein Tisch für zwölf')).toBe(false);
    expect(statSync(join(folder, 'table.md')).mtime).toEqual(long);
  });

  it.each(['', 'tex', 'text\n', 'Text'])(
    'is replaced where it is not as it should be: %j',
    async (before) => {
      const folder = folderForTest();
      writeFileSync(join(folder, 'table.md'), before);
      expect(await putFile(folder, 'table.md', 'text')).toBe(true);
      expect(readFileSync(join(folder, 'table.md'), 'utf8')).toBe('text');
    },
  );

  it.each<[string, string, (folder: string) => void]>([
    ['a folder in its place', 'table.md', (folder) => mkdirSync(join(folder, 'table.md'))],
    [
      'a file in the place of its folder',
      'evidence/a.md',
      (folder) => writeFileSync(join(folder, 'evidence'), ''),
    ],
  ])('that cannot be written is named, with %s', async (_, path, prepare) => {
    const folder = folderForTest();
    prepare(folder);
    await expect(putFile(folder, path, 'text')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining(join(folder, path)),
      hint: expect.stringContaining('--output'),
    });
  });

  it.each(['ENOSPC', 'EDQUOT'])('for which there is no room is another matter: %s', async (code) => {
    const folder = folderForTest();
    vi.mocked(atomic.replaceFile).mockRejectedValueOnce(Object.assign(new Error('full'), { code }));
    await expect(putFile(folder, 'table.md', 'text')).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the digest of a file', () => {
  it('is that of its text', async () => {
    const folder = folderForTest();
    await putFile(folder, 'a/b.md', 'zwölf');
    expect(await digestOfFile(folder, 'a/b.md')).toBe(digestOfText('zwölf'));
    expect(digestOfText('zwölf')).not.toBe(digestOfText('zwolf'));
  });

  it('is none of a file that is not there, or cannot be read', async () => {
    const folder = folderForTest();
    expect(await digestOfFile(folder, 'nowhere.md')).toBeUndefined();
    expect(await digestOfFile(dirname(folder), folder.slice(dirname(folder).length + 1))).toBeUndefined();
  });
});
