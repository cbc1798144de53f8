/** What can be asked of a journal, and what became of tools/list in it. */
import type { FixtureName } from '../fixture/journal.js';

/** Which entries are meant. Fields left out match anything. */
export interface Where {
  readonly fixture?: FixtureName;
  /** HTTP method. */
  readonly method?: string;
  /** Path of the URL; a query is left aside. */
  readonly path?: string;
  /** JSON-RPC method; a batch counts for each method in it. */
  readonly rpc?: string;
  /** The tool of a tools/call, by the gateway's name for it. */
  readonly tool?: string;
  /** HTTP status of an answer. */
  readonly status?: number;
}

/**
 * `pending`: asked for, and neither answered nor given up until the end. `aborted`: the connection was closed before, by the
 * client, or with it when it ended or was ended.
 */
export type ToolsListFate = 'never asked' | 'pending' | 'answered' | 'aborted';
