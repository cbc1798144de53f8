/** What the gateway was asked and what became of it, counted, for a good run against a bad one. */
import type { AnswerEntry, RequestEntry } from '../fixture/journal.js';
import type { Observation } from '../probe/observation.js';
import type { ExchangeRow } from './report.js';
import { spokenText } from './spoken.js';
import { endOfRun, statusText } from './steps.js';

/** One kind of request in one run. */
interface Tally {
  asked: number;
  /** By what they are: `200, issues a session`, in order of appearance. */
  readonly answers: Map<string, number>;
  /** What the answers said, and the messages on the streams that they opened: each that is unlike the others. */
  readonly bodies: Set<string>;
  closed: number;
}

type Exchanged = Pick<Observation, 'journal' | 'durationMs'>;

/** Of a row, and characters of each: a healthy gateway says much that nobody needs. */
const MAX_BODIES = 4;
const MAX_BODY = 400;

/**
 * One row for each kind of request to the gateway: those of the good run in the order in which they first came, then what
 * only the bad one asked. `differs` where the number or the fate of the requests does.
 */
export function exchangesOf(good: Exchanged, bad: Exchanged): ExchangeRow[] {
  const goods = talliesOf(good);
  const bads = talliesOf(bad);
  return [...new Set([...goods.keys(), ...bads.keys()])].map((request) => {
    const sides = [goods.get(request), bads.get(request)];
    const answers = [...new Set(sides.flatMap((side) => [...(side?.answers.keys() ?? [])]))];
    const [one, other] = sides.map((side) => fateText(side, answers)) as [string, string];
    const answer = answers.join(' or ') || 'no answer';
    const bodies = [...new Set(sides.flatMap((side) => [...(side?.bodies ?? [])]))].slice(0, MAX_BODIES);
    return { request, answer, bodies, good: one, bad: other, differs: one !== other };
  });
}

function talliesOf({ journal, durationMs }: Exchanged): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const open = new Map<number, Tally>();
  const end = endOfRun(journal, durationMs);
  for (const entry of journal) {
    if (entry.fixture !== 'gateway') continue;
    if (entry.kind === 'request') open.set(entry.exchange, tallyFor(tallies, kindOf(entry)));
    const tally = open.get(entry.exchange);
    if (!tally) continue;
    if (entry.kind === 'request') tally.asked += 1;
    if (entry.kind === 'answer') count(tally.answers, answerText(entry));
    const said = entry.kind === 'answer' ? entry.body : entry.kind === 'event' ? entry.message : undefined;
    if (said) tally.bodies.add(spokenText(said, MAX_BODY));
    // A request that was open when the run ended was not closed for a reason of its own.
    if (entry.kind === 'aborted' && entry.seq <= end) tally.closed += 1;
  }
  return tallies;
}

function tallyFor(tallies: Map<string, Tally>, kind: string): Tally {
  const tally: Tally = tallies.get(kind) ?? { asked: 0, answers: new Map(), bodies: new Set(), closed: 0 };
  tallies.set(kind, tally);
  return tally;
}

function count(answers: Map<string, number>, answer: string): void {
  answers.set(answer, (answers.get(answer) ?? 0) + 1);
}

/** The endpoint of the gateway; clients look for OAuth metadata elsewhere. */
const ENDPOINT = '/mcp';

function kindOf(entry: RequestEntry): string {
  const { method, rpc, session, batch } = entry;
  const path = entry.path.split('?')[0] ?? '';
  const what = rpc ?? (batch ? `[${batch.join(', ')}]` : path === ENDPOINT ? purposeOf(method) : path);
  return [method, what, session !== undefined && 'with session'].filter(Boolean).join(' ');
}

/** *Transports › Streamable HTTP*: GET opens the listening stream, DELETE ends the session. */
function purposeOf(method: string): string | undefined {
  if (method === 'GET') return '(listening stream)';
  return method === 'DELETE' ? '(end of the session)' : undefined;
}

function answerText(entry: AnswerEntry): string {
  const { issuedSession, rpcError } = entry;
  const parts = [
    statusText(entry),
    issuedSession !== undefined && 'issues a session',
    rpcError !== undefined && `error ${rpcError}`,
  ];
  return parts.filter(Boolean).join(', ');
}

/**
 * `2×, 1 closed by the client`; where there is more than one answer each is named: `3×: 2 with 200, 1 with 404`.
 * @param answers those of both runs
 */
function fateText(tally: Tally | undefined, answers: readonly string[]): string {
  if (!tally) return 'never';
  const times = answers.map((answer) => tally.answers.get(answer) ?? 0);
  const open = tally.asked - times.reduce((sum, one) => sum + one, 0) - tally.closed;
  const named =
    answers.length > 1 ? answers.map((answer, index) => timesOf(times[index], `with ${answer}`)) : [];
  const fates = [
    ...named,
    timesOf(tally.closed, 'closed by the client'),
    timesOf(open, 'open at the end'),
  ].filter(Boolean);
  if (fates.length === 0) return `${tally.asked}×`;
  return `${tally.asked}×${named.length > 0 ? ':' : ','} ${fates.join(', ')}`;
}

/** `2 closed by the client`; empty where it never happened. */
const timesOf = (times: number | undefined, what: string) => (times && times > 0 ? `${times} ${what}` : '');
