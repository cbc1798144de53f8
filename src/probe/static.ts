/** A command of the user's that reads an executable: it is run as they would run it themselves, in no room. */
import { type Capture, type ClientCommand, runClient } from '../sandbox/process.js';
import type { Observation } from './observation.js';

export interface StaticRequest extends Pick<Observation, 'client' | 'version' | 'scenario' | 'arm'> {
  readonly command: ClientCommand;
}

const NOTHING: Capture = { text: '', bytes: 0, capped: false };

/** Runs the command once, as one observation; `mode` and `isolation` say that no client ran. */
export async function probeStatic({ command, ...subject }: StaticRequest): Promise<Observation> {
  const startedAt = new Date().toISOString();
  const { durationMs, ...run } = await runClient(command);
  return {
    schema: 1,
    ...subject,
    mode: 'static',
    isolation: 'none',
    startedAt,
    durationMs: Math.round(durationMs),
    command: command.argv,
    ...run,
    debugLog: NOTHING,
    screen: null,
    journal: [],
    journalOmitted: 0,
    fault: null,
  };
}
