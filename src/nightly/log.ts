/** What a night does, step by step, for whoever listens: progress on a terminal, or lines of JSON. */
import type { ProbeStage } from '../session/prober.js';
import type { Judgement } from '../verdict/round.js';
import type { Subject } from './subject.js';

/** One step. Its fields are JSON. */
export interface NightEvent {
  /** `began` or `quiet`, `note`, `release`, `round`, `unavailable`, `change`, `news`, `told`, `not-told`, `failed`, `ended`. */
  readonly event: string;
  readonly [field: string]: unknown;
}

export class NightLog {
  readonly #say: (event: NightEvent) => void;
  readonly #stage: (version: string, stage: ProbeStage) => void;
  /** Rounds that were run, and how many came to which verdict. */
  readonly rounded = { good: 0, bad: 0, skip: 0 };

  constructor(
    say: (event: NightEvent) => void,
    stage: (version: string, stage: ProbeStage) => void = () => {},
  ) {
    this.#say = say;
    this.#stage = stage;
  }

  say(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#say({ event, ...fields });
  }

  release(version: string, columns: readonly string[]): void {
    this.say('release', { version, columns });
  }

  rounds({ column }: Subject): (version: string, judgement: Judgement) => void {
    return (version, { verdict, reason }) => {
      this.rounded[verdict] += 1;
      this.say('round', { column: column.key, version, verdict, reason });
    };
  }

  unavailable({ column }: Subject, version: string, reason: string): void {
    this.say('unavailable', { column: column.key, version, reason });
  }

  stages(): (version: string, stage: ProbeStage) => void {
    return (version, stage) => this.#stage(version, stage);
  }

  change({ column }: Subject, change: object): void {
    this.say('change', { column: column.key, ...change });
  }
}
