/** Which request and which answer belong together: looked up for every entry of a long journal, and so kept by number. */
import type { AnswerEntry, JournalEntry, RequestEntry } from '../fixture/journal.js';

/** The exchanges of one run, by their number. */
export class Exchanges {
  readonly #requests = new Map<number, RequestEntry>();
  readonly #answers = new Map<number, AnswerEntry>();

  constructor(journal: readonly JournalEntry[]) {
    for (const entry of journal) {
      if (entry.kind === 'request') this.#requests.set(entry.exchange, entry);
      if (entry.kind === 'answer' && !this.#answers.has(entry.exchange))
        this.#answers.set(entry.exchange, entry);
    }
  }

  /** The request of the exchange that `entry` belongs to. */
  requestOf({ exchange }: JournalEntry): RequestEntry | undefined {
    return this.#requests.get(exchange);
  }

  answerOf({ exchange }: JournalEntry): AnswerEntry | undefined {
    return this.#answers.get(exchange);
  }
}
