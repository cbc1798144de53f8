/** A good release against a bad one, arm by arm: what the gateway was asked and what became of it, and what either logged. Pure. */
import type { Client } from '../clients/client.js';
import type { AnswerEntry, RequestEntry } from '../fixture/journal.js';
import type { Observation } from '../probe/observation.js';
import type { Run } from '../run/run.js';
import type { KeptRound } from '../verdict/round.js';
import { roundsOn, type Claim, type Claims } from './claims.js';
import { alike, armsOf, lastRunOf, standingRound, type ArmEvidence } from './evidence.js';
import { differenceOf, type LogDifference } from './logs.js';
import { endOfRun, spokenText, statusText } from './steps.js';

export interface Comparison {
  readonly direction: 'regression' | 'fix';
  /**
   * Whether these two are the boundary. Otherwise they are the nearest that are known, and the change may be elsewhere: then
   * neither is "first broken", "first fixed" or "last good", only "works" and "broken".
   */
  readonly isBoundary: boolean;
  /**
   * Releases between the two that nobody could test here, so that the change may lie in one of them. Where there are any, the
   * later of the two is no more than the first that was found broken (or fixed), also if `isBoundary`.
   */
  readonly untested: readonly string[];
  readonly good: string;
  readonly bad: string;
  /** Those that fail first, then the others, the control last: the first of them tells most. */
  readonly arms: readonly ArmComparison[];
}

export interface ArmComparison {
  readonly arm: string;
  readonly title: string;
  readonly isControl: boolean;
  readonly good: ArmEvidence;
  readonly bad: ArmEvidence;
  readonly exchanges: readonly ExchangeRow[];
  /** Null where neither wrote a log. */
  readonly log: LogDifference | null;
}

/** One kind of request, and what became of it in both releases. */
export interface ExchangeRow {
  /** `POST initialize`, `GET (listening stream)`, `POST tools/list with session` */
  readonly request: string;
  /** What the gateway answers: `200, issues a session`, `404` */
  readonly answer: string;
  /** What it said: bodies of answers, and messages of streams, each once, the first few and cut. */
  readonly bodies: readonly string[];
  /** `1×`, `2×, 1 closed by the client`, `never` */
  readonly good: string;
  readonly bad: string;
  readonly differs: boolean;
}

/** One comparison for each change that lies between two releases of which there is a record. */
export const comparisonsOf = ({ all }: Claims, run: Run, client: Client): Comparison[] =>
  all.flatMap((claim) => comparisonOf(claim, run, client) ?? []);

function comparisonOf({ kind, change, between }: Claim, run: Run, client: Client): Comparison | undefined {
  const { direction, boundary } = change;
  if (!boundary) return undefined;
  const [older, newer] = [boundary.before, boundary.after];
  const [goodOne, badOne] = direction === 'regression' ? [older, newer] : [newer, older];
  const good = sideOf(goodOne, 'good', run, client);
  const bad = sideOf(badOne, 'bad', run, client);
  if (!good || !bad) return undefined;
  const arms = good.arms.flatMap((arm) => armComparison(arm, good, bad, run.scenario.server) ?? []);
  const control = arms.find(({ isControl }) => isControl);
  return {
    direction,
    isBoundary: kind === 'first',
    untested: between.map(({ version }) => version),
    good: good.version,
    bad: bad.version,
    arms: arms
      .map((arm) => (arm === control ? arm : withoutDrift(arm, control)))
      .toSorted((one, other) => rank(one) - rank(other)),
  };
}

const rank = ({ isControl, bad }: ArmComparison) => (isControl ? 2 : bad.outcome === 'fail' ? 0 : 1);

/** A release of a comparison: the round that stands for it, and all with its verdict. */
interface Side {
  readonly version: string;
  readonly round: KeptRound;
  readonly arms: readonly ArmEvidence[];
  readonly rounds: readonly KeptRound[];
}

/** Undefined unless a whole round shows what the release is: among noise a boundary may be a guess. */
function sideOf(version: string, verdict: 'good' | 'bad', run: Run, client: Client): Side | undefined {
  const rounds = roundsOn(run, version);
  const round = standingRound(rounds, verdict);
  if (round?.judgement.verdict !== verdict) return undefined;
  return { version, round, arms: armsOf(round, run, client), rounds: alike(rounds, verdict) };
}

const NO_RUN = { journal: [], durationMs: 0 };

function armComparison(evidence: ArmEvidence, good: Side, bad: Side, server: string) {
  const { arm, title, isControl } = evidence;
  const other = bad.arms.find((one) => one.arm === arm);
  if (!other) return undefined;
  const exchanges = exchangesOf(lastRunOf(good.round, arm) ?? NO_RUN, lastRunOf(bad.round, arm) ?? NO_RUN);
  return { arm, title, isControl, good: evidence, bad: other, exchanges, log: logOf(arm, good, bad, server) };
}

/** The newest log is that of the round that stands for the release. */
function logOf(arm: string, good: Side, bad: Side, server: string): LogDifference | null {
  const captured = ({ rounds, round }: Side) =>
    [...rounds.filter((other) => other !== round), round]
      .flatMap((one) => lastRunOf(one, arm)?.debugLog ?? [])
      .filter(({ text }) => text.trim() !== '');
  const [well, badly] = [captured(good), captured(bad)];
  if (well.length === 0 && badly.length === 0) return null;
  const difference = differenceOf(
    { version: good.version, logs: well.map(({ text }) => text) },
    { version: bad.version, logs: badly.map(({ text }) => text) },
    server,
  );
  // What a log that was cut does not have may have been in the rest of it.
  return well.some(({ capped }) => capped) ? { ...difference, telling: [] } : difference;
}

/** What tells the two releases apart in the control as well has nothing to do with the failure. */
function withoutDrift(arm: ArmComparison, control: ArmComparison | undefined): ArmComparison {
  const drift = new Set(control?.log?.telling);
  if (!arm.log) return arm;
  return { ...arm, log: { ...arm.log, telling: arm.log.telling.filter((line) => !drift.has(line)) } };
}

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
  const [goods, bads] = [talliesOf(good), talliesOf(bad)];
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
    if (entry.kind === 'request') {
      const kind = kindOf(entry);
      const tally = tallies.get(kind) ?? { asked: 0, answers: new Map(), bodies: new Set(), closed: 0 };
      tally.asked += 1;
      tallies.set(kind, tally);
      open.set(entry.exchange, tally);
      continue;
    }
    const tally = open.get(entry.exchange);
    if (!tally) continue;
    if (entry.kind === 'answer') {
      const answer = answerText(entry);
      tally.answers.set(answer, (tally.answers.get(answer) ?? 0) + 1);
    }
    const said = entry.kind === 'answer' ? entry.body : entry.kind === 'event' ? entry.message : undefined;
    if (said) tally.bodies.add(spokenText(said, MAX_BODY));
    // A request that was open when the run ended was not closed for a reason of its own.
    if (entry.kind === 'aborted' && entry.seq <= end) tally.closed += 1;
  }
  return tallies;
}

/** *Transports › Streamable HTTP*: GET opens the listening stream, DELETE ends the session. */
const PURPOSES: Readonly<Record<string, string>> = {
  GET: '(listening stream)',
  DELETE: '(end of the session)',
};

/** `/mcp` is the endpoint of the gateway; clients look for OAuth metadata elsewhere. */
function kindOf({ method, rpc, session, batch, path }: RequestEntry): string {
  const place = path.split('?')[0] ?? '';
  const what = rpc ?? (batch ? `[${batch.join(', ')}]` : place === '/mcp' ? PURPOSES[method] : place);
  return [method, what, session !== undefined && 'with session'].filter(Boolean).join(' ');
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
  const isNamed = answers.length > 1;
  const named = isNamed ? answers.map((answer, index) => [times[index] ?? 0, `with ${answer}`] as const) : [];
  const fates = [
    ...named,
    [tally.closed, 'closed by the client'] as const,
    [open, 'open at the end'] as const,
  ]
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(', ');
  if (fates === '') return `${tally.asked}×`;
  return `${tally.asked}×${isNamed ? ':' : ','} ${fates}`;
}
