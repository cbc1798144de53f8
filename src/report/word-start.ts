/** Where a word begins in text of any origin: sources of regular expressions. Pure. */

/**
 * What stands for another character, and so before a word, though it ends in a letter or a digit: `\n` and `\u001b` of
 * JSON, `%22` of an address, and `[32m`, which is left of a colour without its first character.
 */
const ESCAPED = String.raw`\\[nrtbfv]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|\[[\d;]{1,12}m`;

/** @param others class of the characters after which none begins: `[A-Za-z0-9]` */
export const startAfterNone = (others: string): string => `(?:(?<!${others})|(?<=${ESCAPED}))`;

/** A word of ASCII. */
export const WORD_START = startAfterNone('[A-Za-z0-9]');

/**
 * Colours and format characters as JSON writes them, with all backslashes before them: JSON may be in JSON. A run of
 * backslashes is looked at from its first one on only.
 */
const WRITTEN_OUT =
  /(?<!\\)\\+(?:(?:u00[19]b|x1b)\[[0-?]{0,40}[@-~]|u(?:00ad|061c|200[b-f]|202[a-e]|206[0-9a-f]|feff))/gi;

/** The text without what JSON made of characters that nobody sees. */
export const withoutWrittenOut = (text: string): string => text.replaceAll(WRITTEN_OUT, '');
