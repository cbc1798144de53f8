/**
 * Runs a client once in a room of this machine: tells the host what to do, and writes down all that it reports. Record
 * first; what it means is decided later, by verdict/judge.ts.
 */
import type { HealthCheck, Launch, LaunchContext } from '../clients/client.js';
import { BisectError } from '../errors.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { ModelPlan } from '../fixture/plan.js';
import { type Capture, type ClientCommand, runClient } from '../sandbox/process.js';
import { frozen } from '../scenarios/frozen.js';
import type { Job } from './job.js';
import type { Observation } from './observation.js';
import type { Addresses, Done } from './protocol.js';
import type { HostedRoom } from './rooms.js';

/** Entries kept of one run: a client in a reconnect loop makes thousands, and each is looked at with all before it. */
const MAX_ENTRIES = 5000;
/** What the host may take beyond the client's own limit before it counts as lost. */
const HOST_GRACE_MS = 15_000;

const NOTHING: Capture = { text: '', bytes: 0, capped: false };
const NOT_RUN: Done = {
  run: { exit: { kind: 'ended' }, stdout: NOTHING, stderr: NOTHING, durationMs: 0 },
  debugLog: NOTHING,
  screen: null,
  fullPlace: null,
  journalOmitted: 0,
};

/**
 * Runs the client once. Never rejects for what the client or the room does: a failure of our own side is the
 * observation's `fault`.
 * @throws BisectError `BAD_SCENARIO` if the scenario cannot say whether its arm is settled: no release is to blame for that
 */
export async function probe(job: Job, room: HostedRoom): Promise<Observation> {
  const { client, scenario, arm, mode, limits, signal, subject } = job;
  const startedAt = new Date().toISOString();
  const journal: JournalEntry[] = [];
  let beyond = 0;
  let command: readonly string[] = [];
  let watch: NodeJS.Timeout | undefined;
  const opened = new Deferred<Addresses>();
  const done = new Deferred<Done>();
  const failed = new Deferred<never>();
  const fail = (message: string) => failed.reject(new Error(message));

  /** Ends the client once its arm is settled and has been watched on for as long as the scenario says. */
  const note = (entry: JournalEntry): void => {
    if (journal.length >= MAX_ENTRIES) {
      beyond += 1;
      return;
    }
    // A scenario's functions are handed it, and must leave it as it is.
    journal.push(frozen(entry));
    if (watch || job.instead) return;
    try {
      const modelToolName = client.modelToolName(scenario.server, scenario.tool);
      const watchMs = scenario.settled({ arm, journal, modelToolName, mode });
      if (watchMs !== undefined) watch = setTimeout(() => room.send({ type: 'end' }), watchMs);
    } catch (error) {
      // This is called by the room's channel: what is thrown here would reach nobody.
      failed.reject(error);
    }
  };
  const run = async (): Promise<Done> => {
    room.send({ type: 'open', gateway: arm.gateway, model: modelOf(job) });
    const { replaces, args, env, files, debugLogs, terminal } = launchOf(job, await opened.promise);
    if (mode === 'interactive' && !terminal)
      throw new Error(`how ${client.title} is run interactively is not known; use --mode headless`);
    const argv = replaces ?? ([...subject.command, ...args] as const);
    command = argv;
    room.send({ type: 'start', argv, env, files, debugLogs, limits, ...(terminal && { terminal }) });
    return done.promise;
  };
  const observed = (
    { run: { durationMs, ...ran }, debugLog, screen, journalOmitted }: Done,
    fault: string | null,
  ) => ({
    schema: 1 as const,
    client: client.id,
    version: subject.version,
    scenario: scenario.id,
    arm: job.instead?.name ?? arm.id,
    mode,
    isolation: room.isolation,
    startedAt,
    durationMs: Math.round(durationMs),
    command,
    ...ran,
    debugLog,
    screen,
    journal,
    journalOmitted: beyond + journalOmitted,
    fault,
  });

  const unsubscribe = room.onReport((report) => {
    if (report.type === 'entry') note(report.entry);
    if (report.type === 'opened') opened.resolve(report.addresses);
    if (report.type === 'done') done.resolve(report);
    if (report.type === 'failed') fail(`the fixture host failed: ${report.message}`);
  });
  const overdue = setTimeout(fail, limits.wallMs + HOST_GRACE_MS, 'the fixture host did not answer any more');
  void room.lost.then(fail);
  const abort = () => fail('interrupted');
  signal.addEventListener('abort', abort);
  try {
    const end = await Promise.race([run(), failed.promise]);
    const { fullPlace } = end;
    const full = fullPlace && `no space was left in the client’s room (ENOSPC): ${fullPlace} is full`;
    return observed(end, full);
  } catch (error) {
    room.discard();
    if (error instanceof BisectError && error.code === 'BAD_SCENARIO') throw error;
    return observed(NOT_RUN, error instanceof Error ? error.message : String(error));
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', abort);
    clearTimeout(overdue);
    clearTimeout(watch);
  }
}

/** Runs the client's own health check against the gateway of the arm. */
export function probeHealth(job: Job, check: HealthCheck, room: HostedRoom): Promise<Observation> {
  const instead = { name: 'health-check', launch: (context: LaunchContext) => check.launch(context) };
  return probe({ ...job, mode: 'headless', instead }, room);
}

class Deferred<Value> {
  resolve!: (value: Value) => void;
  reject!: (reason: unknown) => void;
  readonly promise = new Promise<Value>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** The script with the tools under the names by which the client offers them to the model. */
function modelOf({ scenario, client, arm }: Job): ModelPlan {
  const turns = arm.model.turns.map((turn) =>
    'call' in turn ? { ...turn, call: client.modelToolName(scenario.server, turn.call) } : turn,
  );
  return { ...arm.model, turns };
}

function launchOf(job: Job, { server, modelUrl, home, work }: Addresses): Launch {
  const { scenario, subject, arm, mode } = job;
  return (job.instead ?? job.client).launch({
    ...subject,
    mode,
    home,
    work,
    server: { name: scenario.server, address: server, headers: arm.headers ?? {} },
    modelUrl,
    tools: arm.gateway.tools.map(({ name }) => name),
    prompt: scenario.prompt,
    waitsForServers: !scenario.aboutWaiting,
  });
}

/**
 * Runs a command of the user's that reads an executable, as they would run it themselves, in no room. `mode` and
 * `isolation` say that no client ran.
 */
export async function probeStatic(
  subject: Pick<Observation, 'client' | 'version' | 'scenario' | 'arm'>,
  command: ClientCommand,
): Promise<Observation> {
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
