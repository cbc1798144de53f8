/** `table`: what is known of a range of releases; with `--scan`, a verdict on every one of them. */
import { defaultJobs } from '../settings.js';
import { BisectError } from '../errors.js';
import type { RecordedQuestion } from '../ledger/ledger.js';
import { headlineOf } from '../report/terminal.js';
import { changeLinksOf } from '../report/change-links.js';
import { tableDocument } from '../report/json.js';
import { minutes } from '../report/words.js';
import { askTable } from '../session/scan.js';
import { namesFile } from '../custom/module.js';
import { scenarios } from '../scenarios/index.js';
import { unclear, type Scenario } from '../scenarios/scenario.js';
import { assertRunnable } from '../registry/platform.js';
import { answerText, endUnfinished, factsOf, redactedAnswer, redactedFacts } from './answered.js';
import { print, printJson, progressOn } from './console.js';
import {
  cacheDirFor,
  closeQuietly,
  redactorFor,
  ruleOf,
  sessionOptions,
  targetFor,
  type Context,
} from './context.js';
import { printUnheeded } from './github-actions.js';
import { listenerFor } from './progress.js';
import type { TableRequest } from './requests.js';

/**
 * Prints the version table with every change in it.
 * @returns 0; 3 if releases that could not be tested leave open where a change is
 * @throws BisectError for bad input and for a failing environment; every verdict until then is printed, and in the ledger
 */
export async function table(request: TableRequest, context: Context): Promise<number> {
  const began = performance.now();
  const { from, to, scan, fresh, exclude, json, quiet } = request;
  if (scan && from === undefined) throw fromIsMissing();
  if (fresh && !scan) throw nothingToRun();
  const redact = redactorFor(request, context);
  const progress = await progressOn(context.console, quiet);
  const bounds = [from, to].filter((bound) => bound !== undefined);
  const recorded = await recordedScenario(request, context);
  const options = await sessionOptions(request, bounds, context, progress, recorded);
  if (scan && !request.static) assertRunnable(options.target, context.ownTarget);
  const session = await context.openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    const question = { from, to, scan, fresh, exclude, rule: ruleOf(request) };
    const jobs = request.jobs ?? defaultJobs();
    const found = await askTable(session, question, jobs, listenerFor(progress, redact), context.signal);
    progress.close();
    const { answer, probed } = found;
    const shown = redactedAnswer(answer, redact);
    const links = changeLinksOf(answer, options.client);
    const facts = redactedFacts(factsOf(options, session, probed, began), redact);
    const text = () => answerText(shown, facts, links, context.console);
    const document = json ? tableDocument(shown, facts, links) : null;
    if ('error' in found) endUnfinished(found.error, shown, document, text, context.console);
    if (document) printJson(context.console, document);
    else if (answer.rows.length === 0) print(context.console, nothingKnown(facts, context));
    else printUnheeded(context.console, text());
    return answer.outcome === 'inconclusive' ? 3 : 0;
  } finally {
    progress.close();
    await closeQuietly(session, progress);
  }
}

function nothingKnown(facts: Parameters<typeof headlineOf>[0], { again }: Context): string {
  const scan = again('table --scan --from <bound>');
  const why = facts.oracle ? 'What a command said is never recalled.' : 'Nothing is known yet.';
  return `${headlineOf(facts)}\n\n${why} "mcp-bisect ${scan}" tests every release of a range.`;
}

/**
 * A scenario of which the rounds are here and not the file: undefined where the id is no such one's.
 * @throws BisectError `UNKNOWN_SCENARIO` if files with different texts have used the id
 */
async function recordedScenario(request: TableRequest, context: Context): Promise<Scenario | undefined> {
  const { scenario: id, scan, oracle, arm, client, mode } = request;
  const isRun = scan || oracle !== undefined || arm.length > 0;
  if (isRun || namesFile(id) || scenarios.some((known) => known.id === id)) return undefined;
  const ledger = await context.readLedger(cacheDirFor(request, context));
  try {
    const platform = targetFor(request, context);
    const questions = ledger.questions({ client, scenario: id, platform, mode });
    const [one, ...others] = questions;
    if (!one) return undefined;
    if (others.length > 0) throw severalRecorded(id, questions);
    const run = ledger.runs().find(({ scenario }) => scenario === id);
    const terms = run && ledger.run(run.id)?.answer.terms;
    return {
      ...NOTHING_BUT_ROUNDS,
      id,
      ...(terms && { terms }),
      recordedAs: one.digest,
    };
  } finally {
    ledger.close();
  }
}

const NOTHING_BUT_ROUNDS: Omit<Scenario, 'id'> = {
  title: '',
  issue: '',
  spec: '',
  revision: 0,
  server: '',
  tool: '',
  prompt: '',
  arms: [],
  settled: () => undefined,
  judge: () => unclear('it is not here'),
};

function severalRecorded(id: string, questions: readonly RecordedQuestion[]): BisectError {
  const each = questions.map(
    ({ digest, rounds, recordedAt }) =>
      `${digest.slice(0, 8)} (${rounds} ${rounds === 1 ? 'round' : 'rounds'}, the last ${minutes(recordedAt)} UTC)`,
  );
  return new BisectError(
    'UNKNOWN_SCENARIO',
    `${each.length} scenarios called ${id} are recorded: ${each.join(', ')}`,
    {
      hint: `name the file of the one that is meant, such as --scenario ./${id}.mjs`,
      facts: { scenario: id },
    },
  );
}

const nothingToRun = () =>
  new BisectError('BAD_OPTION', '--fresh runs releases anew, and without --scan none is run', {
    hint: 'add --scan, or leave it out',
  });

/** All releases of a client are hundreds of downloads: nobody means that by leaving an option out. */
const fromIsMissing = () =>
  new BisectError('BAD_OPTION', '--scan needs to know where to begin', {
    hint: 'name the first release with --from, for example --from 2.1.140',
  });
