/**
 * The version table of the nightly job as a value: releases by scenarios. The formats only lay it out. Texts that come from
 * clients or registries are as they wrote them, but for what was redacted: each format defuses them for itself.
 *
 * Nothing in it depends on when or how often it was made: the same ledger and the same releases give the same table.
 */
import type { Tally } from '../../verdict/standing.js';
import type { Mode } from '../../settings.js';
import type { PublicationTime } from '../../registry/releases.js';
import type { Isolation } from '../../sandbox/steps.js';
import type { Terms } from '../../scenarios/scenario.js';
import type { ArmEvidence } from '../evidence.js';

export interface VersionTable {
  readonly schema: 1;
  /** One for each client. */
  readonly clients: readonly ClientTable[];
}

export interface ClientTable {
  /** Id, title and npm package of the client. */
  readonly client: string;
  readonly title: string;
  readonly package: string;
  readonly platform: string;
  readonly columns: readonly Column[];
  /** The releases that the night was about, and what is known of others among them, the newest first. */
  readonly rows: readonly TableRow[];
  /** Every change in it, the newest first. */
  readonly changes: readonly TableChange[];
}

export interface Column {
  /** Unique in its table, fit for an anchor: `get-stream-404`, `get-stream-404-interactive`. */
  readonly key: string;
  readonly scenario: string;
  /** What the scenario is about: `GET listening stream answered with 404`. */
  readonly title: string;
  readonly mode: Mode;
  /** Where it was reported; may be empty. */
  readonly issue: string;
  /** The scenario's own words; left out where it has none. */
  readonly terms?: Terms;
}

export interface TableRow extends PublicationTime {
  readonly version: string;
  /** The publisher's warning; null for a release that is not deprecated. */
  readonly deprecated: string | null;
  /** It was in the registry on an earlier night, and is not any more. */
  readonly isUnpublished: boolean;
  /** Why there is nothing to run on this platform; null where there is. */
  readonly missing: string | null;
  readonly integrity: string | null;
  /** One for each column, in its order. */
  readonly cells: readonly Cell[];
  /** Pages with what was recorded of it, relative to the output folder, with `/`; null where nothing was. */
  readonly evidence: Files | null;
}

/** The same page in two formats: paths relative to the output folder. */
export interface Files {
  readonly markdown: string;
  readonly html: string;
}

export type CellResult = 'good' | 'bad' | 'skip' | 'flaky' | 'untested';

export interface Cell {
  /** `skip`: tried, without a verdict. `untested`: not tried, or nothing there to try. */
  readonly result: CellResult;
  /** What it is to a change that is confirmed; null for none. Of two changes the one that begins here. */
  readonly mark: 'first broken' | 'last good' | 'first fixed' | 'last broken' | null;
  /** The evidence in a few words, or why there is no verdict; may be empty for `untested`. */
  readonly reason: string;
  /** How often it was run under any arm, and how its rounds came out. */
  readonly runs: number;
  readonly rounds: Tally;
  /** When the newest round that counts was run: ISO 8601, UTC; null for none. */
  readonly testedAt: string | null;
}

export interface TableChange {
  readonly kind: 'regression' | 'fix';
  /** Key of the column. */
  readonly column: string;
  /** The last release before it, the first one after it, and releases between them that could not be tested. */
  readonly before: string;
  readonly after: string;
  readonly suspects: readonly string[];
  /** Both sides were run often enough to say so. Otherwise it is no news yet. */
  readonly isConfirmed: boolean;
  /** The report on it; null where there is none. */
  readonly report: Files | null;
}

/** What is recorded of one release: the matter of its evidence page. */
export interface ReleasePage {
  readonly client: string;
  readonly title: string;
  readonly package: string;
  readonly platform: string;
  readonly row: TableRow;
  readonly columns: readonly Column[];
  /** By key of a column: the round that stands for its cell; a column without one is left out. */
  readonly rounds: Readonly<Record<string, PageRound>>;
}

export interface PageRound {
  readonly isolation: Isolation;
  readonly arms: readonly ArmEvidence[];
}
