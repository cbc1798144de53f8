/** Ends a running client when it takes too long, says too much or is no longer wanted, and knows which of these it was. */
import type { ClientCommand, ClientExit } from './process.js';

export interface Supervision {
  /** Why the client was ended by us; undefined if it was not. */
  readonly cause: ClientExit | undefined;
  /** Takes note of how much the client has written in all. */
  written(bytes: number): void;
  /** The client has ended, by itself or not: what is left of its process group is killed, and no limit is kept any more. */
  close(): void;
}

/** Keeps the limits of `command` on the process group that `pid` leads, from now on. */
export function supervise(pid: number | undefined, command: ClientCommand): Supervision {
  let cause: ClientExit | undefined;
  let kill: NodeJS.Timeout | undefined;
  const stop = (reason: ClientExit, graceMs = 0): void => {
    cause ??= reason;
    signalGroup(pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
    if (graceMs > 0) kill = setTimeout(signalGroup, graceMs, pid, 'SIGKILL');
  };
  const endEarly = (): void => stop({ kind: 'ended' }, command.graceMs);
  const wall = setTimeout(stop, command.wallMs, { kind: 'timeout', afterMs: command.wallMs });
  command.signal?.addEventListener('abort', endEarly, { once: true });
  return {
    get cause() {
      return cause;
    },
    written: (bytes) => {
      if (bytes > command.floodBytes) stop({ kind: 'flooded', bytes });
    },
    close: () => {
      clearTimeout(wall);
      clearTimeout(kill);
      command.signal?.removeEventListener('abort', endEarly);
      signalGroup(pid, 'SIGKILL');
    },
  };
}

/** The group outlives its leader as long as it has members, and its number is not given away before that. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}
