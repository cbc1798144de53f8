/**
 * The form of a kept run, for files that come from elsewhere. A field that is added to a type and forgotten here does not
 * compile. Unknown fields are dropped.
 */
import { z } from 'zod';
import type { FinalStep, SearchStep } from './bisect.js';
import type { Boundary, Rule, Tally } from './bisection.js';
import type { JournalEntry } from './fixture/journal.js';
import type { Identity, KeptRound, KeptRun } from './kept-run.js';
import type { Observation } from './probe/observation.js';
import type { Answer, Row } from './report/answer.js';
import type { Change } from './report/change.js';
import type { Capture, ClientExit } from './sandbox/process.js';
import type { Arm } from './scenarios/scenario.js';
import type { ArmFinding, Judgement } from './verdict.js';

/** One schema for each field of `Fields`, no more and no less; of a union, for each that any of its kinds has. */
type SchemasOf<Fields> = Record<Fields extends unknown ? keyof Fields : never, z.ZodType>;
const shape = <Fields>(fields: SchemasOf<Fields>) => z.object(fields);

const text = z.string();
const texts = z.array(text);
/** Strings that go into file names, anchors and commands have a form. */
const version = text.regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,99}$/, 'is no version');
const versions = z.array(version);
const word = text.regex(/^[\w.-]{1,100}$/, 'is not one word');
const name = text.regex(/^[\w@/.-]{1,200}$/, 'is no name');
const time = text.regex(/^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/, 'is no time');
const integrity = text.regex(/^[\w+/=?\s-]{1,2000}$/, 'is no integrity');
const count = z.int().min(0);
const milliseconds = z.number();
const isolation = z.enum(['bwrap', 'unshare', 'none']);
const mode = z.enum(['headless', 'interactive']);
const verdict = z.enum(['good', 'bad', 'skip']);
const direction = z.enum(['regression', 'fix']);
const outcome = z.enum(['found', 'ends-agree', 'inconclusive']);
const share = z.number().min(0).max(1).nullable();
const capture = shape<Capture>({ text, bytes: count, capped: z.boolean() });
const boundary = shape<Boundary>({ before: version, after: version });

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
    cursor: text.optional(),
    offeredTools: texts.optional(),
    toolResults: texts.optional(),
  }),
  kind('answer', {
    status: z.int(),
    rpcError: z.number().optional(),
    issuedSession: text.optional(),
    held: shape<Held>({ ms: milliseconds, outcome: z.enum(['released', 'expired']) }).optional(),
    fault: text.optional(),
  }),
  kind('aborted', {}),
  kind('event', { sent: text }),
  kind('closed', { by: z.enum(['server', 'client']), unexplained: z.literal(true).optional() }),
]);

const exit = z.discriminatedUnion('kind', [
  shape<Ended<'exited'>>({ kind: z.literal('exited'), code: z.int() }),
  shape<Ended<'signalled'>>({ kind: z.literal('signalled'), signal: word }),
  shape<Ended<'not-started'>>({ kind: z.literal('not-started'), code: text, message: text }),
  shape<Ended<'timeout'>>({ kind: z.literal('timeout'), afterMs: milliseconds }),
  shape<Ended<'flooded'>>({ kind: z.literal('flooded'), bytes: count }),
  shape<Ended<'ended'>>({ kind: z.literal('ended') }),
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
    .enum(['environment', 'start', 'version', 'control', 'unclear', 'oracle', 'oracle-aborted'])
    .nullable(),
  findings: z.array(finding),
  runs: count,
});
const round = shape<KeptRound>({ judgement, observations: z.array(observation), isWhole: z.boolean() });

/** The plans are data that nobody carries out again: what a report reads of them is checked, the rest is carried along. */
const arm = shape<Arm>({
  id: word,
  title: text,
  control: z.boolean(),
  gateway: z.looseObject({ transport: z.enum(['http', 'stdio']).optional(), protocolVersion: text }),
  model: z.looseObject({ turns: z.array(z.unknown()) }),
  headers: z.record(text, text).optional(),
});

const scenario = shape<KeptRun['scenario']>({
  id: name,
  title: text,
  issue: text,
  spec: text,
  expected: text,
  server: word,
  tool: text,
  prompt: text,
  arms: z.array(arm),
});

const tally = shape<Tally>({ good: count, bad: count, skip: count });
const row = shape<Row>({
  version,
  publishedAt: time.nullable(),
  verdict: verdict.nullable(),
  basis: z.enum(['tested', 'inferred']).nullable(),
  label: z.enum([
    'works',
    'last known good',
    'first broken',
    'broken',
    'last known broken',
    'first fixed',
    'flaky',
    'different failure',
    'untestable',
    'suspect',
    'not tested',
    'not available',
  ]),
  runs: count,
  rounds: tally,
  flaky: z.boolean(),
  reason: text,
  integrity: integrity.nullable(),
});

const step = z.discriminatedUnion('kind', [
  shape<Final<'found'>>({ kind: z.literal('found'), boundary, confidence: share }),
  shape<Final<'ends-agree'>>({
    kind: z.literal('ends-agree'),
    older: verdict,
    newer: verdict,
    confidence: share,
  }),
  shape<Final<'no-end'>>({ kind: z.literal('no-end'), seen: version, confidence: share }),
  shape<Final<'untestable-end'>>({ kind: z.literal('untestable-end'), versions }),
  shape<Final<'suspects'>>({
    kind: z.literal('suspects'),
    boundary,
    suspects: versions,
    confidence: share,
  }),
]);
type Final<K extends FinalStep['kind']> = Extract<FinalStep, { kind: K }>;

/** A search without releases has no ends. */
const end = z.union([version, z.literal('')]);
const change = shape<Change>({
  direction,
  // JSON has no undefined: a side that is not open is left out.
  open: z.enum(['older', 'newer']).optional(),
  isAssumed: z.boolean(),
  ends: shape<Change['ends']>({ older: end, newer: end }),
  outcome,
  boundary: boundary.nullable(),
  lastKnown: version.nullable(),
  suspects: versions,
  beyond: versions,
  contradictions: versions,
  confidence: share,
  step,
});

const answer = shape<Answer>({
  asked: z.enum(['regression', 'fix', 'window', 'scan']),
  outcome,
  changes: z.array(change),
  rows: z.array(row),
  differences: z.array(boundary).optional(),
});

const searchStep = shape<SearchStep>({
  atMs: milliseconds,
  why: z.enum(['ends', 'walk', 'middle', 'repeat', 'confirm', 'noise']),
  rounds: z.array(shape<SearchStep['rounds'][number]>({ version, count })),
});

const rule = shape<Rule>({
  repeat: count,
  confirm: count,
  confidence: z.number(),
  maxRounds: z.number(),
});

/**
 * The command that a report tells its reader to run: only options that `cli/reproduce.ts` writes. With `--oracle` it runs a
 * command of the writer's, which the report warns of: it has to be the one that judged.
 */
const REPRODUCIBLE = new Set(
  `--client --scenario --good --bad --find-fix --window --mode --oracle --arm --repeat --confirm --confidence --max-rounds
   --timeout --include-prereleases --registry`.split(/\s+/),
);

function isReproducible({
  reproduce,
  oracle,
}: {
  reproduce: readonly string[];
  oracle: string | null;
}): boolean {
  const options = reproduce.slice(1).filter((part) => part.startsWith('-'));
  const judge = reproduce.indexOf('--oracle');
  return (
    (reproduce.length === 0 || reproduce[0] === 'run') &&
    options.every((option) => REPRODUCIBLE.has(option)) &&
    (judge < 0 || (reproduce.lastIndexOf('--oracle') === judge && reproduce[judge + 1] === oracle))
  );
}

/** The whole run. */
const wholeRun = shape<KeptRun>({
  schema: z.literal(1),
  id: text.regex(/^[0-9a-f]{4,16}$/, 'is no id of a run'),
  startedAt: time,
  elapsedMs: milliseconds,
  tool: version,
  reproduce: texts,
  client: name,
  scenario,
  platform: word,
  mode,
  isolation,
  oracle: text.nullable(),
  rule,
  host: shape<KeptRun['host']>({ system: text, node: text }),
  answer,
  paths: z.array(z.array(searchStep)),
  probed: versions,
  downloads: count,
  releases: z.record(version, z.array(round)),
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
export const keptRunShape = wholeRun.refine(
  (run) => isReproducible({ reproduce: run.reproduce as string[], oracle: run.oracle as string | null }),
  { path: ['reproduce'], error: 'is no command of this tool that asks the same' },
);
