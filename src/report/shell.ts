/** A command as one line for a POSIX shell. */

/** Characters that mean nothing to a shell; and the home, which is meant to be found again. */
const PLAIN = /^(?:~\/)?[\w@%+=:,./-]+$/;

/** The words of a command, quoted where that is needed, so that pasting the line gives these words again. */
export function shellLine(words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  if (PLAIN.test(word)) return word;
  // Line breaks and other controls would end the line, or act on the terminal that it is pasted into.
  if (/\p{Cc}/u.test(word)) return `$'${word.replaceAll(/[\\'\p{Cc}]/gu, escaped)}'`;
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** In `$'…'`, which bash, zsh, ksh and POSIX 2024 know. */
function escaped(character: string): string {
  if (character === '\\' || character === "'") return `\\${character}`;
  const bytes = new TextEncoder().encode(character);
  return [...bytes].map((byte) => String.raw`\x${byte.toString(16).padStart(2, '0')}`).join('');
}
