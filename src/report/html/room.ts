/** A page that browsers still open: each part of it has so much room, and what does not fit is told in brief or counted. */
import type { Markup } from './markup.js';

/** So many characters of HTML, to be used up part by part. */
export class Room {
  #left: number;

  constructor(chars: number) {
    this.#left = chars;
  }

  /** Takes the part in if it fits, and says whether it did. */
  takes(part: Markup): boolean {
    if (part.length > this.#left) return false;
    this.#left -= part.length;
    return true;
  }
}
