/** `did you mean "method"?`: the word that was probably meant. */

/** The one of `words` that `text` is a misspelling of, if there is one. */
export function similar(text: string, words: readonly string[]): string | undefined {
  const allowed = text.length < 3 ? 0 : Math.ceil(text.length / 3);
  const near = words
    .map((word) => ({ word, distance: distanceBetween(text.toLowerCase(), word.toLowerCase()) }))
    .filter(({ distance }) => distance <= allowed)
    .toSorted((one, other) => one.distance - other.distance);
  return near[0]?.word;
}

/** ` (did you mean "method"?)`, or ` (` with what there is `)`. */
export function suggestion(text: string, words: readonly string[]): string {
  const meant = similar(text, words);
  return meant === undefined ? ` (there are ${words.join(', ')})` : ` (did you mean "${meant}"?)`;
}

/** How many characters have to be put in, left out or changed to get from one to the other (Levenshtein). */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, character] of one.split('').entries()) {
    const next = [index + 1];
    for (const [column, opposite] of other.split('').entries())
      next.push(
        Math.min(
          (next[column] ?? 0) + 1,
          (row[column + 1] ?? 0) + 1,
          (row[column] ?? 0) + (character === opposite ? 0 : 1),
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
