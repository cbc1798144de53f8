/**
 * The form of a kept run, for files that come from elsewhere. A field that is added to a type and forgotten here does not
 * compile. Unknown fields are dropped.
 */
import { z } from 'zod';
import type { SearchStep } from '../search/drive.js';
import type { Boundary, FinalStep, Rule } from '../search/question.js';
import type { Tally } from '../verdict/standing.js';
import {
  count,
  integrity,
  isolation,
  milliseconds,
  mode,
  name,
  round,
  shape,
  text,
  texts,
  time,
  verdict,
  version,
  versions,
  word,
} from './round-shape.js';
import type { Run } from './run.js';
import type { Identity } from '../machine.js';
import type { Answer, Row } from '../search/answer.js';
import type { Change } from '../search/change.js';
import { provenanceShape } from '../registry/provenance.js';
import { CARRIED_NAME, type ScenarioFile } from '../scenarios/file.js';
import type { Arm, Terms } from '../scenarios/scenario.js';

const direction = z.enum(['regression', 'fix']);
const outcome = z.enum(['found', 'ends-agree', 'inconclusive']);
const share = z.number().min(0).max(1).nullable();
const boundary = shape<Boundary>({ before: version, after: version });

/** The plans are data that nobody carries out again: what a report reads of them is checked, the rest is carried along. */
const arm = shape<Arm>({
  id: word,
  title: text,
  control: z.boolean(),
  gateway: z.looseObject({ transport: z.enum(['http', 'stdio']).optional(), protocolVersion: text }),
  model: z.looseObject({ turns: z.array(z.unknown()) }),
  headers: z.record(text, text).optional(),
});

const scenario = shape<Run['scenario']>({
  id: name,
  title: text,
  issue: text,
  spec: text,
  expected: text,
  server: word,
  tool: text,
  prompt: text,
  aboutWaiting: z.boolean().optional(),
  arms: z.array(arm),
  file: shape<ScenarioFile>({
    name: text.regex(CARRIED_NAME, 'is no name of a scenario’s file'),
    text,
    imports: texts,
  }).optional(),
});

const term = text.max(30).optional();
const terms = shape<Terms>({ works: term, broken: term, broke: term, fixed: term });

const tally = shape<Tally>({ good: count, bad: count, skip: count });
const row = shape<Row>({
  version,
  publishedAt: time.nullable(),
  // Runs of earlier versions of this tool do not say.
  timeDoubtful: z.boolean().default(false),
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
    'excluded',
    'not tested',
    'not available',
  ]),
  said: text.max(60).optional(),
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
  isUnfinished: z.boolean().exactOptional(),
  rows: z.array(row),
  differences: z.array(boundary).optional(),
  terms: terms.optional(),
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
  `--client --scenario --good --bad --find-fix --window --mode --oracle --arm --hang --same-failure --static --platform
   --repeat --confirm --confidence --max-rounds --timeout --exclude --require-provenance --include-prereleases
   --registry`.split(/\s+/),
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
const wholeRun = shape<Run>({
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
  arms: z.array(word).nullable().optional(),
  rule,
  host: shape<Run['host']>({ system: text, node: text }),
  answer,
  paths: z.array(z.array(searchStep)),
  probed: versions,
  downloads: count,
  releases: z.record(version, z.array(round)),
  provenance: z.array(provenanceShape).optional(),
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
