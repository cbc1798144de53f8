/**
 * The form of a definition: every field of the plans, with its type and its bounds. A field that is added to a plan and
 * forgotten here does not compile.
 */
import { z } from 'zod';
import type { Hold, Match, RequestMatch, StreamPlan } from '../fixture/plan.js';
import type {
  AnswerDefinition,
  ArmDefinition,
  GatewayDefinition,
  ModelDefinition,
  RuleDefinition,
  ScenarioDefinition,
  ToolDefinition,
} from './definition.js';
import type { Terms } from '../scenarios/scenario.js';

/** One schema for each field of `Fields`, no more and no less. */
type SchemasOf<Fields> = Record<keyof Fields, z.ZodType>;

/** An object without any other field. The message on unknown fields is the list of known ones, for form.ts. */
const shape = <Fields>(fields: SchemasOf<Fields>) =>
  z.strictObject(fields, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(fields).join(' ') : undefined),
  });

/** As long as `--timeout` can be. What is longer than the run in question is found when that is known. */
const LONGEST_MS = 3_600_000;
const milliseconds = z.number().min(0).max(LONGEST_MS).optional();
const ordinal = z.int().min(1).optional();
const words = z.string().trim().min(1, 'is empty');
const text = words.optional();
/** As Node has it (`validateHeaderValue`): latin-1 without control characters. */
const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'is no value of a header: one line, without characters beyond latin-1');
const headers = z
  .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header'), headerValue)
  .optional();
const method = z
  .string()
  .regex(/^[A-Z]+$/, 'is no HTTP method: they are in capitals, such as GET')
  .optional();

const match = shape<Match>({
  fixture: z.enum(['gateway', 'model']),
  event: z.enum(['request', 'answer']),
  method,
  path: z
    .string()
    .regex(/^(\/[^?]*|stdio)$/, 'is no path: it begins with / and has no query')
    .optional(),
  rpc: text,
  sameSession: z.literal(true).optional(),
});

const hold = shape<Hold>({ until: match, settleMs: milliseconds, atMostMs: milliseconds }).optional();

const message = z.custom((value) => value !== undefined, 'is missing: a JSON-RPC message should be here');

const stream = shape<StreamPlan>({
  events: z.array(shape<StreamEvent>({ message, afterMs: milliseconds })).optional(),
  closeAfterMs: milliseconds,
}).optional();
type StreamEvent = NonNullable<StreamPlan['events']>[number];

const answer = shape<AnswerDefinition>({
  // Below 200 an answer is still to come.
  status: z.int().min(200).max(599).optional(),
  headers,
  body: z.unknown().optional(),
  stream,
});

const rule = shape<RuleDefinition>({
  on: shape<RequestMatch>({ method, rpc: text, session: ordinal, nth: ordinal }),
  answer: z.union([z.literal('never'), answer]).optional(),
  hold,
  delayMs: milliseconds,
});

const inputSchema = z.looseObject({ type: z.literal('object') }).optional();
const tool = shape<ToolDefinition>({
  name: words,
  description: text,
  inputSchema,
  result: z.string(),
  isError: z.boolean().optional(),
});

const gateway = shape<GatewayDefinition>({
  transport: z.enum(['http', 'stdio']).optional(),
  protocolVersion: z.enum(['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28']).optional(),
  sessions: z.boolean().optional(),
  expiry: shape<Expiry>({ afterRequests: z.int().min(1), sessions: ordinal }).optional(),
  serverInfo: shape<ServerInfo>({ name: words, version: words }).optional(),
  tools: z.array(tool).min(1, 'is empty: a gateway without a tool shows nothing').optional(),
  toolsPerPage: ordinal,
  discover: z.enum(['refuse', 'answer', 'never']).optional(),
  listening: stream,
  bearer: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'is no token: it is one word of ASCII')
    .optional(),
  strayLines: z.array(z.string().regex(/^[^\r\n]*$/, 'is more than one line')).optional(),
  rules: z.array(rule).optional(),
}).optional();
type Expiry = NonNullable<GatewayDefinition['expiry']>;
type ServerInfo = NonNullable<GatewayDefinition['serverInfo']>;

interface AnyTurn {
  readonly call?: string;
  readonly arguments?: unknown;
  readonly say?: string;
}

const turn = shape<AnyTurn>({ call: text, arguments: z.looseObject({}).optional(), say: text }).refine(
  ({ call, say, arguments: given }) =>
    (call === undefined) !== (say === undefined) && (call !== undefined || given === undefined),
  'either calls a tool or says something: { call, arguments } or { say }',
);

const model = shape<ModelDefinition>({
  turns: z.array(turn).min(1, 'is empty: the model has to say something').optional(),
  answerHold: hold,
}).optional();

/** Ids go into file names, tables and the ledger. */
const id = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is no id: use lower case, digits and dashes, such as get-404');

const arm = shape<ArmDefinition>({
  id,
  title: text,
  control: z.boolean().optional(),
  gateway,
  model,
  headers,
});

const aFunction = (example: string) =>
  z.custom((value) => typeof value === 'function', `is no function: write ${example}`);

/** A word or a few, which go into sentences and tables. */
const term = words
  .max(30)
  .regex(/^[\p{L}\d' -]+$/u, 'is no word: use letters, digits, spaces and dashes')
  .optional();

/** The whole definition. */
export const definitionShape = shape<ScenarioDefinition>({
  id,
  title: words,
  issue: z.url({ protocol: /^https?$/, error: 'is no address: it begins with https://' }).optional(),
  spec: text,
  expected: text,
  terms: shape<Terms>({ works: term, broken: term, broke: term, fixed: term }).optional(),
  revision: ordinal,
  server: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'is no name of a server: use letters, digits, _ and -')
    .optional(),
  tool: text,
  prompt: words
    .regex(/^\P{Cc}*$/u, 'is typed at a terminal: write one line, without control characters')
    .optional(),
  aboutWaiting: z.boolean().optional(),
  gateway,
  model,
  headers,
  arms: z.array(arm).min(1, 'is empty: write a control arm, and one in which the failure may show'),
  judge: aFunction('judge(record) { … }'),
  settled: aFunction('settled(record) { … }, or leave it out').optional(),
});
