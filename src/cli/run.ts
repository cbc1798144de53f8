/** `run`: from two bounds to the table and the sentence. */
import { askRange, type RangeAnswer } from '../questions.js';
import type { Answer, Outcome } from '../report/answer.js';
import { assertComplete, type Wanted } from '../range.js';
import { answerDocument, type RunFacts } from '../report/json.js';
import { sentenceOf } from '../report/sentence.js';
import { renderTable } from '../report/table.js';
import { assertRunnable } from '../session.js';
import { coloursFor, print, printJson, progressOn } from './console.js';
import { closeQuietly, ruleOf, sessionOptions, type Context } from './context.js';
import { headlineOf } from './headline.js';
import { listenerFor } from './progress.js';
import type { RunRequest } from './requests.js';

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
  const { good, bad, fresh } = request;
  const question = { wanted: wantedBy(request), good, bad, fresh, rule: ruleOf(request) };
  assertComplete(question);
  const bounds = [good, bad].filter((bound) => bound !== undefined);
  const options = await sessionOptions(request, bounds, context, progress);
  assertRunnable(options.target, context.ownTarget);
  const session = await context.openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    const found = await askRange(session, question, listenerFor(progress), context.signal);
    progress.close();
    const { client, scenario, target, mode } = options;
    show(request, context, found, {
      client: client.id,
      scenario: scenario.id,
      platform: target,
      mode,
      isolation: session.isolation,
      oracle: request.oracle ?? null,
      probed: found.probed,
      downloads: session.examiner.downloads,
      elapsedMs: Math.round(performance.now() - began),
    });
    return EXIT_CODES[found.answer.outcome];
  } finally {
    progress.close();
    await closeQuietly(session, progress);
  }
}

function wantedBy({ window, findFix }: RunRequest): Wanted {
  if (window) return 'window';
  return findFix ? 'fix' : 'regression';
}

function show(request: RunRequest, context: Context, { answer, paths }: RangeAnswer, facts: RunFacts): void {
  if (request.json) return printJson(context.console, answerDocument(answer, facts, paths));
  const colours = coloursFor(context.console);
  const lines = [
    headlineOf(facts),
    '',
    renderTable(answer.rows, colours),
    '',
    colours.bold(sentenceOf(answer)),
    countOf(answer, facts),
  ];
  print(context.console, lines.join('\n'));
}

/** `5 of 9 releases run in 9.0 s.` */
export function countOf({ rows }: Answer, { probed, elapsedMs }: RunFacts): string {
  const known = rows.filter(({ version, basis }) => basis === 'tested' && !probed.includes(version)).length;
  const ledger = known > 0 ? `, ${known} known from the ledger` : '';
  return `${probed.length} of ${rows.length} releases run in ${(elapsedMs / 1000).toFixed(1)} s${ledger}.`;
}
