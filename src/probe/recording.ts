/** The tool's part in one run of a client: it tells the host what to do, and writes down all that it reports. */
import type { Client, Launch, LaunchContext } from '../clients/client.js';
import { BisectError } from '../errors.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { ModelPlan } from '../fixture/plan.js';
import type { Capture } from '../sandbox/process.js';
import { frozen } from '../scenarios/frozen.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';
import type { HostedRoom } from './hosted-room.js';
import type { Observation } from './observation.js';
import type { Mode } from '../settings.js';
import type { Addresses, Done, ProbeLimits, HostReport } from './protocol.js';

/** What is run: paths as the room sees them. */
export interface Executable {
  readonly version: string;
  /** The executable, or its interpreter and its file. */
  readonly command: readonly [string, ...string[]];
}

export interface Task {
  readonly subject: Executable;
  readonly client: Client;
  readonly scenario: Scenario;
  /** Whose gateway and model the client meets. */
  readonly arm: Arm;
  /** What the observation calls the run: the arm, or what else is done under its conditions. */
  readonly name: string;
  readonly mode: Mode;
  readonly limits: ProbeLimits;
  /** Ends the run and its room at once. */
  readonly signal: AbortSignal;
  launch(context: LaunchContext): Launch;
  /** As a scenario's `settled`. */
  settled(journal: readonly JournalEntry[]): number | undefined;
}

/** Entries kept of one probe: a client in a reconnect loop makes thousands, and each is looked at with all before it. */
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
export async function record(task: Task, room: HostedRoom): Promise<Observation> {
  const recording = new Recording(task, room);
  const unsubscribe = room.onReport((report) => recording.take(report));
  try {
    return await recording.run();
  } finally {
    unsubscribe();
  }
}

const noSpace = (place: string) => `no space was left in the client’s room (ENOSPC): ${place} is full`;

const isScenariosFault = (error: unknown) => error instanceof BisectError && error.code === 'BAD_SCENARIO';

class Recording {
  readonly #task: Task;
  readonly #room: HostedRoom;
  readonly #journal: JournalEntry[] = [];
  readonly #startedAt = new Date().toISOString();
  #command: readonly string[] = [];
  #opened: (addresses: Addresses) => void = () => {};
  #done: (done: Done) => void = () => {};
  #failed: (reason: Error) => void = () => {};
  #watch: NodeJS.Timeout | undefined;
  #omitted = 0;

  constructor(task: Task, room: HostedRoom) {
    this.#task = task;
    this.#room = room;
  }

  async run(): Promise<Observation> {
    const { limits, signal } = this.#task;
    const lost = new Promise<never>((_, reject) => {
      this.#failed = reject;
    });
    const overdue = setTimeout(
      () => this.#failed(new Error('the fixture host did not answer any more')),
      limits.wallMs + HOST_GRACE_MS,
    );
    void this.#room.lost.then((reason) => this.#failed(new Error(reason)));
    const abort = () => this.#failed(new Error('interrupted'));
    signal.addEventListener('abort', abort);
    try {
      const done = await Promise.race([this.#converse(), lost]);
      return this.#observation(done, done.fullPlace && noSpace(done.fullPlace));
    } catch (error) {
      this.#room.discard();
      if (isScenariosFault(error)) throw error;
      return this.#observation(NOT_RUN, error instanceof Error ? error.message : String(error));
    } finally {
      signal.removeEventListener('abort', abort);
      clearTimeout(overdue);
      clearTimeout(this.#watch);
    }
  }

  async #converse(): Promise<Done> {
    const { arm, client, limits, mode, subject } = this.#task;
    const opened = new Promise<Addresses>((resolve) => {
      this.#opened = resolve;
    });
    this.#room.send({ type: 'open', gateway: arm.gateway, model: this.#model() });
    const { replaces, args, env, files, debugLogs, terminal } = this.#launch(await opened);
    if (mode === 'interactive' && !terminal)
      throw new Error(`how ${client.title} is run interactively is not known; use --mode headless`);
    const argv = replaces ?? ([...subject.command, ...args] as const);
    this.#command = argv;
    const done = new Promise<Done>((resolve) => {
      this.#done = resolve;
    });
    this.#room.send({ type: 'start', argv, env, files, debugLogs, limits, ...(terminal && { terminal }) });
    return done;
  }

  /** The script with the tools under the names by which the client offers them to the model. */
  #model(): ModelPlan {
    const { scenario, client, arm } = this.#task;
    const turns = arm.model.turns.map((turn) =>
      'call' in turn ? { ...turn, call: client.modelToolName(scenario.server, turn.call) } : turn,
    );
    return { ...arm.model, turns };
  }

  #launch({ server, modelUrl, home, work }: Addresses): Launch {
    const { scenario, subject, arm, mode } = this.#task;
    const { headers = {}, gateway } = arm;
    return this.#task.launch({
      version: subject.version,
      command: subject.command,
      mode,
      home,
      work,
      server: { name: scenario.server, address: server, headers },
      modelUrl,
      tools: gateway.tools.map(({ name }) => name),
      prompt: scenario.prompt,
      waitsForServers: !scenario.aboutWaiting,
    });
  }

  take(report: HostReport): void {
    switch (report.type) {
      case 'entry':
        return this.#note(report.entry);
      case 'opened':
        return this.#opened(report.addresses);
      case 'done':
        return this.#done(report);
      case 'failed':
        return this.#failed(new Error(`the fixture host failed: ${report.message}`));
      case 'ready':
      case 'written':
    }
  }

  /** Records, and ends the client once its arm is settled and has been watched on for as long as the scenario says. */
  #note(entry: JournalEntry): void {
    if (this.#journal.length >= MAX_ENTRIES) {
      this.#omitted += 1;
      return;
    }
    // A scenario's functions are handed it, and must leave it as it is.
    this.#journal.push(frozen(entry));
    if (this.#watch) return;
    try {
      const watchMs = this.#task.settled(this.#journal);
      if (watchMs !== undefined) this.#watch = setTimeout(() => this.#room.send({ type: 'end' }), watchMs);
    } catch (error) {
      // This is called by the room's channel: what is thrown here would reach nobody.
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #observation({ run, debugLog, screen, journalOmitted }: Done, fault: string | null): Observation {
    const { exit, stdout, stderr, durationMs } = run;
    const { client, scenario, name, mode, subject } = this.#task;
    return {
      schema: 1,
      client: client.id,
      version: subject.version,
      scenario: scenario.id,
      arm: name,
      mode,
      isolation: this.#room.isolation,
      startedAt: this.#startedAt,
      durationMs: Math.round(durationMs),
      command: this.#command,
      exit,
      stdout,
      stderr,
      debugLog,
      screen,
      journal: this.#journal,
      journalOmitted: this.#omitted + journalOmitted,
      fault,
    };
  }
}
