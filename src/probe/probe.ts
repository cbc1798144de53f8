/** One probe: one release under one arm, in a room. Record first; what it means is decided later, by verdict/judge.ts. */
import type { Client, HealthCheck, LaunchContext } from '../clients/client.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';
import type { HostedRoom } from './hosted-room.js';
import type { Observation } from './observation.js';
import type { Mode } from '../settings.js';
import type { ProbeLimits } from './protocol.js';
import { record, type Executable } from './recording.js';

export type { Executable } from './recording.js';

export interface ProbeOrder {
  readonly subject: Executable;
  readonly client: Client;
  readonly scenario: Scenario;
  readonly arm: Arm;
  readonly mode: Mode;
  readonly limits: ProbeLimits;
  /** Ends the probe and its room at once. */
  readonly signal: AbortSignal;
}

/**
 * Runs the client once. Never rejects for what the client or the room does: a failure of our own side is the
 * observation's `fault`.
 * @throws BisectError `BAD_SCENARIO` if the scenario cannot say whether its arm is settled: no release is to blame for that
 */
export function probe(request: ProbeOrder, room: HostedRoom): Promise<Observation> {
  const { client, scenario, arm, mode } = request;
  const modelToolName = client.modelToolName(scenario.server, scenario.tool);
  const task = {
    ...request,
    name: arm.id,
    launch: (context: LaunchContext) => client.launch(context),
    settled: (journal: readonly JournalEntry[]) => scenario.settled({ arm, journal, modelToolName, mode }),
  };
  return record(task, room);
}

/** Under which name a health check stands in its observation, in the place of an arm. */
export const HEALTH_CHECK = 'health-check';

/**
 * Runs the client's own health check against the gateway of `arm`. What it says is an observation like any other, and
 * judges nothing.
 */
export function probeHealth(
  request: Omit<ProbeOrder, 'mode'>,
  check: HealthCheck,
  room: HostedRoom,
): Promise<Observation> {
  const task = {
    ...request,
    mode: 'headless' as const,
    name: HEALTH_CHECK,
    launch: (context: LaunchContext) => check.launch(context),
    settled: () => undefined,
  };
  return record(task, room);
}
