/** What is wrong with a definition, in its author's words and notation. */
import { closestMatch } from 'leven';
import type { Scenario } from '../scenarios/scenario.js';

export type Path = readonly PropertyKey[];

export interface Problem {
  readonly path: Path;
  readonly text: string;
}

/** `arms[1].gateway.rules[0].on.method` */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      if (!/^[\w$]+$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

/** `arms[0].id: is missing`, the first one of each place; without a path where it is about the whole. */
export function problemTexts(problems: readonly Problem[]): string[] {
  const texts = new Map<string, string>();
  for (const { path, text } of problems) {
    const place = pathText(path);
    if (!texts.has(place)) texts.set(place, place === '' ? text : `${place}: ${text}`);
  }
  return [...texts.values()];
}

/** A value in a few words. */
export function nameOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Promise) return 'a promise';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** The one of these words that `written` is a misspelling of, if there is one. */
export function meantBy(written: string, words: readonly string[]): string | undefined {
  const inLowerCase = words.map((word) => word.toLowerCase());
  const maxDistance = Math.ceil(written.length / 3);
  const meant = closestMatch(written.toLowerCase(), inLowerCase, { maxDistance });
  return meant === undefined ? undefined : words[inLowerCase.indexOf(meant)];
}

/** ` (did you mean "method"?)`, or ` (there are …)`. */
export function suggestion(written: string, words: readonly string[]): string {
  const meant = meantBy(written, words);
  return meant === undefined ? ` (there are ${words.join(', ')})` : ` (did you mean "${meant}"?)`;
}

const MAX_DEPTH = 60;

/**
 * Every part of `value` that JSON would lose, change or refuse: a plan crosses into the sealed room, and is part of the
 * ledger's key. Fields that are undefined count as left out.
 */
export function notJson(value: unknown, path: Path = [], around: readonly object[] = []): Problem[] {
  const text = reasonAgainst(value, around);
  if (text !== undefined) return [{ path, text }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const isLeftOut = part === undefined && !Array.isArray(value);
    const step = Array.isArray(value) ? Number(key) : key;
    return isLeftOut ? [] : notJson(part, [...path, step], [...around, value]);
  });
}

function reasonAgainst(value: unknown, around: readonly object[]): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value))
    return undefined;
  if (typeof value === 'number') return `is ${value}, which JSON cannot carry`;
  if (typeof value !== 'object')
    return `is ${value === undefined ? '' : 'a '}${typeof value}, which JSON cannot carry`;
  if (around.includes(value)) return 'contains itself, which JSON cannot carry';
  if (around.length > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm (a vm context, a worker) has that realm's Object.prototype.
  if (Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null)
    return undefined;
  return `is a ${value.constructor?.name ?? 'class instance'}, which JSON cannot carry: write plain data`;
}

const TIMES: ReadonlySet<string> = new Set(['delayMs', 'settleMs', 'atMostMs', 'closeAfterMs', 'afterMs']);
/** What is the author's own, whatever its fields are called. */
const OPAQUE: ReadonlySet<string> = new Set(['body', 'message', 'headers', 'inputSchema', 'arguments']);

/** Times in a definition that end after the run does: what they are for would never be seen. */
export function timesBeyond(definition: unknown, limitMs: number, path: Path = []): Problem[] {
  if (typeof definition !== 'object' || definition === null) return [];
  const limit = `the run ends after ${limitMs} ms: shorten it, or raise --timeout`;
  return Object.entries(definition).flatMap(([key, value]) => {
    const place = [...path, Array.isArray(definition) ? Number(key) : key];
    if (TIMES.has(key) && (value as number) >= limitMs)
      return [{ path: place, text: `is ${value}, and ${limit}` }];
    return OPAQUE.has(key) ? [] : timesBeyond(value, limitMs, place);
  });
}

/**
 * Tries a judge on a client that did nothing, which it must not call working, and not broken either: one problem an arm.
 * @throws BisectError `BAD_SCENARIO` if it throws, or gives no finding
 */
export function dryRun(scenario: Scenario): Problem[] {
  const { arms, server, tool } = scenario;
  return arms.flatMap((arm) => {
    const record = { arm, journal: [], modelToolName: `${server}__${tool}`, mode: 'headless' as const };
    const { outcome } = scenario.judge(record);
    const verb = outcome === 'pass' ? 'passes' : 'fails';
    const text = `in arm "${arm.id}" it ${verb} a client that did nothing at all: say unclear(…) there`;
    return outcome === 'unclear' ? [] : [{ path: ['judge'], text }];
  });
}
