import { stripVTControlCharacters } from 'node:util';

/**
 * Text of a client or a registry, made safe for a terminal and for one line of a table: no escape sequences, no
 * control or direction-changing characters, white space folded.
 */
export function printable(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll(/\s+/g, ' ')
      // Control characters, and the Unicode ones that reorder or hide what follows them.
      .replaceAll(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '')
      .trim()
  );
}
