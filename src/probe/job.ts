/** What one run of a client is: the one request, whoever makes it. */
import type { Client, Launch, LaunchContext } from '../clients/client.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';
import type { Mode } from '../settings.js';
import type { ProbeLimits } from './protocol.js';

/** What is run: paths as the room sees them. */
export interface Executable {
  readonly version: string;
  /** The executable, or its interpreter and its file. */
  readonly command: readonly [string, ...string[]];
}

export interface Job {
  readonly subject: Executable;
  readonly client: Client;
  readonly scenario: Scenario;
  /** Whose gateway and model the client meets. */
  readonly arm: Arm;
  readonly mode: Mode;
  readonly limits: ProbeLimits;
  /** Ends the run and its room at once. */
  readonly signal: AbortSignal;
  /** What is done under the arm's conditions in place of its own run: it is never settled, and what comes of it judges nothing. */
  readonly instead?: {
    /** What the observation calls it. */
    readonly name: string;
    launch(context: LaunchContext): Launch;
  };
}
