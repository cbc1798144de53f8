/** One probe: one release under one arm, in a room. Record first; what it means is decided later, by verdict.ts. */
import type { Client, Launch } from '../clients/client.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { Capture, ClientRun } from '../sandbox/process.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';
import type { HostedRoom } from './hosted-room.js';
import type { Mode, Observation } from './observation.js';
import type { Addresses, Limits, Report } from './protocol.js';

/** What is run: paths as the room sees them. */
export interface Subject {
  readonly version: string;
  /** The executable, or its interpreter and its file. */
  readonly command: readonly [string, ...string[]];
}

export interface ProbeRequest {
  readonly subject: Subject;
  readonly client: Client;
  readonly scenario: Scenario;
  readonly arm: Arm;
  readonly mode: Mode;
  readonly limits: Limits;
  /** Ends the probe and its room at once. */
  readonly signal: AbortSignal;
}

/** Entries kept of one probe: a client in a reconnect loop makes thousands, and each is looked at with all before it. */
const MAX_ENTRIES = 5000;
/** What the host may take beyond the client's own limit before it counts as lost. */
const HOST_GRACE_MS = 15_000;

const NOTHING: Capture = { text: '', bytes: 0, capped: false };
const NOT_RUN: ClientRun = { exit: { kind: 'ended' }, stdout: NOTHING, stderr: NOTHING, durationMs: 0 };

/**
 * Runs the client once. Never rejects for what the client or the room does: a failure of our own side is the
 * observation's `fault`.
 */
export async function probe(request: ProbeRequest, room: HostedRoom): Promise<Observation> {
  const recording = new Recording(request, room);
  const unsubscribe = room.onReport((report) => recording.take(report));
  try {
    return await recording.run();
  } finally {
    unsubscribe();
  }
}

class Recording {
  readonly #request: ProbeRequest;
  readonly #room: HostedRoom;
  readonly #journal: JournalEntry[] = [];
  readonly #startedAt = new Date().toISOString();
  #command: readonly string[] = [];
  #opened: (addresses: Addresses) => void = () => {};
  #done: (report: Extract<Report, { type: 'done' }>) => void = () => {};
  #failed: (reason: Error) => void = () => {};
  #watch: NodeJS.Timeout | undefined;
  #omitted = 0;

  constructor(request: ProbeRequest, room: HostedRoom) {
    this.#request = request;
    this.#room = room;
  }

  async run(): Promise<Observation> {
    const { limits, signal } = this.#request;
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
      const { run, debugLog } = await Promise.race([this.#converse(), lost]);
      return this.#observation(run, debugLog, null);
    } catch (error) {
      this.#room.discard();
      return this.#observation(NOT_RUN, NOTHING, error instanceof Error ? error.message : String(error));
    } finally {
      signal.removeEventListener('abort', abort);
      clearTimeout(overdue);
      clearTimeout(this.#watch);
    }
  }

  async #converse(): Promise<Extract<Report, { type: 'done' }>> {
    const { scenario, client, arm, limits } = this.#request;
    const toolName = client.modelToolName(scenario.server, scenario.tool);
    const opened = new Promise<Addresses>((resolve) => {
      this.#opened = resolve;
    });
    this.#room.send({ type: 'open', gateway: arm.gateway, model: { ...arm.model, toolName } });
    const launch = this.#launch(await opened);
    const argv = [...this.#request.subject.command, ...launch.args] as [string, ...string[]];
    this.#command = argv;
    const done = new Promise<Extract<Report, { type: 'done' }>>((resolve) => {
      this.#done = resolve;
    });
    const { env, files, debugLogs } = launch;
    this.#room.send({ type: 'start', argv, env, files, debugLogs, limits });
    return done;
  }

  #launch({ gatewayUrl, modelUrl, home, work }: Addresses): Launch {
    const { client, scenario, subject } = this.#request;
    const { server, tool, prompt } = scenario;
    return client.launch({
      version: subject.version,
      home,
      work,
      gatewayUrl,
      modelUrl,
      server,
      tool,
      prompt,
    });
  }

  take(report: Report): void {
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
    }
  }

  /** Records, and ends the client once its arm is settled and has been watched on for as long as the scenario says. */
  #note(entry: JournalEntry): void {
    if (this.#journal.length >= MAX_ENTRIES) {
      this.#omitted += 1;
      return;
    }
    this.#journal.push(entry);
    if (this.#watch) return;
    const { scenario, client, arm } = this.#request;
    const modelToolName = client.modelToolName(scenario.server, scenario.tool);
    const watchMs = scenario.settled({ arm, journal: this.#journal, modelToolName });
    if (watchMs === undefined) return;
    this.#watch = setTimeout(() => this.#room.send({ type: 'end' }), watchMs);
  }

  #observation(
    { exit, stdout, stderr, durationMs }: ClientRun,
    debugLog: Capture,
    fault: string | null,
  ): Observation {
    const { client, scenario, arm, mode, subject } = this.#request;
    return {
      schema: 1,
      client: client.id,
      version: subject.version,
      scenario: scenario.id,
      arm: arm.id,
      mode,
      isolation: this.#room.isolation,
      startedAt: this.#startedAt,
      durationMs: Math.round(durationMs),
      command: this.#command,
      exit,
      stdout,
      stderr,
      debugLog,
      journal: this.#journal,
      journalOmitted: this.#omitted,
      fault,
    };
  }
}
