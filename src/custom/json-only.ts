/** Finds what JSON cannot carry: a plan crosses into the sealed room, and is part of the ledger's key. */
import type { Path, Problem } from './problem.js';

const MAX_DEPTH = 60;

/** Every part of `value` that JSON would lose, change or refuse. Fields that are undefined count as left out. */
export function notJson(value: unknown, path: Path = [], around: readonly object[] = []): Problem[] {
  const text = reasonAgainst(value, around);
  if (text !== undefined) return [{ path, text }];
  if (typeof value !== 'object' || value === null) return [];
  const within = [...around, value];
  return Object.entries(value).flatMap(([key, part]) => {
    const step = Array.isArray(value) ? Number(key) : key;
    return part === undefined && !Array.isArray(value) ? [] : notJson(part, [...path, step], within);
  });
}

function reasonAgainst(value: unknown, around: readonly object[]): string | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return undefined;
  if (typeof value === 'object') return reasonAgainstObject(value, around);
  if (typeof value === 'number')
    return Number.isFinite(value) ? undefined : `is ${value}, which JSON cannot carry`;
  return `is ${value === undefined ? '' : 'a '}${typeof value}, which JSON cannot carry`;
}

function reasonAgainstObject(value: object, around: readonly object[]): string | undefined {
  if (around.includes(value)) return 'contains itself, which JSON cannot carry';
  if (around.length > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm (a vm context, a worker) has that realm's Object.prototype.
  const plain = Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
  if (plain) return undefined;
  return `is a ${value.constructor?.name ?? 'class instance'}, which JSON cannot carry: write plain data`;
}
