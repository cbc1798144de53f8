/**
 * A client's debug log as lines that can be compared with those of another run: what differs from run to run is replaced by
 * its name. Pure.
 */
import { stripVTControlCharacters } from 'node:util';
import { printableLine } from './text.js';

/** What is looked at of a line, and what is kept of it once its parts have been replaced. */
const RAW_CHARS = 4_000;
const LINE_CHARS = 800;
/** Of a log with more lines the beginning is compared. */
const MAX_LINES = 200_000;

/**
 * The lines of one log, in order, without empty ones. Long lines are cut, and say so.
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
  // Not between the two halves of one character.
  return `${text.slice(0, LINE_CHARS).replace(/[\uD800-\uDBFF]$/, '')} … [cut]`;
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
