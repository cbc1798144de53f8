import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceFile } from '../src/atomic-file.js';
import { folderForTest } from './nightly/setting.js';

const fileForTest = () => {
  const folder = folderForTest();
  return { folder, file: join(folder, 'report.md') };
};

describe('a file that is replaced', () => {
  it('has the new text, and nothing else is left', async () => {
    const { folder, file } = fileForTest();
    writeFileSync(file, 'something longer than that');
    await replaceFile(file, 'zwölf');
    expect(readFileSync(file, 'utf8')).toBe('zwölf');
    expect(readdirSync(folder)).toEqual(['report.md']);
  });

  it('is made where there is none', async () => {
    const { file } = fileForTest();
    await replaceFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  it('is for whom it was said', async () => {
    const { file } = fileForTest();
    await replaceFile(file, 'secret', 0o600);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('is the old one or the new one to whoever reads it meanwhile, and in the end one that was written whole', async () => {
    const { folder, file } = fileForTest();
    const texts = Array.from({ length: 12 }, (_, index) => `${index} `.repeat(20_000));
    await replaceFile(file, 'old');
    const read = new Set<string>();
    const writing = Promise.all(texts.map((text) => replaceFile(file, text)));
    const reader = setInterval(() => read.add(readFileSync(file, 'utf8')), 0);
    await writing;
    clearInterval(reader);
    read.add(readFileSync(file, 'utf8'));
    expect([...read].filter((text) => text !== 'old' && !texts.includes(text))).toEqual([]);
    expect(readdirSync(folder)).toEqual(['report.md']);
  });
});

describe('a file that cannot be replaced', () => {
  it('because it is a folder is told with the error of the system', async () => {
    const { folder, file } = fileForTest();
    mkdirSync(file);
    await expect(replaceFile(file, 'new')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(readdirSync(folder)).toEqual(['report.md']);
  });

  it('because there is no folder is told with the error of the system', async () => {
    const { folder } = fileForTest();
    await expect(replaceFile(join(folder, 'nowhere', 'report.md'), 'new')).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
