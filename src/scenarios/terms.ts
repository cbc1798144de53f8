/**
 * The words of an answer, as a scenario may choose them: of a capability one says "gained", and not "fixed" (git-bisect(1),
 * *Alternate terms*). Pure.
 */
import type { Terms } from './scenario.js';

/** What stands in brackets is a reason, in somebody else's words. */
const WORD = /\([^()]*\)|\blast (?:known )?good\b|\b(?:works|broken|broke|fixed)\b/gi;

/**
 * A text of ours with the scenario's words in it: `First fixed: 2.1.274` → `First gained: 2.1.274`.
 * @param terms left out: the text as it is
 */
export function termed(text: string, terms: Terms | undefined): string {
  if (!terms) return text;
  return text.replaceAll(WORD, (word) => {
    if (word.startsWith('(')) return word;
    const known = word.toLowerCase();
    if (known.endsWith(' good')) return terms.works ? word.replace(/good$/, terms.works) : word;
    const term = terms[known as keyof Terms] ?? word;
    return word === known ? term : term.charAt(0).toUpperCase() + term.slice(1);
  });
}
