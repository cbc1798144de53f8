/** What the tool and the host inside the room say to each other over IPC. Everything is JSON. */
import type { JournalEntry } from '../fixture/journal.js';
import type { GatewayPlan } from '../fixture/gateway.js';
import type { ModelPlan } from '../fixture/model-api.js';
import type { Capture, ClientRun } from '../sandbox/process.js';

/** Tool → host. A probe is opened, started once its addresses are known, and perhaps ended before its time. */
export type Order =
  | { readonly type: 'open'; readonly gateway: GatewayPlan; readonly model: ModelPlan }
  | ({ readonly type: 'start' } & StartOrder)
  | { readonly type: 'end' };

export interface StartOrder {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path → contents. */
  readonly files: Readonly<Record<string, string>>;
  readonly debugLogs: readonly string[];
  readonly limits: Limits;
}

export interface Limits {
  /** Wall clock of one run of the client, in milliseconds. */
  readonly wallMs: number;
  /** How much of each stream, and of the debug log, is kept. */
  readonly outputBytes: number;
  /** How much output ends the run. */
  readonly floodBytes: number;
}

/** Host → tool. */
export type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'opened'; readonly addresses: Addresses }
  | { readonly type: 'entry'; readonly entry: JournalEntry }
  | { readonly type: 'done'; readonly run: ClientRun; readonly debugLog: Capture }
  | { readonly type: 'failed'; readonly message: string };

export interface Addresses {
  readonly gatewayUrl: string;
  readonly modelUrl: string;
  readonly home: string;
  readonly work: string;
}
