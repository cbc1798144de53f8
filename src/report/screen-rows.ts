/** The rows of a screen, on which a terminal has broken text wherever a row was full. In linear time. Pure. */

/** Fewer columns than these are no terminal's. */
const MIN_COLUMNS = 20;
/** Programs leave some columns free at the end of rows that they break. */
const FREE_COLUMNS = 6;
/** No key is longer on a screen; and what is longer would be looked at again with every row of it. */
const MAX_CHARS = 4_000;
const MAX_PASSES = 8;

interface Row {
  readonly whole: string;
  /** What is drawn around it, if anything is. */
  readonly left: string;
  readonly right: string;
  readonly inside: string;
  readonly room: number;
}

/** Rows that hold a key or a name which goes on from one to the next; or one row alone. */
interface Unit {
  readonly rows: Row[];
  text: string;
}

/**
 * The rows, redacted, with keys and names that go on from row to row. Rows that hold such a one are broken anew, at the same
 * width; all others stay where they are. What the screen's width is known by may be redacted: a second time may then take
 * rows for full ones that were not, and take more away, never less.
 */
export function redactRows(rows: readonly string[], redact: (text: string) => string): string[] {
  let kept = [...rows];
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const next = unitsOf(kept, redact).flatMap((unit) => redactUnit(unit, redact));
    if (next.join('\n') === kept.join('\n')) break;
    kept = next;
  }
  return kept;
}

function unitsOf(rows: readonly string[], redact: (text: string) => string): Unit[] {
  const columns = rows.reduce((most, row) => Math.max(most, row.trimEnd().length), 0);
  const units: Unit[] = [];
  for (const row of rows.map((each) => rowOf(each, columns))) {
    const unit = units.at(-1);
    const text = unit ? continuation(row, unit) : '';
    if (unit && columns >= MIN_COLUMNS && canGoOn(unit, row) && goesOn(unit.text, text, redact)) {
      unit.rows.push(row);
      unit.text += text;
    } else units.push({ rows: [row], text: row.inside.trimEnd() });
  }
  return units;
}

/** A frame has something at both ends. */
const FRAME = /^(\s{0,100}[│┃║|]).*([│┃║|])$/s;

function rowOf(whole: string, columns: number): Row {
  const [, left = '', right = ''] = FRAME.exec(whole.trimEnd()) ?? [];
  const inside = whole.slice(left.length, right === '' ? undefined : whole.trimEnd().length - 1);
  return { whole, left, right, inside, room: right === '' ? columns : inside.length };
}

/** Blanks, and the sign of a list, behind which the rows that follow are further in. */
const INDENTATION = /^\s{0,100}(?:[^\p{L}\p{N}\s"'`/~$([{<]\s{1,3})?/u;
const BLANKS = /^\s{0,100}/;
const lengthOf = (pattern: RegExp, text: string) => pattern.exec(text)?.[0].length ?? 0;

/** The text of a row that goes on with others, without the blanks before all of them. */
function continuation({ inside }: Row, { rows: [first] }: Unit): string {
  const indentation = lengthOf(INDENTATION, first?.inside ?? '');
  return inside.slice(Math.min(indentation, lengthOf(BLANKS, inside))).trimEnd();
}

function canGoOn({ rows, text }: Unit, row: Row): boolean {
  const before = rows.at(-1);
  if (!before || before.right !== row.right || row.inside.trim() === '' || text.length > MAX_CHARS)
    return false;
  // A blank at the end was put there by `brokenAnew`, or is the padding of a frame.
  const end = before.right === '' ? before.inside : before.inside.replace(/\s$/, '');
  return !/\s$/.test(end) && end.length >= before.room - FREE_COLUMNS;
}

/** Whether less is left of both together than of each alone. */
function goesOn(text: string, next: string, redact: (text: string) => string): boolean {
  return leftOf(redact(text + next)) < leftOf(redact(text)) + leftOf(redact(next));
}

const leftOf = (text: string) => text.replaceAll(/\[(?:key|user|host|cache)\]|~/g, '').length;

function redactUnit({ rows, text }: Unit, redact: (text: string) => string): string[] {
  const [first] = rows;
  return !first || rows.length === 1
    ? rows.map(({ whole }) => redact(whole))
    : brokenAnew(redact(text), rows);
}

/** The last row is never full: what follows would be taken for a part of it. */
function brokenAnew(text: string, rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(({ inside }) => inside.trimEnd().length));
  const indentation = ' '.repeat(lengthOf(INDENTATION, rows[0]?.inside ?? ''));
  const pieces = [text.slice(0, width)];
  const step = Math.max(width - indentation.length, 1);
  for (let from = width; from < text.length; from += step)
    pieces.push(indentation + text.slice(from, from + step));
  return pieces.map((piece, index) => {
    const { left, right, room } = rows[Math.min(index, rows.length - 1)] as Row;
    const isLast = index === pieces.length - 1;
    if (right === '') return isLast && piece.length >= width - FREE_COLUMNS ? `${piece} ` : piece;
    return left + (isLast ? `${piece}  ` : piece).padEnd(room) + right;
  });
}
