/** How much of each part is shown, and a text that must not be longer than its reader takes. Pure. */

/** The first amount, the least one, and the level up to which nothing is taken from it: what tells most stays longest. */
type Amounts = readonly [first: number, least: number, until: number];

/** Of a text that is pasted. */
export const ISSUE = {
  /** Characters of a paragraph, of a cell or an item, and of a line in a block. */
  prose: [2_000, 300, 6],
  cell: [240, 60, 4],
  line: [400, 100, 3],
  /** Rows of the version table, and of every other table. */
  versions: [80, 12, 4],
  rows: [60, 6, 3],
  /** Lines that are in every log of the bad release, of the focused difference, and of the full one. */
  telling: [20, 4, 4],
  focused: [80, 10, 4],
  full: [400, 0, 0],
  /** Steps of a journal, names of tools, lines of a screen or of stderr. */
  steps: [100, 0, 2],
  names: [200, 0, 1],
  output: [60, 0, 0],
  /** Further arms and comparisons that are shown in full; releases with all that was recorded of them. */
  others: [6, 0, 2],
  releases: [0, 0, 0],
} satisfies Readonly<Record<string, Amounts>>;

type Parts = Readonly<Record<keyof typeof ISSUE, Amounts>>;
export type Limits = Readonly<Record<keyof Parts, number>>;

/** Of a page in a browser, which folds. */
export const PAGE: Parts = {
  prose: [2_000, 300, 6],
  cell: [2_000, 60, 3],
  line: [2_000, 100, 2],
  versions: [1_000, 100, 5],
  rows: [500, 6, 3],
  telling: [500, 4, 3],
  focused: [500, 10, 3],
  full: [2_000, 0, 1],
  steps: [500, 6, 2],
  names: [100, 0, 2],
  output: [500, 0, 2],
  others: [11, 1, 4],
  releases: [200, 4, 0],
};

/** Where every part is at its least. */
const LAST_LEVEL = 14;

/** @param level from 0 to LAST_LEVEL */
export function limitsAt(level: number, parts: Parts): Limits {
  const amounts = Object.entries(parts).map(([part, [first, least, until]]) => {
    const amount = Math.floor(first / 2 ** Math.max(0, level - until));
    return [part, Math.max(least, amount)];
  });
  return Object.fromEntries(amounts) as Limits;
}

/** Characters of a line. A command is whole, however little room there is for others: one that is longer nobody types. */
export const lineLimit = (language: string, { line }: Pick<Limits, 'line'>): number =>
  language === 'shell' ? 4_000 : line;

export interface Fit {
  readonly parts: Parts;
  readonly max: number;
  /** How long a text is, in the unit of `max`; left out: in UTF-16 units. */
  readonly sizeOf?: (text: string) => number;
}

/**
 * The most that fits: less and less is shown of every part until it does, and if nothing else helps the essentials alone,
 * as many of them, in their order, as there is room for.
 */
export function fitted(
  render: (limits: Limits) => string,
  essentials: (limits: Limits) => readonly string[],
  { parts, max, sizeOf = ({ length }) => length }: Fit,
): string {
  for (let level = 0; level <= LAST_LEVEL; level++) {
    const text = render(limitsAt(level, parts));
    if (sizeOf(text) <= max) return text;
  }
  // Without the first there is nothing to say.
  const [first = '', ...others] = essentials(limitsAt(LAST_LEVEL, parts)).filter(Boolean);
  if (sizeOf(first) >= max) return '';
  let text = `${first}\n`;
  for (const block of others) {
    const longer = `${text}\n${block}\n`;
    if (sizeOf(longer) <= max) text = longer;
  }
  return text;
}

/** GitHub counts bytes of a file, and most of what is not English takes several. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;
