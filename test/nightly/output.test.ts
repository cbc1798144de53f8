import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { putFile } from '../../src/nightly/output.js';
import { folderForTest } from './setting.js';

describe('a file of the output folder', () => {
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
    const full = () => Promise.reject(Object.assign(new Error('full'), { code }));
    await expect(putFile(folder, 'table.md', 'text', full)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
