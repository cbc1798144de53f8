/** `run`: from two bounds to the table and the sentence. */
import { randomBytes } from 'node:crypto';
import { BisectError } from '../errors.js';
import { hostSystem, ownIdentity, toolVersion } from '../machine.js';
import { provenanceOf } from '../registry/provenance.js';
import type { Release } from '../registry/releases.js';
import { changeLinksOf } from '../report/change-links.js';
import { answerDocument } from '../report/json.js';
import { keptRunOf, type Run, type RunFacts } from '../run/run.js';
import type { Answer } from '../search/answer.js';
import type { Outcome } from '../search/change.js';
import { askRange, type RangeAnswer } from '../session/bisect.js';
import { assertComplete, type Wanted } from '../session/range.js';
import type { Session } from '../session/session.js';
import { reproduceArgs } from './again.js';
import { answerText, endUnfinished, factsOf, redactedAnswer, redactedFacts } from './answered.js';
import { inSession, messageOf } from './asking.js';
import type { Typed } from './commands.js';
import { printJson } from './console.js';
import { cacheDirFor, redactorFor, type Context } from './context.js';
import { assertWritable, formatOfFile, writeText } from './files.js';
import { isOnGitHub, printUnheeded } from './github-actions.js';
import { listenerFor, type Progress } from './progress.js';

/** design.md, *The command line*. */
const EXIT_CODES: Record<Outcome, number> = { found: 0, 'ends-agree': 1, inconclusive: 3 };
const EXIT_UNFORESEEN = 70;

/**
 * Bisects and prints the answer.
 * @returns the exit code of the contract
 * @throws BisectError for bad input and for a failing environment; every verdict until then is printed, and in the ledger
 */
export async function run(request: Typed<'run'>, context: Context): Promise<number> {
  const began = performance.now();
  const redact = redactorFor(request);
  const { good, bad, fresh, exclude } = request;
  const question = { wanted: wantedBy(request), good, bad, fresh, exclude, rule: ruleOf(request) };
  assertComplete(question);
  for (const file of request.report) formatOfFile(file);
  for (const file of request.report) await assertWritable(file, context.cwd);
  return inSession(request, [good, bad], context, async ({ session, options, progress }) => {
    // What proves it takes a while to load.
    const notary = request.requireProvenance
      ? await (await import('../registry/notary.js')).openNotary(session.catalogue.npm, context.signal)
      : undefined;
    const asked = { ...question, notary };
    const found = await askRange(session, asked, listenerFor(progress, redact), context.signal);
    progress.close();
    const { answer, paths, probed } = found;
    const differs = answer.rows.some(({ label }) => label === 'different failure');
    if (options.oracle?.sameFailure === false && differs)
      progress.note('--same-failure takes all exit codes of --oracle that mean bad for one failure');
    const named = namedIn(answer, session.catalogue.releases);
    // A run that was ended asks nobody anything more: what is known is printed.
    const provenance = await provenanceOf(named, 'error' in found ? undefined : notary);
    for (const { version, reason } of provenance)
      if (reason) progress.note(`where ${version} comes from was not proved: ${reason}`);
    const facts = { ...factsOf(options, session, probed, began), provenance };
    const links = changeLinksOf(answer, options.client);
    const [shown, told] = [redactedAnswer(answer, redact), redactedFacts(facts, redact)];
    const text = () => answerText(shown, told, links, context.console);
    const document = request.json ? answerDocument(shown, told, paths, links) : null;
    if ('error' in found) endUnfinished(found.error, shown, document, text, context.console);
    const kept = runFrom(request, session, found, facts);
    const id = keepQuietly(kept, session, progress) ? kept.id : null;
    const place = id === null ? '' : ` Report: mcp-bisect ${context.again(`report ${id}`)}`;
    if (document) printJson(context.console, { ...document, report: id });
    else printUnheeded(context.console, text() + place);
    return (await problemWith(kept, request, progress, context)) ?? EXIT_CODES[answer.outcome];
  });
}

function wantedBy({ window, findFix }: Typed<'run'>): Wanted {
  if (window) return 'window';
  return findFix ? 'fix' : 'regression';
}

const ruleOf = ({ repeat, confirm, confidence, maxRounds }: Typed<'run'>) => ({
  repeat,
  confirm,
  confidence,
  maxRounds,
});

/** Both sides of every change. */
function namedIn({ changes }: Answer, releases: readonly Release[]): Release[] {
  const named = new Set(
    changes.flatMap(({ boundary }) => (boundary ? [boundary.before, boundary.after] : [])),
  );
  return releases.filter(({ version }) => named.has(version));
}

function runFrom(request: Typed<'run'>, { scenario }: Session, found: RangeAnswer, facts: RunFacts): Run {
  const { answer } = found;
  return keptRunOf(found, {
    id: randomBytes(4).toString('hex'),
    startedAt: new Date(Date.now() - facts.elapsedMs).toISOString(),
    tool: toolVersion(),
    reproduce: reproduceArgs({ ...request, platform: facts.platform }, answer, scenario.file),
    host: hostSystem(),
    identity: ownIdentity(cacheDirFor(request)),
    rule: ruleOf(request),
    scenario,
    facts,
  });
}

/** The answer stands without that: what goes wrong is said, and changes neither it nor the exit code. */
function keepQuietly(kept: Run, session: Session, progress: Progress): boolean {
  try {
    session.keep(kept);
    return true;
  } catch (error) {
    const hint = error instanceof BisectError && error.hint ? `; ${error.hint}` : '';
    progress.note(`this run could not be kept for "mcp-bisect report": ${messageOf(error)}${hint}`);
    return false;
  }
}

/**
 * Writes what was asked for with `--report`, and the summary of a job that runs on GitHub. The answer is out, whole: what goes wrong
 * is said, and is no second document.
 * @returns the exit code for what went wrong
 */
async function problemWith(
  kept: Run,
  { report }: Typed<'run'>,
  progress: Progress,
  { console, cwd }: Context,
): Promise<number | undefined> {
  if (report.length === 0 && !isOnGitHub(console)) return undefined;
  try {
    // What makes reports takes a while to load.
    const { reportFrom, tellJob, textIn } = await import('./rendering.js');
    await tellJob(kept, console);
    const made = reportFrom(kept, true);
    for (const file of report) await writeText(file, cwd, await textIn(formatOfFile(file), made, file));
    return undefined;
  } catch (error) {
    const isOurs = !(error instanceof BisectError);
    progress.note(
      isOurs
        ? `the report could not be made, which is a bug in mcp-bisect: ${String(error)}`
        : `${error.message}; ${error.hint}`,
    );
    return isOurs ? EXIT_UNFORESEEN : error.exitCode;
  }
}
