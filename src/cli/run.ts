/** `run`: from two bounds to the table and the sentence. */
import { askRange } from '../questions.js';
import type { Outcome } from '../report/answer.js';
import { assertComplete, type Wanted } from '../range.js';
import { answerDocument } from '../report/json.js';
import { assertRunnable } from '../session.js';
import { answerText, factsOf } from './answered.js';
import { print, printJson, progressOn } from './console.js';
import { closeQuietly, ruleOf, sessionOptions, type Context } from './context.js';
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
    const { answer, paths, probed } = found;
    const facts = factsOf(options, session, probed, began);
    if (request.json) printJson(context.console, answerDocument(answer, facts, paths));
    else print(context.console, answerText(answer, facts, context.console));
    return EXIT_CODES[answer.outcome];
  } finally {
    progress.close();
    await closeQuietly(session, progress);
  }
}

function wantedBy({ window, findFix }: RunRequest): Wanted {
  if (window) return 'window';
  return findFix ? 'fix' : 'regression';
}
