/**
 * The door for text of others: whatever it holds and however long it is, what comes out can be looked at. What nobody sees is
 * taken out, and what is too long is cut and counted. In linear time. Pure.
 */
import { grouped } from './words.js';

/** The beginning of a text, and how many characters there were beyond it. */
export interface Cut {
  readonly kept: string;
  readonly omitted: number;
}

/** One line of a text for a sentence or a cell: at most `max` characters of what there is to see. */
export const seen = (text: string, max: number): Cut => keptOfSeen(text, max, printable);

/** One line of a block, on which the places of things matter; what is cut is counted in it. */
export function seenLine(line: string, max: number): string {
  const { kept, omitted } = keptOfSeen(line, max, printableLine);
  return `${kept} ${omittedText(omitted)}`.trimEnd();
}

/** Lines of a text, with no more than `limit` characters of it looked at. */
export const linesOf = (text: string, limit: number): string[] =>
  keptOf(text, limit).kept.split(/\r\n|[\n\r]/u);

/** The first `max` characters. Never cut between the two halves of one character. */
export function keptOf(text: string, max: number): Cut {
  const kept = text.length > max ? text.slice(0, max).replace(/[\uD800-\uDBFF]$/u, '') : text;
  return { kept, omitted: text.length - kept.length };
}

/** Escape sequences take room that is not seen: so many times the limit is looked at. */
const SLACK = 8;

/** It is cut before it is looked at, since it may be of any length. */
function keptOfSeen(text: string, max: number, look: (text: string) => string): Cut {
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

/** For one line of a table: no escape sequences, no control or direction-changing characters, white space folded. */
export function printable(text: string): string {
  return withoutControls(text).replaceAll(/\s+/g, ' ').trim();
}

/** The same for one line of a screen, on which the places of things matter: white space is kept, as blanks. */
export function printableLine(line: string): string {
  return withoutControls(line).replaceAll(/\s/g, ' ');
}

/**
 * The text as it is read: without escape sequences, without control characters (but for line breaks and tabs), and without
 * what Unicode has for format, which reorders, joins or hides what is around it. A second time changes nothing.
 * (`stripVTControlCharacters` of node:util throws on a megabyte of semicolons, and leaves titles with blanks.)
 */
export function withoutControls(text: string): string {
  return text.replaceAll(INVISIBLE, '').replaceAll(SEQUENCE, '').replaceAll(CONTROL, '');
}

/** Format characters, and others that take no place on paper: a sequence may have them in it, so they go first. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** ECMA-48. What is no whole sequence loses its control characters alone: a letter of a key is none of a sequence. */
const SEQUENCE = new RegExp(
  [
    // CSI: parameters, and a last character. Most small letters have parameters, and else begin a word.
    String.raw`(?:\u001b\[|\u009b)(?![a-eg-lnopqtv-z])[0-?]*[ -/]*[@-~]`,
    // Strings with an end: titles of windows, addresses of links.
    String.raw`(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0000-\u001f\u007f-\u009f]*(?:\u0007|\u001b\\|\u009c)`,
    // Character sets: `ESC ( B`.
    String.raw`\u001b[ -/][0-~]`,
    // Two characters: the cursor saved and restored, the terminal reset.
    String.raw`\u001b[0-?DEHMNOZ\\c|}~]`,
  ].join('|'),
  'g',
);

/** All control characters but line breaks and tabs. */
const CONTROL = /[^\P{Cc}\n\r\t]/gu;

/**
 * The document as text, ending with a line break. Whatever could act on what shows it is there as an escape of JSON, so
 * that the values are unchanged: control characters, characters of format, which reorder or hide their surroundings, and
 * the sign by which GitHub's runner knows a command in the middle of a line (actions/runner, ActionCommand.cs).
 */
export function jsonText(document: unknown): string {
  const text = JSON.stringify(document, null, 2);
  return `${text.replaceAll(/[\u007F-\u009F\u2028\u2029]|\p{Cf}|##(?=\[)/gu, escaped)}\n`;
}

/** An escape for each UTF-16 unit: characters beyond the first plane are two. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
