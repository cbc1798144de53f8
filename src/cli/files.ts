/** Files that a command line names: read whole, and written so that they are there whole or not at all. */
import { constants, createReadStream } from 'node:fs';
import { access, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, resolve } from 'node:path';
import { replaceFile } from '../disk.js';
import { badOption, BisectError, systemCode } from '../errors.js';
import type { Typed } from './commands.js';

/** More than any run that was kept; text of a file is held in memory several times over. */
const MAX_BYTES = 200 * 2 ** 20;

/**
 * The text of a file.
 * @param path relative to `cwd`
 * @throws BisectError `BAD_OPTION` if there is none, or if it is too large to be an exported run
 */
export async function readText(path: string, cwd: string): Promise<string> {
  const file = resolve(cwd, path);
  const hint = 'name a file that "mcp-bisect report --export" wrote';
  const text = await readUpTo(file, MAX_BYTES).catch((cause: unknown) => {
    throw badOption(`${file} cannot be read (${systemCode(cause) ?? 'unknown error'})`, hint, cause);
  });
  if (text !== undefined) return text;
  throw badOption(`${file} is larger than ${MAX_BYTES / 2 ** 20} MiB: no exported run is`, hint);
}

/** Undefined for more: a pipe or a device does not say its size beforehand. */
async function readUpTo(file: string, bytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Writes a file in place of what was there. What is no regular file (a pipe, a device) is written to and not replaced.
 * @param path relative to `cwd`
 * @param mode of the file; left out: that of the one before, or what is usual
 * @throws BisectError `OUTPUT_NOT_WRITABLE`, `DISK_FULL`
 */
export async function writeText(path: string, cwd: string, text: string, mode?: number): Promise<void> {
  const file = resolve(cwd, path);
  try {
    const before = await stat(file).catch(absent);
    if (before && !before.isFile()) await writeFile(file, text);
    else await replaceFile(before ? await realpath(file) : file, text, mode ?? before?.mode);
  } catch (cause) {
    throw notWritable(file, cause);
  }
}

/**
 * Writes a file, and never over another: the same text may be there already.
 * @param elsewhere how another place is named
 * @throws BisectError `BAD_OPTION`, `OUTPUT_NOT_WRITABLE`, `DISK_FULL`
 */
export async function writeNew(file: string, text: string, elsewhere: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') throw notWritable(file, cause);
    if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
    throw badOption(
      `${file} exists already, and is another file`,
      `${elsewhere}: nothing is written over`,
      cause,
    );
  }
}

/**
 * Finds out before the work whether a file could be written after it.
 * @throws BisectError `OUTPUT_NOT_WRITABLE`
 */
export async function assertWritable(path: string, cwd: string): Promise<void> {
  const file = resolve(cwd, path);
  const folder = await stat(dirname(file)).catch((cause: unknown) => {
    throw notWritable(file, cause);
  });
  const target = await stat(file).catch(() => undefined);
  if (!folder.isDirectory() || target?.isDirectory()) throw notWritable(file, undefined);
  const place = target && !target.isFile() ? file : dirname(file);
  await access(place, constants.W_OK).catch((cause: unknown) => {
    throw notWritable(file, cause);
  });
}

/** Undefined for what is not there. */
function absent(error: unknown): undefined {
  if (systemCode(error) === 'ENOENT') return undefined;
  throw error;
}

/** What kept a file from being written, as the user should hear it. */
function notWritable(file: string, cause: unknown): BisectError {
  const code = systemCode(cause) ?? 'it is a folder';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new BisectError('DISK_FULL', `no space left to write ${file}`, {
      hint: 'free some, or name another file; what was there is as it was',
      cause,
    });
  return new BisectError('OUTPUT_NOT_WRITABLE', `${file} cannot be written (${code})`, {
    hint: 'name another file, in a folder that exists and can be written to',
    cause,
  });
}

export type Format = NonNullable<Typed<'report'>['format']>;

const BY_ENDING: Readonly<Record<string, Format>> = {
  '.md': 'md',
  '.markdown': 'md',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.xml': 'junit',
};

/** The format that the ending of a file's name stands for; undefined if it stands for none. */
export const formatByEnding = (file: string): Format | undefined => BY_ENDING[extname(file).toLowerCase()];

/** @throws BisectError `BAD_OPTION` if the ending of a file's name stands for no format */
export function formatOfFile(file: string): Format {
  const format = formatByEnding(file);
  if (format) return format;
  throw badOption(`${file}: its ending names no format`, 'end it in .md, .html, .json or .xml (JUnit)');
}
