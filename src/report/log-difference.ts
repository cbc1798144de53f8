/** Two debug logs against each other: what the bad release logs and the good one does not, and the other way round. Pure. */
import { diffArrays } from 'diff';
import { logLines } from './log-lines.js';
import type { DiffLine, LogDifference } from './report.js';
import { counted } from './words.js';

export interface LogSources {
  /** The name of the MCP server, as the client knows it. */
  readonly server: string;
  readonly versions: { readonly good: string; readonly bad: string };
}

/** Logs that differ in more lines than this are compared without regard to the order of their lines. */
const MAX_EDITS = 1_500;
/** A report is for readers. */
const MAX_SHOWN = 3_000;
const MAX_TELLING = 200;

/**
 * The difference of the newest log of each release, and what tells all logs of the one from all of the other.
 *
 * Both releases do several things at once, so that lines change places from run to run. A line that is in both logs equally
 * often is therefore shown as unchanged, where the bad release has it: a difference is a line that is logged more often
 * or less often.
 * @param goodLogs one log of each round, the newest last; empty ones do not count
 */
export function differenceOf(
  goodLogs: readonly string[],
  badLogs: readonly string[],
  { server, versions }: LogSources,
): LogDifference {
  const goods = linesOf(goodLogs, versions.good);
  const bads = linesOf(badLogs, versions.bad);
  const [good, bad] = [goods.at(-1) ?? [], bads.at(-1) ?? []];
  const names = namesServer(server);
  const [wells, ills] = [good.filter(names), bad.filter(names)];
  return {
    focused: folded(compared(wells, ills), CONTEXT),
    full: folded(compared(good, bad), CONTEXT),
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

const linesOf = (logs: readonly string[], version: string) =>
  logs.filter((log) => log.trim() !== '').map((log) => logLines(log, version));

/** Without a log on either side there is nothing to tell by. Lines that name the server come first. */
function tellingLines(
  goods: readonly string[][],
  bads: readonly string[][],
  names: (line: string) => boolean,
): string[] {
  const newest = bads.at(-1);
  if (!newest || goods.length === 0) return [];
  const well = new Set(goods.flat());
  const others = bads.slice(0, -1).map((lines) => new Set(lines));
  const telling = [...new Set(newest)].filter(
    (line) => !well.has(line) && others.every((lines) => lines.has(line)),
  );
  return [...telling.filter(names), ...telling.filter((line) => !names(line))].slice(0, MAX_TELLING);
}

function compared(good: string[], bad: string[]): DiffLine[] {
  const changes = diffArrays(good, bad, { maxEditLength: MAX_EDITS });
  if (!changes) return settled([...linesAs('removed', good), ...linesAs('added', bad)]);
  return settled(
    changes.flatMap(({ added, removed, value }) =>
      linesAs(added ? 'added' : removed ? 'removed' : 'same', value),
    ),
  );
}

const linesAs = (kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] =>
  lines.map((text) => ({ kind, text }));

/** Pairs of the same line, once removed and once added, have only moved. */
function settled(lines: readonly DiffLine[]): DiffLine[] {
  const moves = movedIn(lines);
  const moved = { added: new Map(moves), removed: new Map(moves) };
  return lines.flatMap((line): DiffLine[] => {
    if (line.kind !== 'added' && line.kind !== 'removed') return [line];
    const left = moved[line.kind].get(line.text) ?? 0;
    if (left === 0) return [line];
    moved[line.kind].set(line.text, left - 1);
    return line.kind === 'added' ? [{ kind: 'same', text: line.text }] : [];
  });
}

function movedIn(lines: readonly DiffLine[]): Map<string, number> {
  const counts = { added: new Map<string, number>(), removed: new Map<string, number>() };
  for (const { kind, text } of lines)
    if (kind === 'added' || kind === 'removed') counts[kind].set(text, (counts[kind].get(text) ?? 0) + 1);
  return new Map(
    [...counts.added].map(([text, times]) => [text, Math.min(times, counts.removed.get(text) ?? 0)]),
  );
}

/** Unchanged lines shown before and after a difference. */
const CONTEXT = 3;

/** Unchanged stretches become one line that says how long they are. */
function folded(lines: readonly DiffLine[], context: number): DiffLine[] {
  const near = nearDifference(lines, context);
  const shown: DiffLine[] = [];
  let unchanged: DiffLine[] = [];
  const flush = () => {
    // One line in place of one line would hide it for nothing.
    if (unchanged.length === 1) shown.push(...unchanged);
    else if (unchanged.length > 1) shown.push(skipped(`${unchanged.length} unchanged lines`));
    unchanged = [];
  };
  for (const [index, line] of lines.entries()) {
    if (!near[index]) {
      unchanged.push(line);
      continue;
    }
    flush();
    shown.push(line);
  }
  flush();
  const more = shown.length - MAX_SHOWN;
  return more > 0
    ? [...shown.slice(0, MAX_SHOWN), skipped(`${counted(more, 'more line')} of the difference`)]
    : shown;
}

const skipped = (text: string): DiffLine => ({ kind: 'skipped', text });

/** For each line whether it is a difference, or so near to one that it is shown with it. */
function nearDifference(lines: readonly DiffLine[], context: number): boolean[] {
  const near = lines.map(() => false);
  let last = Number.NEGATIVE_INFINITY;
  const mark = (index: number) => {
    if (lines[index]?.kind !== 'same') last = index;
    if (Math.abs(index - last) <= context) near[index] = true;
  };
  for (let index = 0; index < lines.length; index += 1) mark(index);
  last = Number.POSITIVE_INFINITY;
  for (let index = lines.length - 1; index >= 0; index -= 1) mark(index);
  return near;
}
