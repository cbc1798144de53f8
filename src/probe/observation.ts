/** Everything that one probe recorded: one release under one arm, once. Serializable; all judging is done on it. */
import type { Mode } from '../settings.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { Isolation } from '../sandbox/steps.js';
import type { Capture, ClientExit } from '../sandbox/process.js';

export interface Observation {
  readonly schema: 1;
  readonly client: string;
  readonly version: string;
  readonly scenario: string;
  readonly arm: string;
  readonly mode: Mode;
  readonly isolation: Isolation;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** From the start of the client to its end, in milliseconds. */
  readonly durationMs: number;
  /** The command line inside the room. */
  readonly command: readonly string[];
  readonly exit: ClientExit;
  readonly stdout: Capture;
  readonly stderr: Capture;
  readonly debugLog: Capture;
  /** What a pseudo-terminal showed at the end, line by line; null where there was none. */
  readonly screen: readonly string[] | null;
  readonly journal: readonly JournalEntry[];
  /** How many entries came after the journal was full. */
  readonly journalOmitted: number;
  /** A failure of the tool's own side (the fixture died, the room broke): nothing here says anything of the release. */
  readonly fault: string | null;
}
