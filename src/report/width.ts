/** How much room text takes on a terminal, and text broken into lines that fit. Pure. */
import { stripVTControlCharacters } from 'node:util';

/**
 * Characters that take two columns: those whose East_Asian_Width is W or F (Unicode Standard Annex #11), whole blocks at a
 * time, and emoji. A character too many in here makes a line shorter than it had to be; one too few makes it break.
 */
const WIDE =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Regional_Indicator}/u;

/** Alone they take no room: combining marks, and characters of format. */
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** What most lines are made of: a column each. For them no Segmenter is made, which takes 10 ms. */
const NARROW = /^[ -~·×–—’…≠✔✘]*$/;

let graphemes: Intl.Segmenter | undefined;

/** The columns that a line takes; colours take none. */
export function widthOf(line: string): number {
  const text = stripVTControlCharacters(line);
  if (NARROW.test(text)) return text.length;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let width = 0;
  for (const { segment } of graphemes.segment(text))
    width += WIDE.test(segment) ? 2 : WITHOUT_WIDTH.test(segment) ? 0 : 1;
  return width;
}

/** `line` as it is where it fits, or knows no bounds; else broken at blanks, and what follows set in. */
export const fitted = (line: string, columns: number | undefined): string =>
  columns === undefined || widthOf(line) <= columns ? line : wrapped(line, columns - 2).join('\n  ');

/** `line` in lines of at most so many columns, broken at blanks: a word that is longer than that has a line of its own. */
export function wrapped(line: string, columns: number): string[] {
  const lines: string[] = [];
  let room = 0;
  for (const word of line.split(' ').filter(Boolean)) {
    const width = widthOf(word);
    if (lines.length > 0 && width < room) {
      lines.push(`${lines.pop()} ${word}`);
      room -= width + 1;
    } else {
      lines.push(word);
      room = columns - width;
    }
  }
  return lines;
}
