/** The form of a definition: every field of the plans with its type and its bounds, and what is wrong with one that is not so. */
import { z } from 'zod';
import type { Hold, Match, RequestMatch, StreamPlan } from '../fixture/plan.js';
import type { Terms } from '../scenarios/scenario.js';
import type {
  AnswerDefinition,
  ArmDefinition,
  GatewayDefinition,
  ModelDefinition,
  RuleDefinition,
  ScenarioDefinition,
  ToolDefinition,
} from './definition.js';
import { nameOf, suggestion, type Path, type Problem } from './problem.js';

/** An object without any other field. A field that is added to a plan and forgotten here does not compile. */
const shape = <Fields>(fields: Record<keyof Fields, z.ZodType>) => z.strictObject(fields);

/** As long as `--timeout` can be. What is longer than the run in question is found when that is known. */
const milliseconds = z.number().min(0).max(3_600_000).optional();
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
const path = z
  .string()
  .regex(/^(\/[^?]*|stdio)$/, 'is no path: it begins with / and has no query')
  .optional();

const until = shape<Match>({
  fixture: z.enum(['gateway', 'model']),
  event: z.enum(['request', 'answer']),
  method,
  path,
  rpc: text,
  sameSession: z.literal(true).optional(),
});
const hold = shape<Hold>({ until, settleMs: milliseconds, atMostMs: milliseconds }).optional();

const message = z.custom((value) => value !== undefined, 'is missing: a JSON-RPC message should be here');
const stream = shape<StreamPlan>({
  events: z.array(z.strictObject({ message, afterMs: milliseconds })).optional(),
  closeAfterMs: milliseconds,
}).optional();

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
const tool = shape<ToolDefinition>({
  name: words,
  description: text,
  inputSchema: z.looseObject({ type: z.literal('object') }).optional(),
  result: z.string(),
  isError: z.boolean().optional(),
});

const gateway = shape<GatewayDefinition>({
  transport: z.enum(['http', 'stdio']).optional(),
  protocolVersion: z.enum(['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28']).optional(),
  sessions: z.boolean().optional(),
  expiry: z.strictObject({ afterRequests: z.int().min(1), sessions: ordinal }).optional(),
  serverInfo: z.strictObject({ name: words, version: words }).optional(),
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

const turn = z
  .strictObject({ call: text, arguments: z.looseObject({}).optional(), say: text })
  .refine(
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

const definitionShape = shape<ScenarioDefinition>({
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

/** What is wrong with the form of a definition, from first field to last; and whether sense can be made of it all the same. */
export function problemsOfForm(definition: object): {
  readonly problems: readonly Problem[];
  readonly isReadable: boolean;
} {
  const { error } = definitionShape.safeParse(definition, { error: textOf });
  const issues = error?.issues ?? [];
  return {
    problems: issues.flatMap((issue) => fromIssue(issue, [])),
    // A turn with a stray key may be a call or a saying: what it is is not known.
    isReadable: issues.every(({ code, path: at }) => code === 'unrecognized_keys' && !at.includes('turns')),
  };
}

type Issue = z.core.$ZodIssue;

function fromIssue(issue: Issue, at: Path): Problem[] {
  const here = [...at, ...issue.path];
  const isInside = ({ path: inner, code }: Issue) => inner.length > 0 || code === 'unrecognized_keys';
  // Of the forms that an answer can have the one was meant that is only wrong inside.
  const meant = issue.code === 'invalid_union' && issue.errors.find((issues) => issues.every(isInside));
  if (meant) return meant.flatMap((inner) => fromIssue(inner, here));
  if (issue.code !== 'unrecognized_keys') return [{ path: here, text: issue.message }];
  const known = issue.message.split(' ');
  return issue.keys.map((key) => ({ path: [...here, key], text: `unknown key${suggestion(key, known)}` }));
}

/** In words, where the schema has none of its own. Of unknown keys these are the known ones. */
function textOf(issue: z.core.$ZodRawIssue): string {
  const value = nameOf(issue.input);
  if (issue.code === 'unrecognized_keys')
    return Object.keys((issue.inst as typeof definitionShape).shape).join(' ');
  if (issue.code === 'too_small') return `is ${value}, and ${issue.minimum} is the least it can be`;
  if (issue.code === 'too_big' && issue.origin === 'string')
    return `is longer than ${issue.maximum} characters`;
  if (issue.code === 'too_big') return `is ${value}, and ${issue.maximum} is the most it can be`;
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? 'is no key';
  const expected = expectationOf(issue as Issue);
  return issue.input === undefined
    ? `is missing: ${expected} should be here`
    : `is ${value}, where ${expected} should be`;
}

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
  if (issue.code === 'invalid_union') return issue.errors.flat().map(expectationOf).join(' or ');
  if (issue.code === 'invalid_value') return issue.values.map((value) => JSON.stringify(value)).join(' or ');
  return issue.code === 'invalid_type' ? (NOUNS[issue.expected] ?? issue.expected) : 'something else';
}
