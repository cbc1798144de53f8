import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assertWritable, readText, writeText } from '../../src/cli/files.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
const contents = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('a file that is written', () => {
  it('takes the place of what was there', async () => {
    writeFileSync(join(folder, 'report.md'), 'something longer than that');
    await writeText('report.md', folder, 'new');
    expect(contents('report.md')).toBe('new');
    expect(readdirSync(folder)).toEqual(['report.md']);
  });

  it('is the old one or the new one to whoever reads it meanwhile, and in the end one that was written whole', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => `${index} `.repeat(20_000));
    await writeText('report.md', folder, 'old');
    const read = new Set<string>();
    const writing = Promise.all(texts.map((text) => writeText('report.md', folder, text)));
    const reader = setInterval(() => read.add(contents('report.md')), 0);
    await writing;
    clearInterval(reader);
    read.add(contents('report.md'));
    expect([...read].filter((text) => text !== 'old' && !texts.includes(text))).toEqual([]);
    expect(readdirSync(folder)).toEqual(['report.md']);
  });

  it('is the one that a link leads to', async () => {
    writeFileSync(join(folder, 'target.md'), 'old');
    symlinkSync('target.md', join(folder, 'link.md'));
    await writeText('link.md', folder, 'new');
    expect(contents('target.md')).toBe('new');
    expect(lstatSync(join(folder, 'link.md')).isSymbolicLink()).toBe(true);
  });

  it('is not put in the place of a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = await open(pipe, 'r+');
    await writeText('pipe', folder, 'through');
    const { buffer, bytesRead } = await reader.read(Buffer.alloc(100));
    await reader.close();
    expect(buffer.toString('utf8', 0, bytesRead)).toBe('through');
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it.each([
    ['a folder that does not exist', 'nowhere/report.md'],
    ['a folder itself', 'a-folder'],
    ['a file as a folder', 'a-file/report.md'],
  ])('is refused by name in %s, before the work and after it', async (_, path) => {
    mkdirSync(join(folder, 'a-folder'));
    writeFileSync(join(folder, 'a-file'), '');
    const refusal = expect.objectContaining({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining(path),
    });
    await expect(assertWritable(path, folder)).rejects.toEqual(refusal);
    await expect(writeText(path, folder, 'x')).rejects.toEqual(refusal);
  });

  it('that can be written is not touched when that is found out', async () => {
    writeFileSync(join(folder, 'report.md'), 'old');
    await assertWritable('report.md', folder);
    await assertWritable('new.md', folder);
    expect(contents('report.md')).toBe('old');
    expect(() => contents('new.md')).toThrow('ENOENT');
  });
});

describe('a file that is for its owner alone', () => {
  it('can be read by nobody else', async () => {
    await writeText('run.json', folder, '{}', 0o600);
    expect(statSync(join(folder, 'run.json')).mode & 0o777).toBe(0o600);
  });
});

describe('a file that is read', () => {
  it('is found from the working folder', async () => {
    writeFileSync(join(folder, 'run.json'), '{}');
    expect(await readText('run.json', folder)).toBe('{}');
  });

  it('and is not there is named, with the way to get one', async () => {
    await expect(readText('run.json', folder)).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining(join(folder, 'run.json')),
      hint: expect.stringContaining('report --export'),
    });
  });

  it('may be a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [text] = await Promise.all([readText('pipe', folder), writeFile(pipe, '{"schema":1}')]);
    expect(text).toBe('{"schema":1}');
  });

  it('and has no end is given up', async () => {
    await expect(readText('/dev/zero', folder)).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('200 MiB'),
    });
  });

  it('and is too large for an exported run is refused', async () => {
    const handle = await open(join(folder, 'run.json'), 'w');
    await handle.truncate(201 * 2 ** 20);
    await handle.close();
    await expect(readText('run.json', folder)).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining('200 MiB'),
    });
  });
});
