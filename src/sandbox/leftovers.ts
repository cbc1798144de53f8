/**
 * Finds and removes what clients leave, files and processes. Of a room that has no PID namespace the processes' environment names
 * the room, and their parents lead to the host; a process that both left its parents and cleared its environment is not found.
 * That is the limit of `--isolation none`, whose room is a folder: home, work and temporary folder lie in it, and nothing else.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { BisectError, systemCode } from '../errors.js';

/**
 * Kills everything that carries the mark, and `host` if it still lives, with all their descendants, until there are none.
 * Called by the host, it spares that.
 */
export async function endLeftovers(mark: string, host?: number): Promise<void> {
  await untilNone(() => {
    const all = process.platform === 'linux' ? fromProc(mark) : fromPs(mark);
    const family = new Set(all.filter(({ pid, marked }) => marked || pid === host).map(({ pid }) => pid));
    let size: number;
    do {
      size = family.size;
      for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
    } while (size !== family.size);
    family.delete(process.pid);
    for (const pid of family) killOne(pid);
    return family.size;
  });
}

const PATIENCE_MS = 5000;

/** Repeats `round`, which kills and counts, until it counts none. Death is quick but not immediate, and has no event. */
export async function untilNone(round: () => number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (round() > 0) {
    if (performance.now() > deadline)
      throw new BisectError('HOST_FAILED', 'Processes of the room survive SIGKILL.');
    await wait(1);
  }
}

/** False where it was faster, or there is nobody (-1: everybody but the caller). */
export function killOne(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** The mark is in the host's environment too, and so in that of a child which has not become another program yet. */
  readonly marked: boolean;
}

function fromProc(mark: string): ProcessEntry[] {
  return processIds().flatMap((pid) => {
    const stat = processStat(pid);
    if (stat === undefined || stat.dead) return [];
    return [{ pid, parent: stat.parent, marked: readOrEmpty(`/proc/${pid}/environ`).includes(mark) }];
  });
}

/** `-E` shows the environment behind the command, but for programs that the system protects. */
function fromPs(mark: string): ProcessEntry[] {
  const table = execFileSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' });
  return table.split('\n').flatMap((line) => {
    const [, pid, parent] = /^\s*(\d+)\s+(\d+)/.exec(line) ?? [];
    return pid === undefined
      ? []
      : [{ pid: Number(pid), parent: Number(parent), marked: line.includes(mark) }];
  });
}

/** Every process that /proc shows. */
export function processIds(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

interface ProcessStat {
  readonly parent: number;
  /** A dead process is only waiting for its parent to notice. */
  readonly dead: boolean;
  /** Tells it from a later process of the same number. */
  readonly startedAt: string;
}

/** What /proc says of a process, or undefined when it is gone. */
export function processStat(pid: number): ProcessStat | undefined {
  // The name, in parentheses, may contain anything; the fields after it are the third and on.
  const fields = readOrEmpty(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  const [state, parent, startedAt] = [fields[0], fields[1], fields[19]];
  if (parent === undefined || startedAt === undefined) return undefined;
  return { parent: Number(parent), dead: state === 'Z' || state === 'X', startedAt };
}

export function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

const PREFIX = 'mcp-bisect-room-';

/** Makes one. @returns its path, without links */
export const makeRoomFolder = (): string => mkdtempSync(join(realpathSync(tmpdir()), PREFIX));

/**
 * Removes all that is in it, and then, unless it is kept, the folder itself. Only when every process of the room has ended.
 * @throws BisectError `HOST_FAILED` if that is not possible, or if the client has put something else (a link) in its place
 */
export function removeRoomFolder(folder: string, { keep = false } = {}): void {
  try {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (!found.isDirectory() || !basename(folder).startsWith(PREFIX))
      throw new Error('something else is there');
    emptyDirectory(folder, 0o700);
    if (!keep) rmdirSync(folder);
  } catch (cause) {
    const why = systemCode(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new BisectError('HOST_FAILED', `the folder of a room, ${folder}, cannot be cleared (${why})`, {
      hint: 'remove it by hand; what a client has mounted below it has to be unmounted first',
      cause,
    });
  }
}

/**
 * Removes all that is in the directory and gives it `mode` again. Links are not followed, and what is mounted below it
 * (the store, when it lies in /tmp) stays. Not `rm`: a room has no right to enter a directory of mode 0, not even as root, and
 * directories may be nested deeper than a path can be long.
 * @throws the system's error for what cannot be removed
 */
export function emptyDirectory(path: string, mode: number): void {
  const mounts = mountPoints();
  // Paths are bytes: a file name need not be UTF-8.
  const staying: Buffer[] = [Buffer.from(path)];
  for (const folder of staying)
    for (const { at, isDirectory } of openedEntries(folder)) {
      if (mounts.some((mount) => mount.equals(at))) continue;
      if (!isDirectory) unlinkSync(at);
      else if (mounts.some((mount) => isBelow(mount, at))) staying.push(at);
      else removeTree(at, folder);
    }
  chmodSync(path, mode);
}

/** A directory inside another one is first moved to `top`, so that no depth makes a path or the stack long. */
function removeTree(tree: Buffer, top: Buffer): void {
  const waiting = [tree];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const { at, isDirectory } of openedEntries(folder)) {
      if (isDirectory) {
        // What is moved has its `..` written.
        chmodSync(at, 0o700);
        waiting.push(pathOf(top, Buffer.from(randomUUID())));
        renameSync(at, waiting.at(-1) as Buffer);
      } else unlinkSync(at);
    }
    rmdirSync(folder);
  }
}

function openedEntries(folder: Buffer): { readonly at: Buffer; readonly isDirectory: boolean }[] {
  chmodSync(folder, 0o700);
  const entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => ({ at: pathOf(folder, entry.name), isDirectory: entry.isDirectory() }));
}

const pathOf = (folder: Buffer, name: Buffer) => Buffer.concat([folder, Buffer.from('/'), name]);

const isBelow = (path: Buffer, folder: Buffer) => path.indexOf(pathOf(folder, Buffer.alloc(0))) === 0;

function mountPoints(): Buffer[] {
  if (process.platform !== 'linux') return [];
  const lines = readFileSync('/proc/self/mountinfo', 'latin1').split('\n');
  return lines.map((line) => Buffer.from(unescaped(line.split(' ')[4] ?? ''), 'latin1'));
}

/** mountinfo writes blanks and backslashes as `\040`. */
const unescaped = (point: string) =>
  point.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
