/** Text of a client or a registry, made safe to look at: what nobody sees is taken out. In linear time. Pure. */

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
