/** A scenario is one reported behaviour: how the gateway behaves, what is asked of the client, how to judge. */
import { BisectError } from '../errors.js';
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

/**
 * The one arm of this id; left out, the first that is not the control.
 * @throws BisectError `BAD_OPTION` if there is no such arm
 */
export function armNamed({ id: scenario, arms }: Scenario, id: string | undefined): Arm {
  const arm = arms.find((one) => (id === undefined ? !one.control : one.id === id));
  if (arm) return arm;
  throw new BisectError('BAD_OPTION', `${scenario} has no arm "${id}"`, {
    hint: `choose one of ${arms.map((one) => one.id).join(', ')}`,
  });
}

/**
 * The scenario with its control and the arms of these ids alone; the whole one if none is named. Its arms are part of its
 * digest, so that rounds under some of them are never taken for rounds under all.
 * @throws BisectError `BAD_OPTION` for an arm that there is not, and for the control alone, which can blame nobody
 */
export function withArms(scenario: Scenario, ids: readonly string[]): Scenario {
  const named = new Set(ids.map((id) => armNamed(scenario, id)));
  const arms = scenario.arms.filter((arm) => arm.control || named.has(arm));
  if (ids.length === 0 || arms.length === scenario.arms.length) return scenario;
  if (arms.length > 1) return { ...scenario, arms, asked: arms.map(({ id }) => id) };
  const others = scenario.arms.filter((arm) => !arm.control);
  throw new BisectError('BAD_OPTION', 'the control is run in any case, and alone it can blame nobody', {
    hint: `name another arm: ${others.map(({ id }) => id).join(', ')}`,
  });
}
