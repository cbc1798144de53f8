import { stripVTControlCharacters } from 'node:util';

/**
 * Text of a client or a registry, made safe for a terminal and for one line of a table: no escape sequences, no
 * control or direction-changing characters, white space folded.
 */
export function printable(text: string): string {
  return withoutControls(stripVTControlCharacters(text).replaceAll(/\s+/g, ' ')).trim();
}

/** The same for one line of a screen, on which the places of things matter: white space is kept, as blanks. */
export function printableLine(line: string): string {
  return withoutControls(stripVTControlCharacters(line).replaceAll(/\s/g, ' '));
}

/** Control characters, and all that Unicode has for format: they reorder, join or hide what is around them. */
function withoutControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '');
}
