/** What a night does, step by step, for whoever listens: progress on a terminal, or lines of JSON. */
import type { ProbeStage } from '../session/prober.js';
import type { Judgement } from '../verdict/round.js';
import type { Subject } from './subjects.js';

/** One step. Its fields are JSON. */
export interface NightEvent {
  /** `began` or `quiet`, `note`, `release`, `round`, `unavailable`, `change`, `news`, `told`, `not-told`, `failed`, `ended`. */
  readonly event: string;
  readonly [field: string]: unknown;
}

export class NightLog {
  readonly #hear: (event: NightEvent) => void;
  readonly stage: (version: string, stage: ProbeStage) => void;
  /** How many rounds that were run came to which verdict. */
  readonly rounded = { good: 0, bad: 0, skip: 0 };

  constructor(hear: (event: NightEvent) => void, stage: NightLog['stage'] = () => {}) {
    this.#hear = hear;
    this.stage = stage;
  }

  say(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#hear({ event, ...fields });
  }

  round({ column }: Subject, version: string, { verdict, reason }: Judgement): void {
    this.rounded[verdict] += 1;
    this.say('round', { column: column.key, version, verdict, reason });
  }

  change({ column }: Subject, change: object): void {
    this.say('change', { column: column.key, ...change });
  }
}
