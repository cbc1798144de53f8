/** The rows of a screen, on which a terminal has broken text wherever a row was full. Pure. */
import { masked, type Mask } from './mask.js';

/** Fewer columns than these are no terminal's. */
const MIN_COLUMNS = 20;
/** Programs leave some columns free at the end of rows that they break. */
const FREE_COLUMNS = 6;
/** What is drawn before the text of a row: a frame, blanks, and the sign of a list. */
const BEFORE = /^\s{0,100}[│┃║|]?\s{0,100}(?:(?:[>*-]|[^\p{ASCII}\p{L}\p{N}\s])\s{1,3})?/u;
const FRAME = /[│┃║|]$/;

/** The rows without what the masks find, also where that goes on in the next one. All rows stay, and frames where they are. */
export function maskedRows(rows: readonly string[], masks: readonly Mask[]): string[] {
  const columns = rows.reduce((most, row) => Math.max(most, row.trimEnd().length), 0);
  const parts = rows.map((row) => {
    const [before = ''] = BEFORE.exec(row) ?? [];
    const text = row.trimEnd();
    const inside = (FRAME.test(text) ? text.slice(0, -1).trimEnd() : text).slice(before.length);
    const isFull = columns >= MIN_COLUMNS && before.length + inside.length >= columns - FREE_COLUMNS;
    return { before, inside, after: row.slice(before.length + inside.length), goesOn: isFull };
  });
  for (const find of masks) {
    const text = parts.map(({ inside, goesOn }) => (goesOn ? inside : `${inside}\n`)).join('');
    const found = [...find(text)];
    let start = 0;
    let seen = 0;
    for (const part of parts) {
      const end = start + part.inside.length;
      let kept = '';
      let at = start;
      for (let next = found[seen]; next && next.from < end; next = found[seen]) {
        if (next.from >= start) kept += text.slice(at, next.from) + next.by;
        at = Math.min(next.to, end);
        if (next.to > end) break;
        seen += 1;
      }
      start = end + (part.goesOn ? 0 : 1);
      part.inside = masked(kept + text.slice(at, end), [find]);
    }
  }
  return parts.map(({ before, inside, after }, index) => {
    const kept = before + inside;
    return (
      kept + (FRAME.test(after.trimEnd()) ? after.padStart((rows[index] ?? '').length - kept.length) : after)
    );
  });
}
