import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BisectError, systemCode } from '../errors.js';
import { makeDirectory, onDisk } from '../disk.js';
import { processStat, readOrEmpty } from '../sandbox/leftovers.js';
import { type Layout, namesIn } from './layout.js';

/** Milliseconds between two looks at another process's claim, which lasts as long as one rename. */
const GLANCE = 2;

/**
 * Says that this process uses the executable with this key, whether or not it is there already. From the moment this
 * resolves until the lease is given back, no process removes it.
 *
 * A lease and a removal can meet. Each side first leaves its own mark (lease, claim) and then looks for the other's,
 * so at least one sees the other: the remover gives way to a lease, and a new lease waits until the claim is gone.
 * Nothing has to be put back, and a leased path never vanishes, not even for an instant.
 * @param patience milliseconds to wait for a claim
 * @returns gives the lease back; harmless when called again
 * @throws {BisectError} DISK_FULL, CACHE_NOT_WRITABLE; CACHE_BUSY when a claim stays
 */
export async function takeLease(
  layout: Layout,
  key: string,
  patience = 10_000,
): Promise<() => Promise<void>> {
  const path = await onDisk(layout.dir, () => leaveMark(layout.leases, key));
  const release = () => rm(path, { force: true });
  const deadline = Date.now() + patience;
  while ((await liveLabels(layout.claims)).has(key)) {
    if (Date.now() > deadline) {
      await release().catch(() => undefined);
      const message = `Another process is removing from the cache ${layout.dir} and does not finish.`;
      throw new BisectError('CACHE_BUSY', message, {
        hint: 'Wait for the other mcp-bisect or end it, or name another place with --cache-dir.',
        facts: { dir: layout.dir },
      });
    }
    await pause(GLANCE);
  }
  return release;
}

/** Keys of the executables that some process uses now. */
export const leasedKeys = (layout: Layout): Promise<Set<string>> => liveLabels(layout.leases);

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
  makeDirectory(dir);
  await writeFile(path, '', { flag: 'wx' });
  return path;
}

/** Labels in `dir` marked by processes that still run. */
async function liveLabels(dir: string): Promise<Set<string>> {
  const names = await namesIn(dir);
  const stale = await Promise.all(names.map((name) => isStale(dir, name)));
  return new Set(names.filter((_, index) => !stale[index]).map((name) => name.split('~')[0] ?? name));
}

/**
 * Clears what processes left that ended without a farewell: marks, and directories named like marks.
 * @throws {BisectError} CACHE_NOT_WRITABLE
 */
export async function sweep({ dir, temporary, leases, claims }: Layout): Promise<void> {
  await onDisk(dir, async () => {
    for (const folder of [temporary, leases, claims])
      for (const name of await namesIn(folder))
        if (await isStale(folder, name)) await rm(join(folder, name), { recursive: true, force: true });
  });
}

async function isStale(dir: string, name: string): Promise<boolean> {
  const state = stateOf(name.split('~')[1] ?? '');
  if (state !== 'foreign') return state === 'dead';
  const facts = await stat(join(dir, name)).catch(() => undefined);
  return facts === undefined || Date.now() - facts.mtimeMs > FOREIGN_LIFETIME;
}

/**
 * Name of this process that no other has, now or after a reuse of its id: `<pid>.<start>.<place>`.
 * `start` is the boot and the start time, `place` the host and process namespace in which the id has a meaning (two
 * containers can share a cache directory, but not their ids).
 */
export function thisProcess(): string {
  return `${process.pid}.${startOf(process.pid) ?? 'unknown'}.${place()}`;
}

/** Whether the process of that name still runs; `foreign`: its life cannot be seen from here. A zombie holds nothing any more. */
export function stateOf(owner: string): 'alive' | 'dead' | 'foreign' {
  const [pid, start, where] = owner.split('.');
  if (!/^\d+$/.test(pid ?? '') || where !== place()) return 'foreign';
  const seen = startOf(Number(pid));
  if (seen !== undefined && start !== 'unknown') return seen === start ? 'alive' : 'dead';
  return answers(Number(pid)) ? 'alive' : 'dead';
}

/** Undefined where there is no such process, or no /proc to ask. */
function startOf(pid: number): string | undefined {
  const seen = processStat(pid);
  if (seen === undefined || seen.dead) return seen && 'ended';
  return `${readOrEmpty('/proc/sys/kernel/random/boot_id').slice(0, 8)}-${seen.startedAt}`;
}

/** Without /proc, or where it hides the processes of others: the process is asked itself. */
function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function place(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Systems without namespaces have one place per host.
  }
  return createHash('sha256').update(`${hostname()}\0${namespace}`).digest('hex').slice(0, 8);
}
