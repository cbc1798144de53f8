/**
 * The form of a round, and of the words that all of a run is made of, for files that come from elsewhere: loaded where one is read, and
 * nowhere else. Types are made of it (round.ts); of what is made below, a field that is added to a type and forgotten here does not
 * compile. Unknown fields are dropped.
 */
import { z } from 'zod';
import type { JournalEntry } from '../fixture/journal.js';
import type { Observation } from '../probe/observation.js';
import type { Capture, ClientExit } from '../sandbox/process.js';

/** One schema for each field of `Fields`, no more and no less. */
type SchemasOf<Fields> = Record<keyof Fields, z.ZodType>;
export const shape = <Fields>(fields: SchemasOf<Fields>) => z.object(fields) as unknown as z.ZodType<Fields>;
const kindsOf =
  <Union extends { readonly kind: string }>() =>
  <Kind extends Union['kind']>(
    kind: Kind,
    fields: SchemasOf<Omit<Extract<Union, { readonly kind: Kind }>, 'kind'>>,
  ) =>
    z.object({ kind: z.literal(kind), ...fields });

export const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
export const text = z.string();
export const texts = list(text);
/** Strings that go into file names, anchors and commands have a form. */
export const version = text.regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,99}$/, 'is no version');
export const versions = list(version);
export const word = text.regex(/^[\w.-]{1,100}$/, 'is not one word');
export const name = text.regex(/^[\w@/.-]{1,200}$/, 'is no name');
export const time = text.regex(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/, 'is no time');
export const integrity = text.regex(/^[\w+/=?\s-]{1,2000}$/, 'is no integrity');
export const count = z.int().min(0);
export const milliseconds = z.number();
export const isolation = z.enum(['bwrap', 'unshare', 'none']);
export const mode = z.enum(['headless', 'interactive', 'static']);
export const verdict = z.enum(['good', 'bad', 'skip']);

const place = {
  seq: count,
  atMs: milliseconds,
  fixture: z.enum(['gateway', 'model']),
  exchange: count,
  method: text,
  path: text,
  rpc: text.optional(),
  session: text.optional(),
  process: count.optional(),
};
const entry = kindsOf<JournalEntry>();
type Held = NonNullable<Extract<JournalEntry, { kind: 'answer' }>['held']>;

const journalEntry = z.discriminatedUnion('kind', [
  entry('request', {
    ...place,
    userAgent: text.optional(),
    protocolVersion: text.optional(),
    authorization: z.enum(['none', 'accepted', 'refused']).optional(),
    rpcId: z.union([text, z.number()]).optional(),
    batch: texts.optional(),
    tool: text.optional(),
    arguments: text.optional(),
    keptBack: z.literal(true).optional(),
    cursor: text.optional(),
    offeredTools: texts.optional(),
    toolResults: texts.optional(),
  }),
  entry('answer', {
    ...place,
    status: z.int(),
    rpcError: z.number().optional(),
    body: text.optional(),
    issuedSession: text.optional(),
    held: shape<Held>({ ms: milliseconds, outcome: z.enum(['released', 'expired']) }).optional(),
    fault: text.optional(),
  }),
  entry('aborted', place),
  entry('event', { ...place, sent: text, message: text.optional() }),
  entry('closed', { ...place, by: z.enum(['server', 'client']), unexplained: z.literal(true).optional() }),
]);

const end = kindsOf<ClientExit>();
const exit = z.discriminatedUnion('kind', [
  end('exited', { code: z.int() }),
  end('signalled', { signal: word }),
  end('not-started', { code: text, message: text }),
  end('timeout', { afterMs: milliseconds }),
  end('flooded', { bytes: count }),
  end('ended', { byHand: z.literal(true).optional() }),
]);

const capture = shape<Capture>({ text, bytes: count, capped: z.boolean() });
const observation = shape<Observation>({
  schema: z.literal(1),
  client: name,
  version,
  scenario: name,
  arm: word,
  mode,
  isolation,
  startedAt: time,
  durationMs: milliseconds,
  command: texts,
  exit,
  stdout: capture,
  stderr: capture,
  debugLog: capture,
  screen: texts.nullable(),
  journal: list(journalEntry),
  journalOmitted: count,
  fault: text.nullable(),
});

/**
 * Why a release was skipped. `environment`: a failure on our side, so asking again may well give a verdict. `oracle`: the
 * user's command said so, or took too long; `oracle-aborted`: it failed itself, and the search with it. `excluded`: the user said
 * that it is not to be run.
 */
const CAUSES = [
  'environment',
  'start',
  'version',
  'control',
  'unclear',
  'oracle',
  'oracle-aborted',
  'excluded',
] as const;

export const armFinding = z.object({
  arm: word,
  title: text,
  outcome: z.enum(['pass', 'fail', 'unclear']),
  evidence: text,
  symptoms: texts,
});

export const judgement = z.object({
  verdict,
  /** The evidence, or the cause of a skip, in a few words. */
  reason: text,
  cause: z.enum(CAUSES).nullable(),
  findings: list(armFinding),
  /** How often the release was run: more than once where an arm had to be repeated. */
  runs: count,
});

/** A judgement with what it rests on. */
export const round = z.object({
  judgement,
  observations: list(observation),
});

/**
 * Whole is the newest round of each kind of outcome. Of the others only the debug log is kept (their journals and output are empty), so
 * that what is in every log can be told from what happened to be in one.
 */
export const keptRound = round.extend({ isWhole: z.boolean() });
