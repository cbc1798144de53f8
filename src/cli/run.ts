/** `run`: from two bounds to the table and the sentence. */
import { BisectError } from '../errors.js';
import { askRange } from '../session/bisect.js';
import type { Outcome } from '../search/change.js';
import type { Answer } from '../search/answer.js';
import { provenanceOf } from '../registry/provenance.js';
import type { Release } from '../registry/releases.js';
import { assertComplete, type Wanted } from '../session/range.js';
import { changeLinksOf } from '../report/change-links.js';
import { answerDocument } from '../report/json.js';
import { assertRunnable } from '../registry/platform.js';
import type { Run } from '../run/run.js';
import { answerText, endUnfinished, factsOf, redactedAnswer, redactedFacts } from './answered.js';
import { printJson, progressOn } from './console.js';
import { assertWritable, writeText } from './files.js';
import { formatOfFile } from './formats.js';
import { isOnGitHub, printUnheeded } from './github-actions.js';
import { keepQuietly, runFrom } from './keeping.js';
import { closeQuietly, redactorFor, ruleOf, sessionOptions, type Context } from './context.js';
import { listenerFor, type Progress } from './progress.js';
import type { RunRequest } from './requests.js';

/** design.md, *The command line*. */
const EXIT_CODES: Record<Outcome, number> = { found: 0, 'ends-agree': 1, inconclusive: 3 };

/** docs/architecture.md, *Errors and exit codes*. */
const EXIT_UNFORESEEN = 70;

/**
 * Bisects and prints the answer.
 * @returns the exit code of the contract
 * @throws BisectError for bad input and for a failing environment; every verdict until then is printed, and in the ledger
 */
export async function run(request: RunRequest, context: Context): Promise<number> {
  const began = performance.now();
  const redact = redactorFor(request, context);
  const progress = await progressOn(context.console, request.quiet);
  const { good, bad, fresh, exclude } = request;
  const question = { wanted: wantedBy(request), good, bad, fresh, exclude, rule: ruleOf(request) };
  assertComplete(question);
  for (const file of request.report) formatOfFile(file);
  for (const file of request.report) await assertWritable(file, context.cwd);
  const bounds = [good, bad].filter((bound) => bound !== undefined);
  const options = await sessionOptions(request, bounds, context, progress);
  if (!request.static) assertRunnable(options.target, context.ownTarget);
  const session = await context.openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    // What proves it takes a while to load.
    const notary = request.requireProvenance
      ? await (await import('../registry/notary.js')).openNotary(session.catalogue.npm, context.signal)
      : undefined;
    const found = await askRange(
      session,
      { ...question, notary },
      listenerFor(progress, redact),
      context.signal,
    );
    progress.close();
    const { answer, paths, probed } = found;
    if (
      options.oracle?.sameFailure === false &&
      answer.rows.some(({ label }) => label === 'different failure')
    )
      progress.note('--same-failure takes all exit codes of --oracle that mean bad for one failure');
    const shown = redactedAnswer(answer, redact);
    const named = namedIn(answer, session.catalogue.releases);
    // A run that was ended asks nobody anything more: what is known is printed.
    const provenance = await provenanceOf(named, 'error' in found ? undefined : notary);
    for (const { version, reason } of provenance)
      if (reason) progress.note(`where ${version} comes from was not proved: ${reason}`);
    const facts = { ...factsOf(options, session, probed, began), provenance };
    const links = changeLinksOf(answer, options.client);
    const told = redactedFacts(facts, redact);
    const text = () => answerText(shown, told, links, context.console);
    const document = request.json ? answerDocument(shown, told, paths, links) : null;
    if ('error' in found) endUnfinished(found.error, shown, document, text, context.console);
    const kept = runFrom(request, session, found, facts, context);
    const id = keepQuietly(kept, session, progress) ? kept.id : null;
    if (document) printJson(context.console, { ...document, report: id });
    else printUnheeded(context.console, withReport(text(), id, context));
    return (await problemWith(kept, request, progress, context)) ?? EXIT_CODES[answer.outcome];
  } finally {
    progress.close();
    await closeQuietly(session, progress);
  }
}

const withReport = (text: string, id: string | null, { again }: Context) =>
  id === null ? text : `${text} Report: mcp-bisect ${again(`report ${id}`)}`;

/** What was asked for with `--report`, and the summary of a job that runs on GitHub. */
async function writeReports(kept: Run, { report }: RunRequest, { console, cwd }: Context): Promise<void> {
  if (report.length === 0 && !isOnGitHub(console)) return;
  // What makes reports takes a while to load.
  const { reportFrom, tellJob, textIn } = await import('./rendering.js');
  await tellJob(kept, console);
  const made = reportFrom(kept, true);
  for (const file of report) await writeText(file, cwd, await textIn(formatOfFile(file), made, file));
}

/**
 * The answer is out, whole: what goes wrong with its reports is said, and is no second document.
 * @returns the exit code for what went wrong
 */
async function problemWith(
  kept: Run,
  request: RunRequest,
  progress: Progress,
  context: Context,
): Promise<number | undefined> {
  try {
    await writeReports(kept, request, context);
    return undefined;
  } catch (error) {
    if (!(error instanceof BisectError)) {
      progress.note(`the report could not be made, which is a bug in mcp-bisect: ${String(error)}`);
      return EXIT_UNFORESEEN;
    }
    progress.note(`${error.message}; ${error.hint}`);
    return error.exitCode;
  }
}

/** Both sides of every change. */
function namedIn({ changes }: Answer, releases: readonly Release[]): Release[] {
  const named = new Set(
    changes.flatMap(({ boundary }) => (boundary ? [boundary.before, boundary.after] : [])),
  );
  return releases.filter(({ version }) => named.has(version));
}

function wantedBy({ window, findFix }: RunRequest): Wanted {
  if (window) return 'window';
  return findFix ? 'fix' : 'regression';
}
