/** A kept run as a file: written here, and read where it may come from anyone. */
import { BisectError } from '../errors.js';
import type { Run } from './run.js';
import { keptRunShape } from './shape.js';

/** The one JSON document that is carried to another machine. */
export function runDocument(run: Run): string {
  return `${JSON.stringify(run)}\n`;
}

/**
 * Reads what `runDocument` wrote. Everything in it is checked for its form, since it may come from anyone; unknown fields
 * are dropped. How long the text may be is the caller's to say.
 * @throws BisectError `BAD_RUN_FILE`, which names the field that is wrong
 */
export function readRun(text: string): Run {
  const value = plainData(parsed(text));
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof schema === 'number' && schema > 1)
    throw new BisectError('BAD_RUN_FILE', `the run was kept by a newer mcp-bisect (schema ${schema})`, {
      hint: 'Update mcp-bisect to read it.',
      facts: { schema },
    });
  const read = keptRunShape.safeParse(value);
  // The shape has every field of the type, and no other.
  if (read.success) return read.data as Run;
  const [issue] = read.error.issues;
  throw notARun(`${placeOf(issue?.path ?? [])}: ${issue?.message ?? 'is wrong'}`);
}

const notARun = (problem: string, cause?: unknown) =>
  new BisectError('BAD_RUN_FILE', `this is not a run that was kept: ${problem}`, {
    hint: 'Name a file that "mcp-bisect report --export" wrote. Of a report only --scenario-file can be read.',
    facts: { problem },
    ...(cause !== undefined && { cause }),
  });

function parsed(text: string): unknown {
  try {
    // A byte order mark is what some editors put before it.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw notARun('it is not JSON, or was cut short', cause);
  }
}

/** Nothing that is kept is nested so deeply: plans end at 60 levels (scenarios/json-only.ts). */
const MAX_DEPTH = 100;

/**
 * A copy without fields named `__proto__`, which JSON may have as its own, and which an assignment further on would take for
 * the prototype.
 */
function plainData(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw notARun(`it is nested more than ${MAX_DEPTH} levels deep`);
  if (Array.isArray(value)) return value.map((item) => plainData(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== '__proto__')
      .map(([name, inner]) => [name, plainData(inner, depth + 1)]),
  );
}

/** `answer.rows[3].version` */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document';
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}
