/**
 * What a report says, as values: the formats (markdown, html, junit, json) only lay it out. Every text in it that comes
 * from a client is as the client wrote it, but for what was redacted: each format defuses it for itself.
 */
import type { Client } from '../clients/client.js';
import type { Run } from '../run/run.js';
import type { Isolation } from '../sandbox/steps.js';
import type { ChangeLink } from './change-links.js';
import type { Answer, Asked, Row } from '../search/answer.js';
import type { Outcome } from '../search/change.js';

export interface Report {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly elapsedMs: number;
  /** `mcp-bisect 0.1.0` */
  readonly tool: string;
  readonly client: Pick<Client, 'id' | 'title' | 'package' | 'bugForm'>;
  /**
   * With an oracle `issue`, `spec`, `expected`, `tool` and `prompt` are empty: the scenario lent its servers, and what is asked
   * is the command's own affair.
   */
  readonly scenario: Pick<
    Run['scenario'],
    'id' | 'title' | 'issue' | 'spec' | 'expected' | 'server' | 'tool' | 'prompt' | 'file'
  >;
  readonly platform: string;
  readonly mode: Run['mode'];
  /** How the runs that it rests on were sealed off; of several ways the weakest. */
  readonly isolation: Isolation;
  readonly oracle: string | null;
  /** The arms that were asked about, where the scenario has more. */
  readonly arms: readonly string[] | null;
  readonly asked: Asked;
  readonly outcome: Outcome;
  readonly answer: Answer;
  /** `Claude Code 2.1.147 broke "GET listening stream answered with 404"`: a title for an issue. */
  readonly title: string;
  /** Where the client's makers say what they changed in the releases that the answer names. */
  readonly changeLinks: readonly ChangeLink[];
  /** The answer in a sentence or a few. */
  readonly sentence: string;
  /** What is wrong, in a short paragraph of plain text. */
  readonly wrong: string;
  /** What should happen: the scenario's word, what the control showed, and the part of the specification with care. */
  readonly expected: string;
  readonly lastGood: string | null;
  readonly firstBad: string | null;
  /** The newest release that is known to be bad, tested. One that fails in another way is none: its row says so. */
  readonly newestBad: string | null;
  /**
   * Whether it worked before. `yes`: a release in which it broke was found after one that works. `no`: every release was
   * tested, back to the oldest, and none works; or every one of the range was tested, and all work (then `newestBad` is null).
   * `unknown` in all other cases, and where it was not asked.
   */
  readonly isRegression: 'yes' | 'no' | 'unknown';
  readonly rows: readonly ReportRow[];
  /** Last good against first bad; for a window a second one, for where it was fixed. Empty where there is no such pair. */
  readonly comparisons: readonly Comparison[];
  /** Every release that was run, in the order of the table. */
  readonly releases: readonly ReleaseEvidence[];
  readonly path: readonly PathStep[];
  readonly probed: readonly string[];
  readonly downloads: number;
  readonly provenance?: Run['provenance'];
  /** Name and value: operating system, platform, Node, isolation, mode, rounds … */
  readonly environment: readonly Fact[];
  /** The revision of MCP that the gateway speaks in the arm that fails, `2025-11-25`; empty with an oracle. */
  readonly protocolVersion: string;
  /** The least that the client has to be told to meet such a server, in its own form. Null with an oracle. */
  readonly configuration: { readonly path: string; readonly text: string } | null;
  /** One line for a shell. */
  readonly reproduce: string;
  /** What a reader must know before believing it: it was not sealed off, a command judged, runs disagreed. */
  readonly warnings: readonly string[];
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface ReportRow extends Row {
  /** Versions between this row and the one before it that were never published, where counting up tells: `2.1.151`. */
  readonly unpublishedBefore: readonly string[];
}

/** What one release showed: the newest round that stands for it. */
export interface ReleaseEvidence extends Pick<ReportRow, 'said'> {
  readonly version: string;
  readonly label: Row['label'];
  readonly reason: string;
  readonly arms: readonly ArmEvidence[];
}

export interface ArmEvidence {
  readonly arm: string;
  readonly title: string;
  readonly isControl: boolean;
  readonly outcome: 'pass' | 'fail' | 'unclear';
  /** `tools lost; re-initialized 2×` */
  readonly evidence: string;
  /** `exited with code 0`, `ended by us, its arm being settled` … */
  readonly end: string;
  readonly durationMs: number;
  readonly steps: readonly Arrow[];
  /** How many journal entries there were beyond `steps`. */
  readonly omitted: number;
  /** What the model was offered, request by request. */
  readonly tools: readonly OfferedTools[];
  /** What the client's own log says of it (LogPattern.meaning). */
  readonly logged: readonly string[];
  readonly stderr: string;
  /** Only where a command judged: what it printed is its evidence. Else empty. */
  readonly stdout: string;
  /** The lines of its debug log that name the MCP server, normalised: for where there is nothing to compare them with. */
  readonly log: readonly string[];
  readonly screen: readonly string[] | null;
}

export interface OfferedTools {
  readonly atMs: number;
  readonly names: readonly string[];
  /** Those of the MCP server in question. */
  readonly fromServer: readonly string[];
}

export type Party = 'client' | 'gateway' | 'model';

/** One event of a journal, as an arrow between two parties. */
export interface Arrow {
  readonly atMs: number;
  readonly from: Party;
  readonly to: Party;
  readonly kind: 'request' | 'answer' | 'aborted' | 'event' | 'closed';
  /** `POST tools/list`, `200`, `closed by the client`: with `detail` all there is to say. */
  readonly text: string;
  /** What it answers, what was offered, how long it was held: `to POST tools/list; held 41 ms`; may be empty. */
  readonly detail: string;
  /** Sessions numbered in the order in which they appear, from 1. */
  readonly session: number | null;
  /** `refused`: an answer with a status of 400 or more; `broken`: something ended before its time. */
  readonly tone: 'plain' | 'refused' | 'broken';
}

/** A good release against a bad one. */
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

/**
 * Two debug logs, normalised: times, ports, ids, durations, paths and the version itself are replaced by their names. A line
 * that both have equally often counts as unchanged, wherever it stands: clients do several things at once.
 */
export interface LogDifference {
  /** The lines that name the MCP server, and what differs in them. */
  readonly focused: readonly DiffLine[];
  /** All lines. */
  readonly full: readonly DiffLine[];
  /**
   * Lines in every log of the bad release and in none of the good one, those that name the server first. In other arms than
   * the control without those that tell the releases apart in the control as well.
   */
  readonly telling: readonly string[];
  /** How many logs (rounds) of each there were to tell by. */
  readonly goodLogs: number;
  readonly badLogs: number;
  /**
   * How many lines of the newest log of each name the server. 0 and 0: none does, and that `focused` is empty says nothing.
   * Where `goodLogs` or `badLogs` is 0 that release wrote no log: `full` is then the other's log, and no difference.
   */
  readonly serverLines: { readonly good: number; readonly bad: number };
}

export interface DiffLine {
  /** `added`: the bad release alone; `removed`: the good one alone; `skipped`: unchanged lines left out, `text` says how many. */
  readonly kind: 'same' | 'added' | 'removed' | 'skipped';
  readonly text: string;
}

/** One step of the search: what was asked for together, and why. */
export interface PathStep {
  /** 1 or 2: of a window both sides are searched. */
  readonly search: number;
  /** Which side of the bad release of a window that is; null where there is one search. */
  readonly side: 'before' | 'after' | null;
  /** Since the search began; null in runs that did not note it. */
  readonly atMs: number | null;
  /** A few words: `both ends, before anything else`. */
  readonly why: string;
  readonly asked: readonly {
    readonly version: string;
    readonly rounds: number;
    readonly verdict: Row['verdict'];
  }[];
}
