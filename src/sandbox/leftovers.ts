/**
 * Finds and ends the processes of a room that has no PID namespace. Their environment names the room, and their parents
 * lead to the host; a process that both left its parents and cleared its environment is not found. That is the limit of
 * `--isolation none`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { BisectError } from '../errors.js';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly marked: boolean;
}

/**
 * Kills everything that carries the mark, and `host` if it still lives, with all their descendants, until there are none.
 * Called by the host, it spares that.
 */
export async function endLeftovers(mark: string, host?: number): Promise<void> {
  await untilNone(() => {
    const left = leftovers(processes(mark), host);
    for (const pid of left) killOne(pid);
    return left.length;
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

function leftovers(all: readonly ProcessEntry[], host: number | undefined): number[] {
  const family = new Set(all.filter(({ pid, marked }) => marked || pid === host).map(({ pid }) => pid));
  let size: number;
  do {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  } while (size !== family.size);
  family.delete(process.pid);
  return [...family];
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was faster.
  }
}

/** The mark is in the host's environment too, and so in that of a child which has not become another program yet. */
function processes(mark: string): ProcessEntry[] {
  return process.platform === 'linux' ? fromProc(mark) : fromPs(mark);
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

export interface ProcessStat {
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

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
