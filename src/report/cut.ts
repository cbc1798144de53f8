/** Text of any length, made one of a length. Pure. */

/** The first `max` characters, and how many there were beyond them. Never cut between the two halves of one character. */
export function cut(text: string, max: number): string {
  const more = text.length - max;
  return more > 0 ? `${text.slice(0, max).replace(/\p{Cs}$/u, '')} … ${more} more characters` : text;
}
