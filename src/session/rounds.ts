/** The rounds of releases under one scenario: recalled from the ledger or run, and shared by the searches of a question. */
import { digestOf, type Ledger, type LedgerKey, type Remembered } from '../ledger/ledger.js';
import type { Observation } from '../probe/observation.js';
import type { TestableRelease } from '../registry/releases.js';
import type { Capture } from '../sandbox/process.js';
import type { Arm, Scenario } from '../scenarios/scenario.js';
import type { RoundSource, Why } from '../search/drive.js';
import { judgeRelease } from '../verdict/judge.js';
import { judgeOracle } from '../verdict/oracle.js';
import type { Judgement, Round, KeptRound } from '../verdict/round.js';
import type { Catalogue } from './catalogue.js';
import { createProber, type Exercise, type ProberTools } from './prober.js';

export type Rounds = ReturnType<typeof createRounds>;

interface RoundTools extends ProberTools {
  readonly ledger: Ledger;
  readonly platform: string;
  /** Whether the rooms seal the client off. */
  readonly sealed: boolean;
}

/** Whoever opened the tools closes them. */
export function createRounds(exercise: Exercise, tools: RoundTools) {
  const { client, scenario, mode, oracle } = exercise;
  const { ledger, platform, sealed } = tools;
  const { observe, ...prober } = createProber(exercise, tools);
  const scenarioDigest = digestOf(scenario);
  const keyOf = ({ version, source }: TestableRelease): LedgerKey => ({
    client: client.id,
    version,
    integrity: source.integrity,
    platform,
    // What a command says of a release is not said of the scenario whose servers it gets.
    scenario: oracle ? 'oracle' : scenario.id,
    scenarioDigest,
    adapterRevision: client.revision,
    mode,
    sealed,
    runtime: source.runner === 'node' ? `node ${process.versions.node}` : 'native',
  });
  const judged = ({ version }: TestableRelease, observations: readonly Observation[]): Round => {
    const judgement = oracle
      ? judgeOracle(version, observations, client, oracle)
      : judgeRelease(version, observations, scenario, client);
    return { judgement, observations };
  };
  return {
    ...prober,
    /** The rounds that the ledger holds, judged by today's rules, the oldest first; without those that are no clear verdict. */
    recall: (release: TestableRelease): readonly Remembered[] => {
      // Nobody knows what a command depends on: what it said once is no answer today.
      if (oracle) return [];
      const known = ledger.find(keyOf(release));
      if (scenario.recordedAs !== undefined) return known;
      return known
        .map((one) => ({ ...one, ...judged(release, one.observations) }))
        .filter(({ judgement }) => judgement.verdict !== 'skip');
    },
    /** A round that came to no verdict: of the newest ones with the same reason the first. */
    recallSkip: (release: TestableRelease): Remembered | undefined => ledger.findSkip(keyOf(release)),
    /**
     * Runs one more: the release once under every arm. It is in the ledger when this returns.
     * @throws BisectError when the environment fails: the registry, the store, the ledger
     */
    examine: (release: TestableRelease, signal: AbortSignal): Promise<Round> =>
      observe(release, signal, async (run) => {
        let round = judged(release, await run(scenario.arms));
        // Those that gave no clear finding run once more: it may have been a passing disturbance.
        const open = oracle ? [] : scenario.arms.filter((arm) => isWorthRepeating(arm, round.judgement));
        if (open.length > 0) round = judged(release, [...round.observations, ...(await run(open))]);
        ledger.record(keyOf(release), round);
        return round;
      }),
  };
}

/** A release that cannot be started, or is another version, will be so again; a failure of ours concerns every arm. */
const isWorthRepeating = ({ id }: Arm, { cause, findings }: Judgement): boolean =>
  cause === 'environment' || findings.some(({ arm, outcome }) => arm === id && outcome === 'unclear');

/** What a question is asked of: releases, and their rounds. */
export interface Inquiry {
  readonly catalogue: Catalogue;
  readonly rounds: Rounds;
  /** The scenario's own words. */
  readonly terms?: Scenario['terms'] | undefined;
}

/** What the asker wants to hear meanwhile. */
export interface Listener {
  onVerdict?(version: string, judgement: Judgement, source: 'run' | 'ledger', why?: Why): void;
  /** What was fetched ahead for this release has ended, either way. */
  onFetchedAhead?(version: string): void;
  /** Offline: these releases of the range are not in the cache. The search goes by those that are. */
  onAbsent?(versions: readonly string[]): void;
}

/** What was learned, and what ended the question before all of it was known, if anything did. */
export type Learned<Known> = Known & { readonly error?: unknown };

/** @throws what ended the question */
export function finished<Known extends object>(learned: Learned<Known>): Known {
  if ('error' in learned) throw learned.error;
  return learned;
}

/** The rounds of one question, shared by its searches: what one of them has run is there for the other. */
export class SharedRounds {
  readonly #source: RoundSource;
  readonly #recalled = new Map<string, readonly Judgement[]>();
  readonly #started = new Map<string, Promise<Judgement>[]>();
  readonly #finished = new Map<string, Judgement[]>();

  constructor(source: RoundSource) {
    this.#source = source;
  }

  recall(version: string): readonly Judgement[] {
    const known = this.#recalled.get(version) ?? this.#source.recall(version);
    this.#recalled.set(version, known);
    return known;
  }

  /** Every round of a release that there is by now, the recalled ones first. */
  known(version: string): readonly Judgement[] {
    return [...this.recall(version), ...(this.#finished.get(version) ?? [])];
  }

  /**
   * For one search.
   * @param again to it every round that was run so far is a recalled one; for when none is running
   */
  view(again = false): RoundSource {
    const taken = new Map<string, number>();
    if (again) for (const [version, { length }] of this.#started) taken.set(version, length);
    return {
      recall: (version) => (again ? this.known(version) : this.recall(version)),
      examine: (version, signal) => {
        const place = taken.get(version) ?? 0;
        taken.set(version, place + 1);
        const started = this.#started.get(version) ?? [];
        this.#started.set(version, started);
        // The one that another view has asked for already, or one that begins now.
        return (started[place] ??= this.#begin(version, signal));
      },
    };
  }

  async #begin(version: string, signal: AbortSignal): Promise<Judgement> {
    const judgement = await this.#source.examine(version, signal);
    this.#finished.set(version, [...(this.#finished.get(version) ?? []), judgement]);
    return judgement;
  }
}

/**
 * What the rounds of a question rest on. Whole is the newest of each kind of outcome (good, a skip, each way to fail) of a
 * release: a noisy search makes more than a hundred rounds, and each may have megabytes of output.
 */
export class RoundEvidence {
  readonly #rounds = new Map<Judgement, KeptRound>();
  readonly #newest = new Map<string, Judgement>();

  /** Takes in a round; rounds of one release in the order in which they were run. */
  add(version: string, { judgement, observations }: Round): void {
    const { verdict, findings } = judgement;
    const failing = findings.filter(({ outcome }) => outcome === 'fail');
    const kind = [version, verdict, ...failing.map(({ arm, symptoms }) => `${arm}:${symptoms.join()}`)].join(
      ' ',
    );
    const older = this.#rounds.get(this.#newest.get(kind) ?? judgement);
    if (older)
      this.#rounds.set(older.judgement, {
        ...older,
        observations: older.observations.map(logAlone),
        isWhole: false,
      });
    this.#newest.set(kind, judgement);
    this.#rounds.set(judgement, { judgement, observations, isWhole: true });
  }

  /** The round of a judgement. One that stands for a round which could not be run rests on nothing. */
  of(judgement: Judgement): KeptRound {
    return this.#rounds.get(judgement) ?? { judgement, observations: [], isWhole: true };
  }
}

const NOTHING: Capture = { text: '', bytes: 0, capped: false };
/** Of a log that only serves to be compared with others. */
const LOG_CHARS = 256 * 1024;

function logAlone(seen: Observation): Observation {
  const { debugLog } = seen;
  const text = debugLog.text.slice(0, LOG_CHARS);
  const capped = debugLog.capped || text.length < debugLog.text.length;
  return {
    ...seen,
    stdout: NOTHING,
    stderr: NOTHING,
    screen: null,
    journal: [],
    journalOmitted: seen.journalOmitted + seen.journal.length,
    debugLog: { ...debugLog, text, capped },
  };
}
