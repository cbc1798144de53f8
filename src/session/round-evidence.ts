/** What the rounds of a question rest on, kept while it is answered: enough for a report, and no more. Pure. */
import type { KeptRound } from '../run/run.js';
import type { Judgement, Round } from '../verdict/round.js';
import type { Observation } from '../probe/observation.js';
import type { Capture } from '../sandbox/process.js';

const NOTHING: Capture = { text: '', bytes: 0, capped: false };
/** Of a log that only serves to be compared with others. */
const LOG_CHARS = 256 * 1024;

/**
 * Remembers every round by its judgement. Whole is the newest of each kind of outcome (good, a skip, each way to fail) of a
 * release: a noisy search makes more than a hundred rounds, and each may have megabytes of output.
 */
export class RoundEvidence {
  readonly #rounds = new Map<Judgement, KeptRound>();
  readonly #newest = new Map<string, Judgement>();

  /** Takes in a round; rounds of one release in the order in which they were run. */
  add(version: string, { judgement, observations }: Round): void {
    const kind = `${version} ${kindOf(judgement)}`;
    const older = this.#rounds.get(this.#newest.get(kind) ?? judgement);
    if (older) this.#rounds.set(older.judgement, reduced(older));
    this.#newest.set(kind, judgement);
    this.#rounds.set(judgement, { judgement, observations, isWhole: true });
  }

  /** The round of a judgement. One that stands for a round which could not be run rests on nothing. */
  of(judgement: Judgement): KeptRound {
    return this.#rounds.get(judgement) ?? { judgement, observations: [], isWhole: true };
  }
}

function kindOf({ verdict, findings }: Judgement): string {
  const failing = findings.filter(({ outcome }) => outcome === 'fail');
  return `${verdict} ${failing.map(({ arm, symptoms }) => `${arm}:${symptoms.join()}`).join(';')}`;
}

function reduced(round: KeptRound): KeptRound {
  return { ...round, observations: round.observations.map(logAlone), isWhole: false };
}

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
