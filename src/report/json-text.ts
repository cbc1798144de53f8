/** JSON that is safe to look at. Pure. */

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
