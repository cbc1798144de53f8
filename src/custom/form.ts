/** A definition against its form: every field that is unknown, missing, or not what it should be. */
import type { z } from 'zod';
import { definitionShape } from './definition-shape.js';
import { notJson } from './json-only.js';
import { onePerPlace, type Path, type Problem } from './problem.js';
import { suggestion } from './similar.js';

/** What is wrong with the form of a definition, from first field to last. */
export function problemsOfForm(definition: unknown): readonly Problem[] {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition))
    return [
      { path: [], text: `is ${nameOf(definition)}, where a scenario { id, title, arms, judge … } should be` },
    ];
  const { judge: _judge, settled: _settled, ...data } = definition as Record<string, unknown>;
  const parsed = definitionShape.safeParse(definition);
  const issues = parsed.success ? [] : parsed.error.issues;
  return onePerPlace([...notJson(data), ...issues.flatMap((issue) => fromIssue(issue, definition))]);
}

type Issue = z.core.$ZodIssue;

function fromIssue(issue: Issue, definition: unknown, at: Path = []): Problem[] {
  const path = [...at, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ');
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: `unknown key${suggestion(key, known)}`,
      // A turn with a stray key may be a call or a saying: what it is is not known.
      harmless: !path.includes('turns'),
    }));
  }
  if (issue.code === 'invalid_union') return fromUnion(issue.errors, definition, path);
  return [{ path, text: textOf(issue, valueAt(definition, path)) }];
}

/** The alternative that was meant is the one that is only wrong inside; where none is, all of them are named. */
function fromUnion(alternatives: readonly (readonly Issue[])[], definition: unknown, path: Path): Problem[] {
  const isInside = (issue: Issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys';
  const meant = alternatives.find((issues) => issues.every(isInside));
  if (meant) return meant.flatMap((issue) => fromIssue(issue, definition, path));
  const value = valueAt(definition, path);
  const expected = alternatives.flatMap((issues) => issues.map(expectationOf)).join(' or ');
  return [{ path, text: `is ${nameOf(value)}, where ${expected} should be` }];
}

function textOf(issue: Issue, value: unknown): string {
  const expected = expectationOf(issue);
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value')
    return value === undefined
      ? `is missing: ${expected} should be here`
      : `is ${nameOf(value)}, where ${expected} should be`;
  if (issue.code === 'too_small' && isNumber(issue))
    return `is ${nameOf(value)}, and ${issue.minimum} is the least it can be`;
  if (issue.code === 'too_big')
    return isNumber(issue)
      ? `is ${nameOf(value)}, and ${issue.maximum} is the most it can be`
      : `is longer than ${issue.maximum} characters`;
  return issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? expected) : expected;
}

const isNumber = ({ origin }: { origin: string }) => origin === 'number' || origin === 'int';

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function expectationOf(issue: Issue): string {
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ');
  return issue.code === 'invalid_type' ? (NOUNS[issue.expected] ?? issue.expected) : issue.message;
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

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
