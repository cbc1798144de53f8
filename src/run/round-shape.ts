/**
 * The form of a round, and of what all of a kept run is made of (shape.ts). A field that is added to a type and
 * forgotten here does not compile. Unknown fields are dropped.
 */
import { z } from 'zod';
import type { JournalEntry } from '../fixture/journal.js';
import type { KeptRound } from './run.js';
import type { Observation } from '../probe/observation.js';
import type { Capture, ClientExit } from '../sandbox/process.js';
import type { ArmFinding, Judgement } from '../verdict/round.js';

/** One schema for each field of `Fields`, no more and no less; of a union, for each that any of its kinds has. */
type SchemasOf<Fields> = Record<Fields extends unknown ? keyof Fields : never, z.ZodType>;
export const shape = <Fields>(fields: SchemasOf<Fields>) => z.object(fields);

export const text = z.string();
export const texts = z.array(text);
/** Strings that go into file names, anchors and commands have a form. */
export const version = text.regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,99}$/, 'is no version');
export const versions = z.array(version);
export const word = text.regex(/^[\w.-]{1,100}$/, 'is not one word');
export const name = text.regex(/^[\w@/.-]{1,200}$/, 'is no name');
export const time = text.regex(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/, 'is no time');
export const integrity = text.regex(/^[\w+/=?\s-]{1,2000}$/, 'is no integrity');
export const count = z.int().min(0);
export const milliseconds = z.number();
export const isolation = z.enum(['bwrap', 'unshare', 'none']);
export const mode = z.enum(['headless', 'interactive', 'static']);
export const verdict = z.enum(['good', 'bad', 'skip']);
const capture = shape<Capture>({ text, bytes: count, capped: z.boolean() });

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
type Kind<K extends JournalEntry['kind']> = Omit<
  Extract<JournalEntry, { kind: K }>,
  'kind' | keyof typeof place
>;
const kind = <K extends JournalEntry['kind']>(what: K, fields: SchemasOf<Kind<K>>) =>
  z.object({ kind: z.literal(what), ...place, ...fields });

type Held = NonNullable<Extract<JournalEntry, { kind: 'answer' }>['held']>;

const journalEntry = z.discriminatedUnion('kind', [
  kind('request', {
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
  kind('answer', {
    status: z.int(),
    rpcError: z.number().optional(),
    body: text.optional(),
    issuedSession: text.optional(),
    held: shape<Held>({ ms: milliseconds, outcome: z.enum(['released', 'expired']) }).optional(),
    fault: text.optional(),
  }),
  kind('aborted', {}),
  kind('event', { sent: text, message: text.optional() }),
  kind('closed', { by: z.enum(['server', 'client']), unexplained: z.literal(true).optional() }),
]);

const exit = z.discriminatedUnion('kind', [
  shape<Ended<'exited'>>({ kind: z.literal('exited'), code: z.int() }),
  shape<Ended<'signalled'>>({ kind: z.literal('signalled'), signal: word }),
  shape<Ended<'not-started'>>({ kind: z.literal('not-started'), code: text, message: text }),
  shape<Ended<'timeout'>>({ kind: z.literal('timeout'), afterMs: milliseconds }),
  shape<Ended<'flooded'>>({ kind: z.literal('flooded'), bytes: count }),
  shape<Ended<'ended'>>({ kind: z.literal('ended'), byHand: z.literal(true).optional() }),
]);
type Ended<K extends ClientExit['kind']> = Extract<ClientExit, { kind: K }>;

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
  journal: z.array(journalEntry),
  journalOmitted: count,
  fault: text.nullable(),
});

const finding = shape<ArmFinding>({
  arm: word,
  title: text,
  outcome: z.enum(['pass', 'fail', 'unclear']),
  evidence: text,
  symptoms: texts,
});
const judgement = shape<Judgement>({
  verdict,
  reason: text,
  cause: z
    .enum(['environment', 'start', 'version', 'control', 'unclear', 'oracle', 'oracle-aborted', 'excluded'])
    .nullable(),
  findings: z.array(finding),
  runs: count,
});
export const round = shape<KeptRound>({
  judgement,
  observations: z.array(observation),
  isWhole: z.boolean(),
});
