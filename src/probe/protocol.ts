/** What the tool and the host inside the room say to each other over IPC. Everything is JSON. */
import type { TerminalPlan } from '../clients/client.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { GatewayPlan, ModelPlan, ServerAddress } from '../fixture/plan.js';
import type { Capture, ClientRun } from '../sandbox/process.js';

/** Tool → host. A probe is opened, started once its addresses are known, and perhaps ended before its time. */
export type Order =
  | { readonly type: 'open'; readonly gateway: GatewayPlan; readonly model: ModelPlan }
  | ({ readonly type: 'start' } & StartOrder)
  /** Of a client at somebody's own terminal: what they type, in base64, and its new size. */
  | { readonly type: 'typed'; readonly data: string }
  | { readonly type: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly type: 'end' };

export interface StartOrder {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path → contents. */
  readonly files: Readonly<Record<string, string>>;
  readonly debugLogs: readonly string[];
  /** Runs the client in a pseudo-terminal. */
  readonly terminal?: TerminalPlan;
  readonly limits: ProbeLimits;
}

export interface ProbeLimits {
  /** Wall clock of one run of the client, in milliseconds. */
  readonly wallMs: number;
  /** How much of each stream, and of the debug log, is kept. */
  readonly outputBytes: number;
  /** How much output ends the run. */
  readonly floodBytes: number;
}

/** Host → tool. */
export type HostReport =
  | { readonly type: 'ready' }
  | { readonly type: 'opened'; readonly addresses: Addresses }
  | { readonly type: 'entry'; readonly entry: JournalEntry }
  /** What a client at somebody's own terminal has written, in base64. */
  | { readonly type: 'written'; readonly data: string }
  | ({ readonly type: 'done' } & Done)
  | { readonly type: 'failed'; readonly message: string };

/** What is known once the client has ended. */
export interface Done {
  readonly run: ClientRun;
  readonly debugLog: Capture;
  /** What a pseudo-terminal showed at the end; null where there was none. */
  readonly screen: readonly string[] | null;
  /** The writable place in which no space was left, or null. */
  readonly fullPlace: string | null;
  /** How many entries were not reported, since the journal was full. */
  readonly journalOmitted: number;
}

export interface Addresses {
  readonly server: ServerAddress;
  readonly modelUrl: string;
  readonly home: string;
  readonly work: string;
}
