import { randomBytes } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.js';
import { makeDirectory } from './make-directory.js';
import { stateOf, thisProcess } from './owner.js';

/** Age in milliseconds after which a mark of a process that cannot be seen from here (another container) is stale. */
const FOREIGN_LIFETIME = 24 * 60 * 60 * 1000;

/** A fresh name `<label>~<owner>~<n>` that tells what it is about and which process made it. */
export function markName(label: string): string {
  return `${label}~${thisProcess()}~${randomBytes(4).toString('hex')}`;
}

/**
 * Leaves an empty file in `dir` saying that this process is at `label`.
 * @returns its path; removing the file takes the mark back
 */
export async function leaveMark(dir: string, label: string): Promise<string> {
  const path = join(dir, markName(label));
  // The directory may be gone: a cache is safe to delete, also under a running tool.
  await makeDirectory(dir);
  await writeFile(path, '', { flag: 'wx' });
  return path;
}

/** Labels in `dir` marked by processes that still run. */
export async function liveLabels(dir: string): Promise<Set<string>> {
  const names = await namesIn(dir);
  const live = await Promise.all(names.map(async (name) => !(await isStale(dir, name))));
  return new Set(names.filter((_, index) => live[index]).map(labelOf));
}

/** Removes from `dir` the marks, and the directories named like marks, of processes that have ended. */
export async function sweep(dir: string): Promise<void> {
  for (const name of await namesIn(dir)) {
    if (await isStale(dir, name)) await rm(join(dir, name), { recursive: true, force: true });
  }
}

async function isStale(dir: string, name: string): Promise<boolean> {
  const state = stateOf(name.split('~')[1] ?? '');
  if (state !== 'foreign') return state === 'dead';
  const facts = await stat(join(dir, name)).catch(() => undefined);
  return facts === undefined || Date.now() - facts.mtimeMs > FOREIGN_LIFETIME;
}

function labelOf(name: string): string {
  return name.split('~')[0] ?? name;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
