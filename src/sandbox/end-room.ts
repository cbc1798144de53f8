/** Ends a room from outside, whatever state its host is in. */
import { dirname } from 'node:path';
import type { RoomFacts } from './inside.js';
import { endLeftovers, processIds, processStat, untilNone } from './leftovers.js';
import { removeRoomFolder } from './room-folder.js';

interface RoomProcess {
  readonly pid?: number | undefined;
  readonly exitCode: number | null;
  readonly signalCode: NodeJS.Signals | null;
  kill(signal: 'SIGKILL'): boolean;
}

/** PID 1 of a sealed room, as the outside sees it. */
export interface FirstProcess {
  readonly pid: number;
  readonly startedAt: string;
}

/**
 * Finds PID 1 of the room that `builder` (bwrap or unshare) has made: its only child. There is none for a moment at the
 * start, but as soon as the host speaks there is.
 */
export function firstProcess(builder: number): FirstProcess | undefined {
  for (const pid of processIds()) {
    const stat = processStat(pid);
    if (stat?.parent === builder) return { pid, startedAt: stat.startedAt };
  }
  return undefined;
}

/** Kills everything in a room without isolation that can be found, and removes the room's folder. */
export async function endUnsealed(
  child: RoomProcess,
  ended: Promise<unknown>,
  facts: RoomFacts,
): Promise<void> {
  await endLeftovers(facts.mark, isAlive(child) ? child.pid : undefined);
  await ended;
  removeRoomFolder(dirname(facts.home));
}

/**
 * Kills PID 1 of a sealed room, and with it, by the kernel, everything in its namespace. PID 1 is dead only when all of
 * that is. Killing the builder instead would end the room too, but nobody would say when.
 */
export async function endSealed(
  child: RoomProcess,
  ended: Promise<unknown>,
  first: FirstProcess | undefined,
): Promise<void> {
  const target = first ?? (isAlive(child) ? firstProcess(child.pid) : undefined);
  if (target !== undefined) await untilNone(() => (killIfAlive(target) ? 1 : 0));
  child.kill('SIGKILL');
  await ended;
}

function isAlive(child: RoomProcess): child is RoomProcess & { readonly pid: number } {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function killIfAlive({ pid, startedAt }: FirstProcess): boolean {
  const stat = processStat(pid);
  if (stat === undefined || stat.dead || stat.startedAt !== startedAt) return false;
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    // It was faster.
    return false;
  }
}
