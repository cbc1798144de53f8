/**
 * Reads a journal for a judge, so that a judge is a few lines. Pure, and only about what happened: which of it is a
 * failure is the scenario's to say.
 */
import type { AbortEntry, AnswerEntry, FixtureName, JournalEntry, RequestEntry } from '../fixture/journal.js';
import type { ArmRecord } from './scenario.js';

/** Which entries are meant. Fields left out match anything. */
export interface Where {
  readonly fixture?: FixtureName;
  readonly method?: string;
  /** Path of the URL; a query is left aside. */
  readonly path?: string;
  /** JSON-RPC method; a batch counts for each method in it. */
  readonly rpc?: string;
  /** The tool of a tools/call, by the gateway's name for it. */
  readonly tool?: string;
  readonly status?: number;
}

/**
 * `pending`: asked for, and neither answered nor given up until the end. `aborted`: the connection was closed before, by the
 * client, or with it when it ended or was ended.
 */
type ToolsListFate = 'never asked' | 'pending' | 'answered' | 'aborted';

/** The gateway's endpoint. Clients look for OAuth metadata on other paths, which says nothing about the endpoint. */
const ENDPOINT = '/mcp';
/** The journal cuts long texts: a result is known by its beginning. */
const TELLING_CHARS = 1_000;

/** What one run of a client left in the journal, or the part of it `after` an event. */
export class Reading {
  readonly #record: ArmRecord;
  /** Those of the whole run. */
  readonly #exchanges: ReadonlyMap<number, Exchange>;
  /** The entries that this reading is about, in order. */
  readonly entries: readonly JournalEntry[];

  constructor(record: ArmRecord, entries = record.journal, exchanges = exchangesIn(record.journal)) {
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
    return this.#ofKind('request', where);
  }

  answers(where: Where = {}): readonly AnswerEntry[] {
    return this.#ofKind('answer', where).filter(({ status }) => status === (where.status ?? status));
  }

  /** Exchanges whose connection was closed before there was an answer: by the client, or with it when it was ended. */
  aborts(where: Where = {}): readonly AbortEntry[] {
    return this.#ofKind('aborted', where);
  }

  /** The answer to a request, also if it came after what this reading is about. */
  answerTo(request: RequestEntry): AnswerEntry | undefined {
    return this.#exchanges.get(request.exchange)?.answer;
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
    const where = { fixture: 'gateway', method: 'GET', path: ENDPOINT } as const;
    return this.answers(where).find(({ status }) => status >= 400);
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
    const told = text.slice(0, TELLING_CHARS);
    const asked = this.requests({ fixture: 'model' });
    return asked.find(({ toolResults }) => toolResults?.some((result) => result.includes(told)));
  }

  /** The model has answered a question with a result for every scripted call: with its last turn. */
  get callsReported(): boolean {
    const calls = this.#scripted.length;
    const asked = calls > 0 ? this.questions : this.offers;
    return asked.some((entry) => (entry.toolResults?.length ?? 0) >= calls && this.answerTo(entry));
  }

  /**
   * The model has said its last turn: it was told of every scripted call, or was asked without the tool. The latter may
   * also be a side call of a client that is about to ask with it: nothing is over until the client has ended.
   */
  get scriptEnded(): boolean {
    return this.callsReported || this.questionsWithoutTool.some((entry) => this.answerTo(entry));
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
  missing(results?: readonly string[]): string | undefined {
    return this.#missingBeforeCalls() ?? this.#missingCall() ?? this.#missingResult(results);
  }

  #missingBeforeCalls(): string | undefined {
    const sessions = this.#record.arm.gateway.protocolVersion !== '2026-07-28';
    if (sessions && this.initializes.length === 0) return 'the gateway was never initialized';
    const list = this.toolsList;
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

  #missingResult(named: readonly string[] | undefined): string | undefined {
    if (this.disordered) return 'the order of the answers could not be held';
    const called = this.#record.arm.gateway.tools.filter(({ name }) => this.#scripted.includes(name));
    const results = named ?? called.map(({ result }) => result);
    const lost = results.some((text) => this.resultReturned(text) === undefined);
    return lost ? 'the result of the call did not reach the model' : undefined;
  }

  /** The tools that the script calls, in order. */
  get #scripted(): readonly string[] {
    return this.#record.arm.model.turns.flatMap((turn) => ('call' in turn ? turn.call : []));
  }

  #offersTool({ offeredTools }: RequestEntry): boolean {
    return offeredTools?.includes(this.#record.modelToolName) ?? false;
  }

  #ofKind<Kind extends JournalEntry['kind']>(kind: Kind, where: Where) {
    const isMeant = (entry: JournalEntry): entry is Extract<JournalEntry, { kind: Kind }> =>
      entry.kind === kind && this.#fits(entry, where);
    return this.entries.filter(isMeant);
  }

  #fits(entry: JournalEntry, { fixture, method, path, rpc, tool }: Where): boolean {
    const asked = this.#exchanges.get(entry.exchange)?.request;
    return (
      entry.fixture === (fixture ?? entry.fixture) &&
      entry.method === (method ?? entry.method) &&
      (path === undefined || entry.path.split('?')[0] === path) &&
      (rpc === undefined || entry.rpc === rpc || (asked?.batch?.includes(rpc) ?? false)) &&
      (tool === undefined || asked?.tool === tool)
    );
  }
}

interface Exchange {
  request?: RequestEntry;
  answer?: AnswerEntry;
}

/** By their numbers: which request and answer belong together is asked for every entry of a long journal. */
function exchangesIn(journal: readonly JournalEntry[]): ReadonlyMap<number, Exchange> {
  const found = new Map<number, Exchange>();
  for (const entry of journal) {
    const exchange = found.get(entry.exchange) ?? {};
    found.set(entry.exchange, exchange);
    if (entry.kind === 'request') exchange.request = entry;
    if (entry.kind === 'answer') exchange.answer ??= entry;
  }
  return found;
}

/** What a judge, or `settled`, is given, as questions that can be asked of it. */
export const read = (record: ArmRecord): Reading => new Reading(record);

/** At a terminal no client ends by itself, and a silent one may connect anew (the official SDK first tries after 1 s). */
export const SILENCE_MS = 4_000;

/**
 * `watchMs` once the model has heard of every scripted call. A question without the tool is the last one of a client that
 * has lost it, or the first of one that asks something else: without a terminal the client ends, at one it is watched for long.
 */
export function settledAfterCalls(record: ArmRecord, watchMs: number): number | undefined {
  const seen = read(record);
  if (seen.callsReported) return watchMs;
  return record.mode === 'interactive' && seen.scriptEnded ? SILENCE_MS : undefined;
}
