/** How much of each part is shown, the less the higher the level. Pure. */

export interface Limits {
  /** Characters of a paragraph, of a cell or an item, and of a line in a block. */
  readonly prose: number;
  readonly cell: number;
  readonly line: number;
  /** Rows of the version table, and of every other table. */
  readonly versions: number;
  readonly rows: number;
  /** Lines that are in every log of the bad release, of the focused difference, and of the full one. */
  readonly telling: number;
  readonly focused: number;
  readonly full: number;
  /** Steps of a journal, names of tools, lines of a screen or of stderr. */
  readonly steps: number;
  readonly names: number;
  readonly output: number;
  /** Further arms and comparisons that are shown in full. */
  readonly others: number;
}

/** The first amount, the least one, and the level up to which nothing is taken from it: what tells most stays longest. */
const PARTS: Readonly<Record<keyof Limits, readonly [first: number, least: number, until: number]>> = {
  prose: [2_000, 300, 6],
  cell: [240, 60, 4],
  line: [400, 100, 3],
  versions: [80, 12, 4],
  rows: [60, 6, 3],
  telling: [20, 4, 4],
  focused: [80, 10, 4],
  full: [400, 0, 0],
  steps: [100, 0, 2],
  names: [200, 0, 1],
  output: [60, 0, 0],
  others: [6, 0, 2],
};

/** Where every part is at its least. */
export const LAST_LEVEL = 14;

/** @param level from 0 to LAST_LEVEL */
export function limitsAt(level: number): Limits {
  const at = (part: keyof Limits) => {
    const [first, least, until] = PARTS[part];
    return Math.max(least, Math.floor(first / 2 ** Math.max(0, level - until)));
  };
  return Object.fromEntries(
    (Object.keys(PARTS) as (keyof Limits)[]).map((part) => [part, at(part)]),
  ) as Record<keyof Limits, number>;
}
