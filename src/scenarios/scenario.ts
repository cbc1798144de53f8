/** A scenario is one reported behaviour: how the gateway behaves, what is asked of the client, how to judge. */
import type { JournalEntry } from '../fixture/journal.js';
import type { GatewayPlan, ModelPlan } from '../fixture/plan.js';
import type { Mode } from '../settings.js';
import type { ScenarioFile } from './file.js';

/** One configuration of a scenario. A release whose control arm does not pass cannot be tested. */
export interface Arm {
  readonly id: string;
  /** A few words that name it in a table: `404 before tools`. */
  readonly title: string;
  readonly control: boolean;
  readonly gateway: GatewayPlan;
  /** The model's script. Its calls name the gateway's tools: how the model knows them is the client's to say. */
  readonly model: ModelPlan;
  /** Static headers that the client is configured to send to the gateway. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a judge is given: what the fixtures recorded, and the name under which the model should see the tool. */
export interface ArmRecord {
  readonly arm: Arm;
  readonly journal: readonly JournalEntry[];
  readonly modelToolName: string;
  readonly mode: Mode;
}

/** What one arm showed. `unclear` is no evidence either way: it makes the release a skip. */
export interface Finding {
  readonly outcome: 'pass' | 'fail' | 'unclear';
  /** A few words for the table: `tools lost; re-initialized 2×`. */
  readonly evidence: string;
  /** What kinds of failure these are, in fixed words, to compare failures of different releases. */
  readonly symptoms: readonly string[];
}

/** What a report says in the place of its own words, where they do not fit: of a capability `fixed` may be `gained`. */
export interface Terms {
  /** Of a release that passes: `works`. */
  readonly works?: string;
  /** Of a release that fails, before a noun as well: `is broken`, `the first broken release`. */
  readonly broken?: string;
  /** What the first bad release did: `2.1.147 broke`. */
  readonly broke?: string;
  /** What the first good one did after a bad one: `2.1.153 fixed`, `first fixed`. */
  readonly fixed?: string;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** Where it was reported, and the part of the specification that it is about; empty where a file does not say. */
  readonly issue: string;
  readonly spec: string;
  /** What a client should do, in a sentence or two for a report; left out where a file does not say. */
  readonly expected?: string;
  readonly terms?: Terms;
  /** Raise it whenever a change to `settled` or `judge` could change a verdict: it is part of the ledger's key. */
  readonly revision: number;
  /** sha256 of the file that it was read from, or of its functions; also part of that key. Left out for built-in ones. */
  readonly source?: string;
  /** Left out where it was not read from a file. */
  readonly file?: ScenarioFile;
  /** Its digest in the ledger, where its rounds are all that is known of it: they count as they were judged, and none can be run. */
  readonly recordedAs?: string;
  /** Name under which the client knows the gateway, the tool that the model calls, and what the user asks. */
  readonly server: string;
  readonly tool: string;
  readonly prompt: string;
  /**
   * What is asked is whether the client waits for its servers. Left out, clients that can be told to wait are, and one that asks the
   * model before a planned answer was due is not blamed for that.
   */
  readonly aboutWaiting?: boolean;
  /** Exactly one of them is the control. */
  readonly arms: readonly Arm[];
  /** Their ids where more were defined than are asked about. */
  readonly asked?: readonly string[];
  /**
   * Asked after every journal entry: once nothing that may still happen can change the finding, how many
   * milliseconds to go on watching before the client is ended; undefined while it is open.
   */
  settled(record: ArmRecord): number | undefined;
  /** Pure: the same record always gives the same finding. */
  judge(record: ArmRecord): Finding;
}
