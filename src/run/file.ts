/** A kept run as a file: its form, how it is written, and how it is read where it may come from anyone. */
import { z } from 'zod';
import { BisectError } from '../errors.js';
import type { Identity } from '../machine.js';
import { provenanceShape } from '../registry/provenance.js';
import { CARRIED_NAME, type ScenarioFile } from '../scenarios/file.js';
import type { Arm } from '../scenarios/scenario.js';
import { answer, rule, searchStep } from '../search/schema.js';
import {
  count,
  isolation,
  keptRound,
  list,
  milliseconds,
  mode,
  name,
  shape,
  text,
  texts,
  time,
  version,
  versions,
  word,
} from '../verdict/schema.js';

/** The plans are data that nobody carries out again: what a report reads of them is checked, the rest is carried along. */
const arm = shape<Arm>({
  id: word,
  title: text,
  control: z.boolean(),
  gateway: z.looseObject({ transport: z.enum(['http', 'stdio']).optional(), protocolVersion: text }),
  model: z.looseObject({ turns: z.array(z.unknown()) }),
  headers: z.record(text, text).optional(),
});

const scenario = z.object({
  id: name,
  title: text,
  issue: text,
  spec: text,
  /** What a client should do, in a sentence or two; empty where a file does not say. */
  expected: text,
  server: word,
  tool: text,
  prompt: text,
  aboutWaiting: z.boolean().exactOptional(),
  arms: list(arm),
  /** Left out where it is built in. */
  file: shape<ScenarioFile>({
    name: text.regex(CARRIED_NAME, 'is no name of a scenario’s file'),
    text,
    imports: texts,
  }).exactOptional(),
});

/**
 * The command that a report tells its reader to run: only options that `cli/again.ts` writes. With `--oracle` it runs a
 * command of the writer's, which the report warns of: it has to be the one that judged.
 */
const REPRODUCIBLE = new Set(
  `--client --scenario --good --bad --find-fix --window --mode --oracle --arm --hang --same-failure --static --platform
   --repeat --confirm --confidence --max-rounds --timeout --exclude --require-provenance --include-prereleases
   --registry`.split(/\s+/),
);

function isReproducible({
  reproduce,
  oracle,
}: Pick<z.infer<typeof wholeRun>, 'reproduce' | 'oracle'>): boolean {
  const options = reproduce.slice(1).filter((part) => part.startsWith('-'));
  const judge = reproduce.indexOf('--oracle');
  return (
    (reproduce.length === 0 || reproduce[0] === 'run') &&
    options.every((option) => REPRODUCIBLE.has(option)) &&
    (judge < 0 || (reproduce.lastIndexOf('--oracle') === judge && reproduce[judge + 1] === oracle))
  );
}

const wholeRun = z.object({
  schema: z.literal(1),
  /** Eight hexadecimal digits. */
  id: text.regex(/^[0-9a-f]{4,16}$/, 'is no id of a run'),
  startedAt: time,
  elapsedMs: milliseconds,
  /** Version of mcp-bisect. */
  tool: version,
  /** Arguments of mcp-bisect that ask the same again: releases by their versions, defaults spelt out. */
  reproduce: texts,
  /** Id of the client's adapter. */
  client: name,
  scenario,
  platform: word,
  mode,
  isolation,
  oracle: text.nullable(),
  /** The arms that were asked about, where the scenario has more; else null, and in older runs left out. */
  arms: list(word).nullable().optional(),
  rule,
  /** `Debian GNU/Linux 12 (bookworm), Linux 6.1.0, x64` and `20.20.0`. */
  host: z.object({ system: text, node: text }),
  answer,
  /** What each search asked for, step by step. */
  paths: list(list(searchStep)),
  /** Releases that were run for it, and how many tarballs that took. */
  probed: versions,
  downloads: count,
  /** By version: the rounds of every release that has any, the oldest first. */
  releases: z.record(version, list(keptRound)),
  /** Who vouches for the releases that the answer names. Runs of earlier versions of this tool do not say. */
  provenance: list(provenanceShape).optional(),
  /** Null once it has been redacted. */
  identity: shape<Identity>({
    user: text,
    host: text,
    home: text,
    cacheDir: text,
    realHome: text.optional(),
    realCacheDir: text.optional(),
  }).nullable(),
});

/** The whole run, whose parts fit together. */
export const run = wholeRun.refine(isReproducible, {
  path: ['reproduce'],
  error: 'is no command of this tool that asks the same',
});

type Run = z.infer<typeof run>;

/** The one JSON document that is carried to another machine. */
export const runDocument = (kept: Run): string => `${JSON.stringify(kept)}\n`;

/**
 * Reads what `runDocument` wrote. Everything in it is checked for its form, since it may come from anyone; unknown fields
 * are dropped. How long the text may be is the caller's to say.
 * @throws BisectError `BAD_RUN_FILE`, which names the field that is wrong
 */
export function readRun(written: string): Run {
  const value = plainData(parsed(written));
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof schema === 'number' && schema > 1)
    throw new BisectError('BAD_RUN_FILE', `the run was kept by a newer mcp-bisect (schema ${schema})`, {
      hint: 'Update mcp-bisect to read it.',
      facts: { schema },
    });
  const read = run.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw notARun(`${placeOf(issue?.path ?? [])}: ${issue?.message ?? 'is wrong'}`);
}

const notARun = (problem: string, cause?: unknown) =>
  new BisectError('BAD_RUN_FILE', `this is not a run that was kept: ${problem}`, {
    hint: 'Name a file that "mcp-bisect report --export" wrote. Of a report only --scenario-file can be read.',
    facts: { problem },
    ...(cause !== undefined && { cause }),
  });

function parsed(written: string): unknown {
  try {
    // A byte order mark is what some editors put before it.
    return JSON.parse(written.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw notARun('it is not JSON, or was cut short', cause);
  }
}

/** Nothing that is kept is nested so deeply: plans end at 60 levels (custom/problem.ts). */
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
      .filter(([field]) => field !== '__proto__')
      .map(([field, inner]) => [field, plainData(inner, depth + 1)]),
  );
}

/** `answer.rows[3].version` */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document';
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index > 0 ? '.' : ''}${String(step)}`))
    .join('');
}
