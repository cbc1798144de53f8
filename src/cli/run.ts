/** `run`: from two bounds to the table and the sentence. */
import { bisect } from '../bisect.js';
import type { Direction } from '../bisection.js';
import { BisectError } from '../errors.js';
import type { TestableRelease } from '../examiner.js';
import { releasesBetween, resolveBound } from '../registry/bounds.js';
import type { Release } from '../registry/releases.js';
import { answerOf, type Answer, type Outcome } from '../report/answer.js';
import { answerDocument, type RunFacts } from '../report/json.js';
import { sentenceOf } from '../report/sentence.js';
import { renderTable } from '../report/table.js';
import { assertRunnable, type Session } from '../session.js';
import type { Judgement } from '../verdict.js';
import { coloursFor, print, printJson, progressOn } from './console.js';
import { sessionOptions, type Context } from './context.js';
import { headlineOf } from './headline.js';
import type { RunRequest } from './requests.js';
import type { Progress } from './progress.js';

/** design.md, *The command line*. */
const EXIT_CODES: Record<Outcome, number> = { found: 0, 'ends-agree': 1, inconclusive: 3 };

/**
 * Bisects and prints the answer.
 * @returns the exit code of the contract
 * @throws BisectError for bad input and for a failing environment; every verdict until then is in the ledger
 */
export async function run(request: RunRequest, context: Context): Promise<number> {
  const began = performance.now();
  const progress = progressOn(context.console, request.quiet);
  const options = sessionOptions(request, [request.good, request.bad], context, progress);
  assertRunnable(options.target, context.ownTarget);
  const session = await context.openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    const range = rangeOf(request, session);
    const { answer, probed } = await search(
      range,
      'regression',
      request.fresh,
      session,
      progress,
      context.signal,
    );
    progress.close();
    const elapsedMs = Math.round(performance.now() - began);
    const { client, scenario, target, mode } = options;
    show(request, context, answer, {
      client: client.id,
      scenario: scenario.id,
      platform: target,
      mode,
      isolation: session.isolation,
      probed,
      downloads: session.examiner.downloads,
      elapsedMs,
    });
    return EXIT_CODES[answer.outcome];
  } finally {
    progress.close();
    await session.close();
  }
}

/** Every published release between the bounds; both ends can be run. */
function rangeOf({ good, bad, platform }: RunRequest, { catalogue }: Session): readonly Release[] {
  const { releases, distTags } = catalogue;
  const range = releasesBetween(
    releases,
    resolveBound(good, releases, distTags),
    resolveBound(bad, releases, distTags),
    'regression',
  );
  for (const end of [range[0], range.at(-1)])
    if (end && end.source === null)
      throw new BisectError(
        'BAD_BOUND',
        `${end.version} cannot be tested: ${end.missing ?? 'no executable'}`,
        {
          hint: `choose a neighbouring release: "mcp-bisect releases${platform ? ` --platform ${platform}` : ''}" lists them`,
        },
      );
  return range;
}

async function search(
  range: readonly Release[],
  direction: Direction,
  fresh: boolean,
  { examiner }: Session,
  progress: Progress,
  signal: AbortSignal,
): Promise<{ answer: Answer; probed: readonly string[] }> {
  const testable = new Map(range.filter(isTestable).map((release) => [release.version, release]));
  const releaseOf = (version: string): TestableRelease => testable.get(version) as TestableRelease;
  const recalled = new Map<string, Judgement>();
  for (const release of fresh ? [] : testable.values()) {
    const judgement = examiner.recall(release);
    if (judgement) recalled.set(release.version, judgement);
  }
  const question = { versions: [...testable.keys()], direction };
  const result = await bisect(
    question,
    {
      recall: (version) => recalled.get(version),
      examine: async (version, stop) => (await examiner.examine(releaseOf(version), stop)).judgement,
      prefetch: async (version, stop) => {
        await examiner.prefetch(releaseOf(version), stop);
        progress.drop(version);
      },
      onVerdict: (version, { verdict, reason }, source) => progress.verdict(version, verdict, reason, source),
    },
    signal,
  );
  // What earlier runs have shown of this range is shown as well, also where it contradicts the answer.
  const judgements = new Map([...recalled, ...result.judgements]);
  return { answer: answerOf(result.step, direction, range, judgements), probed: result.probed };
}

const isTestable = (release: Release): release is Release & TestableRelease => release.source !== null;

function show(request: RunRequest, context: Context, answer: Answer, facts: RunFacts): void {
  if (request.json) return printJson(context.console, answerDocument(answer, facts));
  const colours = coloursFor(context.console);
  const tested = answer.rows.filter(({ basis }) => basis === 'tested').length;
  const known = tested - facts.probed.length;
  const ledger = known > 0 ? `, ${known} known from the ledger` : '';
  const count = `${facts.probed.length} of ${answer.rows.length} releases run in ${seconds(facts.elapsedMs)}${ledger}.`;
  print(
    context.console,
    [
      headlineOf(facts),
      '',
      renderTable(answer.rows, colours),
      '',
      colours.bold(sentenceOf(answer)),
      count,
    ].join('\n'),
  );
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
