import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** How an owner stands to this process: `foreign` is one whose life cannot be seen from here. */
export type OwnerState = 'alive' | 'dead' | 'foreign';

/**
 * Name of this process that no other has, now or after a reuse of its id: `<pid>.<start>.<place>`.
 * `start` is the boot and the start time, `place` the host and process namespace in which the id has a meaning (two
 * containers can share a cache directory, but not their ids).
 */
export function thisProcess(): string {
  return `${process.pid}.${startOf(process.pid) ?? 'unknown'}.${place()}`;
}

/** Whether the process of that name still runs. A zombie does not: it holds nothing any more. */
export function stateOf(owner: string): OwnerState {
  const [pid, start, where] = owner.split('.');
  if (!/^\d+$/.test(pid ?? '') || where !== place()) return 'foreign';
  const seen = startOf(Number(pid));
  if (seen !== undefined && start !== 'unknown') return seen === start ? 'alive' : 'dead';
  return answers(Number(pid)) ? 'alive' : 'dead';
}

function startOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command's name is in parentheses and may itself hold any of them: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
  const boot = read('/proc/sys/kernel/random/boot_id')?.slice(0, 8) ?? '';
  return `${boot}-${fields[19] ?? ''}`;
}

/** Without /proc, or where it hides the processes of others: the process is asked itself. */
function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
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

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
