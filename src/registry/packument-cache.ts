/** The registry's last answers, a file each: asked by whether they still hold, and good to go on with when there is no network. */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeDirectory, onDisk } from '../disk.js';

/** Where the registry's answers are kept, so that there is one to go on with when it cannot be reached. */
export const packumentCacheOf = (cacheDir: string): string => join(cacheDir, 'npm');

const headShape = z.object({
  url: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
  /** How long the registry vouched for it, in milliseconds. */
  freshMs: z.number(),
  /** sha256 of the body: a file may have been damaged since. */
  sha256: z.string(),
});

export interface CachedAnswer extends Omit<z.infer<typeof headShape>, 'url' | 'sha256'> {
  readonly body: Buffer;
  /** When the registry vouched for it last. */
  readonly asOf: Date;
}

const fileOf = (folder: string, url: string) =>
  join(folder, `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.packument`);

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

/** The answer to `url` that is kept in `folder`; null where there is none, or none that is whole. */
export async function readAnswer(folder: string, url: string): Promise<CachedAnswer | null> {
  try {
    const file = fileOf(folder, url);
    const [bytes, { mtime }] = await Promise.all([readFile(file), stat(file)]);
    const end = bytes.indexOf('\n');
    const head = headShape.parse(JSON.parse(bytes.toString('utf8', 0, end)));
    const body = bytes.subarray(end + 1);
    return head.url === url && head.sha256 === sha256(body) ? { ...head, body, asOf: mtime } : null;
  } catch {
    return null;
  }
}

/**
 * Keeps the answer to `url`, whole or not at all.
 * @throws BisectError `CACHE_NOT_WRITABLE`, `DISK_FULL`
 */
export async function writeAnswer(
  folder: string,
  url: string,
  { body, etag, lastModified, freshMs }: Omit<CachedAnswer, 'asOf'>,
): Promise<void> {
  const file = fileOf(folder, url);
  const temporary = `${file}.${randomUUID()}`;
  const head = JSON.stringify({ url, etag, lastModified, freshMs, sha256: sha256(body) });
  try {
    await onDisk(folder, async () => {
      makeDirectory(folder);
      await writeFile(temporary, Buffer.concat([Buffer.from(`${head}\n`), body]));
      await rename(temporary, file);
    });
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

/** The registry has vouched for the answer to `url` now. */
export async function renewAnswer(folder: string, url: string): Promise<void> {
  const now = new Date();
  await utimes(fileOf(folder, url), now, now).catch(() => undefined);
}

/** Bytes of all that is kept in `folder`. */
export const answersBytes = async (folder: string): Promise<number> => sum(await kept(folder));

/** What became of the answers that are kept. */
interface ShrunkAnswers {
  /** Bytes that were removed, and that remain. */
  readonly bytes: number;
  readonly remaining: number;
}

/**
 * Removes what nobody reads any more, then the answers that were vouched for the longest ago, until at most `toBytes` remain.
 * What cannot be removed stays.
 */
export async function shrinkAnswers(folder: string, toBytes: number): Promise<ShrunkAnswers> {
  const entries = (await kept(folder)).toSorted((a, b) => Number(b.isLeft) - Number(a.isLeft) || a.at - b.at);
  const all = sum(entries);
  let remaining = all;
  for (const { path, isLeft, bytes } of entries) {
    if (!isLeft && remaining <= toBytes) break;
    const isGone = await rm(path, { recursive: true }).then(
      () => true,
      () => false,
    );
    if (isGone) remaining -= bytes;
  }
  return { bytes: all - remaining, remaining };
}

interface Kept {
  readonly path: string;
  readonly bytes: number;
  /** When it was written or vouched for last, in milliseconds. */
  readonly at: number;
  /** It is no answer: of an older layout, or left by a process that was killed while it wrote. */
  readonly isLeft: boolean;
}

const AN_HOUR_MS = 3_600_000;

async function kept(folder: string): Promise<Kept[]> {
  const names = await readdir(folder).catch(() => []);
  const entries = names.map(async (name): Promise<Kept[]> => {
    const path = join(folder, name);
    const facts = await stat(path).catch(() => undefined);
    if (!facts) return [];
    const bytes = facts.isDirectory() ? sum(await kept(path)) : facts.size;
    const isBeingWritten = Date.now() - facts.mtimeMs < AN_HOUR_MS && !facts.isDirectory();
    return [{ path, bytes, at: facts.mtimeMs, isLeft: !name.endsWith('.packument') && !isBeingWritten }];
  });
  return (await Promise.all(entries)).flat();
}

const sum = (entries: readonly Kept[]) => entries.reduce((total, { bytes }) => total + bytes, 0);
