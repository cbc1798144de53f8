/** The output folder: files are written only where they are not as they should be. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '../disk.js';
import { BisectError, systemCode } from '../errors.js';

/** What a folder holds, so that a later night can tell whether anything in it has to be made anew. */
export interface Output {
  /** By path: sha256 of the text. */
  readonly files: Readonly<Record<string, string>>;
  /** By path without ending: sha256 of what the two evidence pages of a release were made of. */
  readonly pages: Readonly<Record<string, string>>;
}

/**
 * Puts a text into a file below the folder, unless it is there already.
 * @param path with `/`
 * @param replace writes the whole of a file
 * @returns whether it was written
 * @throws BisectError `OUTPUT_NOT_WRITABLE` or `DISK_FULL`
 */
export async function putFile(
  folder: string,
  path: string,
  text: string,
  replace = replaceFile,
): Promise<boolean> {
  const file = join(folder, path);
  try {
    if ((await textOf(file)) === text) return false;
    await mkdir(dirname(file), { recursive: true });
    await replace(file, text);
    return true;
  } catch (cause) {
    throw notWritable(file, cause);
  }
}

/** The digest of a file's text; undefined where there is none. */
export async function digestOfFile(folder: string, path: string): Promise<string | undefined> {
  const text = await textOf(join(folder, path)).catch(() => undefined);
  return text === undefined ? undefined : digestOfText(text);
}

/** Whether every file of the folder is as it was left. */
export async function isUntouched(folder: string, { files }: Output): Promise<boolean> {
  const same = await Promise.all(
    Object.entries(files).map(async ([path, digest]) => (await digestOfFile(folder, path)) === digest),
  );
  return same.every(Boolean);
}

export const digestOfText = (text: string): string => createHash('sha256').update(text).digest('hex');

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function notWritable(file: string, cause: unknown): BisectError {
  const code = systemCode(cause) ?? 'unknown error';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new BisectError(
    isFull ? 'DISK_FULL' : 'OUTPUT_NOT_WRITABLE',
    isFull ? `no space left to write ${file}` : `${file} cannot be written (${code})`,
    {
      hint: 'name another folder with --output, or make room; the night goes on from here when it is run again',
      cause,
    },
  );
}
