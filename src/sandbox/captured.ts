/** Output as it is kept: the beginning as text, the rest as a number. */
import { StringDecoder } from 'node:string_decoder';

export interface Capture {
  readonly text: string;
  /** All that came, kept or not. */
  readonly bytes: number;
  /** More came than was kept. */
  readonly capped: boolean;
}

/** Collects one stream up to a limit. Characters are never cut: an incomplete one at the limit is left out. */
export class CappedText {
  readonly #limit: number;
  readonly #decoder = new StringDecoder('utf8');
  #text = '';
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What is kept so far. */
  get text(): string {
    return this.#text;
  }

  /** Takes what came and returns what of it is kept, as text. */
  add(chunk: Buffer): string {
    const room = Math.max(0, this.#limit - this.#bytes);
    const text = this.#decoder.write(chunk.subarray(0, room));
    this.#bytes += chunk.length;
    this.#text += text;
    return text;
  }

  /** What was kept. The last call: it takes half a character that the stream itself ended in as U+FFFD. */
  capture(): Capture {
    const capped = this.#bytes > this.#limit;
    return { text: capped ? this.#text : this.#text + this.#decoder.end(), bytes: this.#bytes, capped };
  }
}
