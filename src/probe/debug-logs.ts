/** Reads the debug logs that a client left behind: files that are not ours to trust. */
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Capture } from '../sandbox/process.js';

/**
 * The text of the regular files among `places` (files, or folders of files), in order of name, up to `maxBytes` in
 * all. Links and special files are left out: a client could lead a reader anywhere, or let it hang.
 */
export async function readLogs(places: readonly string[], maxBytes: number): Promise<Capture> {
  const files = (await Promise.all(places.map(regularFiles))).flat();
  let text = '';
  let bytes = 0;
  for (const file of files) {
    const { size } = await lstat(file);
    text += await readStart(file, Math.max(0, maxBytes - bytes));
    bytes += size;
  }
  return { text, bytes, capped: bytes > maxBytes };
}

async function regularFiles(place: string): Promise<string[]> {
  const names = await readdir(place, { withFileTypes: true }).catch(() => null);
  if (names)
    return names
      .filter((entry) => entry.isFile())
      .map((entry) => join(place, entry.name))
      .toSorted();
  const found = await lstat(place).catch(() => null);
  return found?.isFile() ? [place] : [];
}

async function readStart(file: string, length: number): Promise<string> {
  const handle = await open(file);
  try {
    const buffer = Buffer.alloc(Math.min(length, (await handle.stat()).size));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
