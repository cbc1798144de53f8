/** When a run is over, for scenarios in which nothing changes the finding once the model has heard of every call. */
import { read } from './reading.js';
import type { ArmRecord } from './scenario.js';

/**
 * How long a client at a terminal is watched on of which nothing but silence is seen: it never ends by itself, and may
 * connect anew in the background (the official SDK first tries after 1 s).
 */
export const SILENCE_MS = 4_000;

/**
 * `watchMs` once the model has heard of every scripted call. A question that does not offer the tool is the last one
 * of a client that has lost it, and the first one of a client that asks something else meanwhile: only what follows tells
 * them apart. Without a terminal the client ends by itself; at one it is watched on for long.
 */
export function settledAfterCalls(record: ArmRecord, watchMs: number): number | undefined {
  const seen = read(record);
  if (seen.callsReported) return watchMs;
  return record.mode === 'interactive' && seen.scriptEnded ? SILENCE_MS : undefined;
}
