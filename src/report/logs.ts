/**
 * What clients logged: lines that can be compared with those of another run, what the bad release logs and the good one does
 * not, and what a log says of what the fixtures saw. Pure.
 */
import { stripVTControlCharacters } from 'node:util';
import { diffArrays } from 'diff';
import type { LogPattern } from '../clients/client.js';
import { keptOf, printableLine } from './text.js';
import { counted } from './words.js';

/**
 * Two debug logs, normalised: times, ports, ids, durations, paths and the version itself are replaced by their names. A line
 * that both have equally often counts as unchanged, wherever it stands: clients do several things at once.
 */
export interface LogDifference {
  /** The lines that name the MCP server, and what differs in them. */
  readonly focused: readonly DiffLine[];
  /** All lines. */
  readonly full: readonly DiffLine[];
  /**
   * Lines in every log of the bad release and in none of the good one, those that name the server first. In other arms than
   * the control without those that tell the releases apart in the control as well.
   */
  readonly telling: readonly string[];
  /** How many logs (rounds) of each there were to tell by. */
  readonly goodLogs: number;
  readonly badLogs: number;
  /**
   * How many lines of the newest log of each name the server. 0 and 0: none does, and that `focused` is empty says nothing.
   * Where `goodLogs` or `badLogs` is 0 that release wrote no log: `full` is then the other's log, and no difference.
   */
  readonly serverLines: { readonly good: number; readonly bad: number };
}

export interface DiffLine {
  /** `added`: the bad release alone; `removed`: the good one alone; `skipped`: unchanged lines left out, `text` says how many. */
  readonly kind: 'same' | 'added' | 'removed' | 'skipped';
  readonly text: string;
}

/** Logs that differ in more lines than this are compared without regard to the order of their lines. */
const MAX_EDITS = 1_500;
/** A report is for readers. */
const MAX_SHOWN = 3_000;
const MAX_TELLING = 200;
/** Unchanged lines shown before and after a difference. */
const CONTEXT = 3;

/** The logs of a release, one of each round, the newest last. */
export interface Logs {
  readonly version: string;
  readonly logs: readonly string[];
}

/**
 * The difference of the newest log of each release, and what tells all logs of the one from all of the other.
 * @param server its name, as the client knows it
 */
export function differenceOf(good: Logs, bad: Logs, server: string): LogDifference {
  const [goods, bads] = [linesOf(good), linesOf(bad)];
  const [well, badly] = [goods.at(-1) ?? [], bads.at(-1) ?? []];
  const names = namesServer(server);
  const [wells, ills] = [well.filter(names), badly.filter(names)];
  return {
    focused: folded(compared(wells, ills)),
    full: folded(compared(well, badly)),
    telling: tellingLines(goods, bads, names),
    goodLogs: goods.length,
    badLogs: bads.length,
    serverLines: { good: wells.length, bad: ills.length },
  };
}

/** Tells the lines of a log that name the MCP server. */
export const namesServer =
  (server: string) =>
  (line: string): boolean =>
    line.includes(`"${server}"`);

/** The meanings of those patterns that occur in a log. */
export const patternsIn = (log: string, patterns: readonly LogPattern[]): string[] =>
  patterns.filter(({ pattern }) => pattern.test(log)).map(({ meaning }) => meaning);

const linesOf = ({ logs, version }: Logs): string[][] =>
  logs.filter((log) => log.trim() !== '').map((log) => logLines(log, version));

/** Without a log on either side there is nothing to tell by. */
function tellingLines(
  goods: readonly string[][],
  bads: readonly string[][],
  names: (line: string) => boolean,
): string[] {
  if (goods.length === 0) return [];
  const well = new Set(goods.flat());
  const others = bads.slice(0, -1).map((lines) => new Set(lines));
  const telling = [...new Set(bads.at(-1))].filter(
    (line) => !well.has(line) && others.every((lines) => lines.has(line)),
  );
  return [...telling.filter(names), ...telling.filter((line) => !names(line))].slice(0, MAX_TELLING);
}

/** Pairs of the same line, once removed and once added, have only moved: it is unchanged, where the bad release has it. */
function compared(good: string[], bad: string[]): DiffLine[] {
  const changes = diffArrays(good, bad, { maxEditLength: MAX_EDITS }) ?? [
    { removed: true, added: false, value: good },
    { removed: false, added: true, value: bad },
  ];
  const lines = changes.flatMap(({ added, removed, value }) =>
    value.map((text): DiffLine => ({ kind: added ? 'added' : removed ? 'removed' : 'same', text })),
  );
  const counts = { added: countsOf(lines, 'added'), removed: countsOf(lines, 'removed') };
  const moved = (text: string) => Math.min(counts.added.get(text) ?? 0, counts.removed.get(text) ?? 0);
  const left = { added: new Map<string, number>(), removed: new Map<string, number>() };
  return lines.flatMap((line): DiffLine[] => {
    const { kind, text } = line;
    if (kind !== 'added' && kind !== 'removed') return [line];
    const more = left[kind].get(text) ?? moved(text);
    if (more === 0) return [line];
    left[kind].set(text, more - 1);
    return kind === 'added' ? [{ kind: 'same', text }] : [];
  });
}

function countsOf(lines: readonly DiffLine[], wanted: DiffLine['kind']): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind, text } of lines) if (kind === wanted) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/** Unchanged stretches become one line that says how long they are. */
function folded(lines: readonly DiffLine[]): DiffLine[] {
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ kind }) => kind !== 'same');
  const shown: DiffLine[] = [];
  let unchanged: DiffLine[] = [];
  const flush = () => {
    // One line in place of one line would hide it for nothing.
    if (unchanged.length === 1) shown.push(...unchanged);
    else if (unchanged.length > 1) shown.push(skipped(`${unchanged.length} unchanged lines`));
    unchanged = [];
  };
  for (const [index, line] of lines.entries()) {
    if (!isNear(index)) {
      unchanged.push(line);
      continue;
    }
    flush();
    shown.push(line);
  }
  flush();
  const more = shown.length - MAX_SHOWN;
  if (more <= 0) return shown;
  return [...shown.slice(0, MAX_SHOWN), skipped(`${counted(more, 'more line')} of the difference`)];
}

const skipped = (text: string): DiffLine => ({ kind: 'skipped', text });

/** What is looked at of a line, and what is kept of it once its parts have been replaced. */
const RAW_CHARS = 4_000;
const LINE_CHARS = 800;
/** Of a log with more lines the beginning is compared. */
const MAX_LINES = 200_000;

/**
 * The lines of one log, in order, without empty ones, what differs from run to run replaced by its name. Long lines are cut,
 * and say so.
 * @param version the release that wrote it: where it names itself, `[version]` stands
 */
export function logLines(log: string, version: string): string[] {
  const own = ownVersion(version);
  return log
    .split(/\r\n|[\n\r]/, MAX_LINES)
    .map((line) => comparable(line, own))
    .filter((line) => line !== '');
}

/** Cut before it is searched, since a line may be as long as the log, and again when its parts have been replaced. */
function comparable(line: string, own: RegExp): string {
  const start = printableLine(stripVTControlCharacters(line.slice(0, RAW_CHARS)));
  const text = withoutNoise(start.trimEnd(), own);
  if (text.length <= LINE_CHARS && line.length <= RAW_CHARS) return text;
  return `${keptOf(text, LINE_CHARS).kept} … [cut]`;
}

const TIME = /\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?/g;
const LEADING_TIME = /^\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?(?:\s|$)/;

/**
 * What differs between runs of one release. What a client is set to, such as a time limit, is kept. Paths are tried from
 * their first character on only, so that the time this takes grows with the length of the line and not with its square.
 */
const NOISE: readonly (readonly [RegExp, string])[] = [
  [TIME, '[time]'],
  [/\/probe\/home(?![\w-])/g, '~'],
  [/\/probe\/work(?![\w-])/g, '.'],
  // Without isolation the room is a folder of its own among the temporary ones.
  [/(?<![^\s"'=,()])[^\s"'=,()]*\/mcp-bisect-room-\w{1,20}\/home(?![\w-])/g, '~'],
  [/(?<![^\s"'=,()])[^\s"'=,()]*\/mcp-bisect-room-\w{1,20}\/work(?![\w-])/g, '.'],
  [/(?<![^\s"'=,()])[^\s"'=,()]*[/\\]v1[/\\]content[/\\][^\s"'=,()]+/g, '[executable]'],
  [/\b(127\.0\.0\.1|localhost|\[::1\]):\d{2,5}\b/g, '$1:[port]'],
  [/\b(port"?\s?[=:]\s?)\d{2,5}\b/gi, '$1[port]'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, '[id]'],
  [/\.tmp\.\d+\.[0-9a-z]+/gi, '.tmp.[id]'],
  [/\b(pid"?\s?[=:]?\s?)\d+\b/gi, '$1[pid]'],
  // With a digit and a letter: a word is no id, and a number need not be one.
  [/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,64}\b/gi, '[id]'],
  [/\b(req|msg|toolu|session|call)_[0-9A-Za-z]{16,64}\b/g, '$1_[id]'],
  [/\b\d+(?:\.\d+)?\s?(?:bytes|[KMG]i?B)\b/g, '[size]'],
  [/(\.[cm]?[jt]sx?):\d+(?::\d+)?\b/g, '$1:[place]'],
];

/** `883ms`, `1.2 s`; and what stands before it, where that says that it is a limit: `timeout of 30000ms`. */
const DURATION =
  /(\btime-?out\w{0,8}"?\s?(?:of|is|[=:])?\s?)?(?<![\w.])(\d{1,12}(?:\.\d{1,12})?)\s?(?:ms|µs|ns|s|sec|seconds|minutes)\b/gi;
/** `durationMs=15`, `"elapsedMs":3` */
const NAMED_DURATION = /\b(\w{0,60}Ms)("?\s?[=:]\s?)\d+(?:\.\d+)?\b/g;

function withoutNoise(line: string, own: RegExp): string {
  const untimed = line.replace(LEADING_TIME, '').replaceAll(own, '[version]');
  const replaced = NOISE.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), untimed);
  return replaced
    .replaceAll(DURATION, (found: string, limit?: string) => (limit ? found : '[duration]'))
    .replaceAll(NAMED_DURATION, (found: string, name: string, sign: string) =>
      /timeout/i.test(name) ? found : `${name}${sign}[duration]`,
    );
}

/** `2.1.147`, and with the number of its build: `2.1.147.447`. */
function ownVersion(version: string): RegExp {
  const literal = version.replaceAll(/[^\w]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\w.])${literal}(?:\.[0-9a-f]{1,12}\b)?(?![\w-])`, 'g');
}
