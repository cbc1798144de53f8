/** What a client's own log says of what the fixtures saw. Pure. */
import type { LogPattern } from '../clients/client.js';

/** The meanings of those patterns that occur in a log. */
export function patternsIn(log: string, patterns: readonly LogPattern[]): string[] {
  return patterns.filter(({ pattern }) => pattern.test(log)).map(({ meaning }) => meaning);
}
