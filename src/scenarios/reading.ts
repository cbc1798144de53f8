/**
 * Reads a journal for a judge, so that a judge is a few lines. Pure, and only about what happened: which of it is a
 * failure is the scenario's to say.
 */
import type { AbortEntry, AnswerEntry, JournalEntry, RequestEntry } from '../fixture/journal.js';
import { Exchanges } from './exchanges.js';
import type { ArmRecord, Finding } from './scenario.js';
import type { ToolsListFate, Where } from './where.js';

export type { ToolsListFate, Where } from './where.js';

/** The gateway's endpoint. Clients look for OAuth metadata on other paths, which says nothing about the endpoint. */
const ENDPOINT = '/mcp';
/** The journal cuts long texts: a result is known by its beginning. */
const TELLING_CHARS = 1_000;

/** What one run of a client left in the journal, or the part of it `after` an event. */
export class Reading {
  readonly #record: ArmRecord;
  /** Those of the whole run. */
  readonly #exchanges: Exchanges;
  /** The entries that this reading is about, in order. */
  readonly entries: readonly JournalEntry[];

  constructor(
    record: ArmRecord,
    entries: readonly JournalEntry[] = record.journal,
    exchanges: Exchanges = new Exchanges(record.journal),
  ) {
    this.#record = record;
    this.entries = entries;
    this.#exchanges = exchanges;
  }

  /** What came after `event`: nothing at all if there was no such event. */
  after(event: JournalEntry | undefined): Reading {
    const later = event ? this.entries.filter(({ seq }) => seq > event.seq) : [];
    return new Reading(this.#record, later, this.#exchanges);
  }

  requests(where: Where = {}): readonly RequestEntry[] {
    return this.entries.filter(isRequest).filter((entry) => this.#fits(entry, where));
  }

  answers(where: Where = {}): readonly AnswerEntry[] {
    return this.entries
      .filter((entry) => entry.kind === 'answer')
      .filter((entry) => this.#fits(entry, where) && entry.status === (where.status ?? entry.status));
  }

  /** Exchanges whose connection was closed before there was an answer: by the client, or with it when it was ended. */
  aborts(where: Where = {}): readonly AbortEntry[] {
    return this.entries
      .filter((entry) => entry.kind === 'aborted')
      .filter((entry) => this.#fits(entry, where));
  }

  /** The answer to a request, also if it came after what this reading is about. */
  answerTo(request: RequestEntry): AnswerEntry | undefined {
    return this.#exchanges.answerOf(request);
  }

  get initializes(): readonly RequestEntry[] {
    return this.requests({ fixture: 'gateway', rpc: 'initialize' });
  }

  /** Ids of the sessions that the gateway issued, in order. */
  get sessions(): readonly string[] {
    return this.answers({ fixture: 'gateway' }).flatMap(({ issuedSession }) => issuedSession ?? []);
  }

  /** Requests for the listening stream: GET on the gateway's endpoint. */
  get streamRequests(): readonly RequestEntry[] {
    return this.requests({ fixture: 'gateway', method: 'GET', path: ENDPOINT });
  }

  /** The first answer by which the gateway refused the listening stream. */
  get streamRefusal(): AnswerEntry | undefined {
    const answers = this.answers({ fixture: 'gateway', method: 'GET', path: ENDPOINT });
    return answers.find(({ status }) => status >= 400);
  }

  /** What became of tools/list, of all its pages and repetitions taken together: one that was given up counts most. */
  get toolsList(): ToolsListFate {
    const list = { fixture: 'gateway', rpc: 'tools/list' } as const;
    if (this.aborts(list).length > 0) return 'aborted';
    if (this.answers(list).length > 0) return 'answered';
    return this.requests(list).length > 0 ? 'pending' : 'never asked';
  }

  /**
   * Requests by which the client asked the model with any tools. Those without are side calls (titles, summaries): they
   * say nothing about the gateway's tools.
   */
  get questions(): readonly RequestEntry[] {
    return this.requests({ fixture: 'model' }).filter(({ offeredTools }) => offeredTools?.length);
  }

  /** The questions that offered the model the gateway's tool, and those that did not. */
  get offers(): readonly RequestEntry[] {
    return this.questions.filter((entry) => this.#offersTool(entry));
  }

  get questionsWithoutTool(): readonly RequestEntry[] {
    return this.questions.filter((entry) => !this.#offersTool(entry));
  }

  /** Requests of tools/call: all of them, or those for `tool`. */
  calls(tool?: string): readonly RequestEntry[] {
    return this.requests({ fixture: 'gateway', rpc: 'tools/call', ...(tool !== undefined && { tool }) });
  }

  /** The calls that the gateway answered with 200, whether their result is an error or not, and before the run's end or not. */
  callsAnswered(tool?: string): readonly RequestEntry[] {
    return this.calls(tool).filter((call) => this.answerTo(call)?.status === 200);
  }

  /** The first question to the model whose conversation holds a tool result with this text. */
  resultReturned(text: string): RequestEntry | undefined {
    const beginning = text.slice(0, TELLING_CHARS);
    return this.requests({ fixture: 'model' }).find(({ toolResults }) =>
      toolResults?.some((result) => result.includes(beginning)),
    );
  }

  /** The model has answered a question with a result for every scripted call: with its last turn. */
  get callsReported(): boolean {
    const calls = this.#scripted.length;
    const asked = calls > 0 ? this.questions : this.offers;
    return asked.some((entry) => (entry.toolResults?.length ?? 0) >= calls && this.#isAnswered(entry));
  }

  /**
   * The model has said its last turn: it was told of every scripted call, or was asked without the tool. The latter may
   * also be a side call of a client that is about to ask with it: nothing is over until the client has ended.
   */
  get scriptEnded(): boolean {
    return this.callsReported || this.questionsWithoutTool.some((entry) => this.#isAnswered(entry));
  }

  /** An answer was held for longer than it could be: the order of events is not the one that the plan asked for. */
  get disordered(): boolean {
    return this.entries.some((entry) => entry.kind === 'answer' && entry.held?.outcome === 'expired');
  }

  /**
   * What is missing for the script to have been played to its end, in the order in which things should have happened:
   * tools known, offered, called, answered, result back at the model. Undefined when nothing is. Says nothing of what
   * happened too often: compare `initializes.length` and `calls().length` where that matters.
   * @param results texts that must reach the model; left out, those of the scripted tools
   */
  missing(results: readonly string[] = this.#results): string | undefined {
    return this.#missingBeforeCalls() ?? this.#missingCall() ?? this.#missingResult(results);
  }

  #missingBeforeCalls(): string | undefined {
    const sessions = this.#record.arm.gateway.protocolVersion !== '2026-07-28';
    const list = this.toolsList;
    if (sessions && this.initializes.length === 0) return 'the gateway was never initialized';
    if (list === 'never asked') return 'tools/list was never asked for';
    if (this.questions.length === 0) return `the model was never asked (tools/list ${list})`;
    if (this.offers.length === 0) return `the model was not offered the tool (tools/list ${list})`;
    return undefined;
  }

  #missingCall(): string | undefined {
    for (const tool of new Set(this.#scripted)) {
      const wanted = this.#scripted.filter((name) => name === tool).length;
      const answered = this.callsAnswered(tool).length;
      if (this.calls(tool).length === 0) return `the tool ${tool} was never called`;
      if (answered === 0) return `no call of ${tool} was answered`;
      if (answered < wanted) return `${answered} of ${wanted} calls of ${tool} answered`;
    }
    return undefined;
  }

  #missingResult(results: readonly string[]): string | undefined {
    if (this.disordered) return 'the order of the answers could not be held';
    const lost = results.some((text) => this.resultReturned(text) === undefined);
    return lost ? 'the result of the call did not reach the model' : undefined;
  }

  /** The tools that the script calls, in order. */
  get #scripted(): readonly string[] {
    return this.#record.arm.model.turns.flatMap((turn) => ('call' in turn ? turn.call : []));
  }

  get #results(): readonly string[] {
    const { tools } = this.#record.arm.gateway;
    return tools.filter(({ name }) => this.#scripted.includes(name)).map(({ result }) => result);
  }

  #isAnswered(question: RequestEntry): boolean {
    return this.answerTo(question) !== undefined;
  }

  #offersTool({ offeredTools }: RequestEntry): boolean {
    return offeredTools?.includes(this.#record.modelToolName) ?? false;
  }

  #fits(entry: JournalEntry, { fixture, method, path, rpc, tool }: Where): boolean {
    const asked = this.#exchanges.requestOf(entry);
    return (
      entry.fixture === (fixture ?? entry.fixture) &&
      entry.method === (method ?? entry.method) &&
      (path === undefined || entry.path.split('?')[0] === path) &&
      (rpc === undefined || entry.rpc === rpc || (asked?.batch?.includes(rpc) ?? false)) &&
      (tool === undefined || asked?.tool === tool)
    );
  }
}

const isRequest = (entry: JournalEntry): entry is RequestEntry => entry.kind === 'request';

/** What a judge, or `settled`, is given, as questions that can be asked of it. */
export function read(record: ArmRecord): Reading {
  return new Reading(record);
}

/** The arm went as it should. */
export function pass(evidence: string): Finding {
  return { outcome: 'pass', evidence, symptoms: [] };
}

/**
 * The arm shows the reported failure.
 * @param evidence for the reader: `tools lost; re-initialized 2×`
 * @param symptoms which failures these are, in fixed words without counts: `tools-lost`, `re-initialized`
 */
export function fail(evidence: string, ...symptoms: readonly [string, ...string[]]): Finding {
  return { outcome: 'fail', evidence, symptoms };
}

/** No evidence either way, and why: the release is not blamed, and not called good. */
export function unclear(evidence: string): Finding {
  return { outcome: 'unclear', evidence, symptoms: [] };
}
