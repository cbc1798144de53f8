/** Text of any length, made one of a length. Pure. */
import { grouped } from './numbers.js';

/** The beginning of a text, and how many characters there were beyond it. */
export interface Cut {
  readonly kept: string;
  readonly omitted: number;
}

/** The first `max` characters. Never cut between the two halves of one character. */
export function keptOf(text: string, max: number): Cut {
  const kept = text.length > max ? text.slice(0, max).replace(/[\uD800-\uDBFF]$/u, '') : text;
  return { kept, omitted: text.length - kept.length };
}

/** Escape sequences take room that is not seen: so many times the limit is looked at. */
const SLACK = 8;

/**
 * The first `max` characters of what there is to see of a text. It is cut before it is looked at, since it may be of any
 * length.
 * @param look makes it printable
 */
export function keptOfSeen(text: string, max: number, look: (text: string) => string): Cut {
  const start = keptOf(text, max * SLACK);
  const { kept, omitted } = keptOf(wellFormed(look(start.kept)), max);
  return { kept, omitted: omitted + start.omitted };
}

/** Half a surrogate pair is no text. */
export const wellFormed = (text: string): string => text.replaceAll(/\p{Cs}/gu, '\uFFFD');

/** `… (1,234 more characters)`; empty where nothing was left out. */
export function omittedText(omitted: number): string {
  return omitted > 0 ? `… (${grouped(omitted)} more character${omitted === 1 ? '' : 's'})` : '';
}

/** The first `max` characters, and how many there were beyond them: `abc … 9000 more characters`. */
export function cut(text: string, max: number): string {
  const { kept, omitted } = keptOf(text, max);
  return omitted > 0 ? `${kept} … ${omitted} more character${omitted === 1 ? '' : 's'}` : text;
}
