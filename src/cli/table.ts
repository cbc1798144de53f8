/** `table`: what is known of a range of releases; with `--scan`, a verdict on every one of them. */
import { namesFile } from '../custom/module.js';
import { badOption, BisectError } from '../errors.js';
import { readLedger, type RecordedQuestion } from '../ledger/ledger.js';
import { changeLinksOf } from '../report/change-links.js';
import { tableDocument } from '../report/json.js';
import { counted, minutes } from '../report/words.js';
import { scenarios } from '../scenarios/index.js';
import { unclear, type Scenario } from '../scenarios/scenario.js';
import { DEFAULT_RULE } from '../search/question.js';
import { askTable } from '../session/scan.js';
import { answerText, endUnfinished, factsOf, redactedAnswer, redactedFacts } from './answered.js';
import { inSession } from './asking.js';
import type { Typed } from './commands.js';
import { print, printJson } from './console.js';
import { cacheDirFor, redactorFor, targetFor, type Context } from './context.js';
import { printUnheeded } from './github-actions.js';
import { headlineOf } from '../report/terminal.js';
import { listenerFor } from './progress.js';

/**
 * Prints the version table with every change in it.
 * @returns 0; 3 if releases that could not be tested leave open where a change is
 * @throws BisectError for bad input and for a failing environment; every verdict until then is printed, and in the ledger
 */
export async function table(request: Typed<'table'>, context: Context): Promise<number> {
  const began = performance.now();
  const { from, to, scan, fresh, exclude, repeat, confirm } = request;
  // All releases of a client are hundreds of downloads: nobody means that by leaving an option out.
  if (scan && from === undefined)
    throw badOption(
      '--scan needs to know where to begin',
      'name the first release with --from, for example --from 2.1.140',
    );
  if (fresh && !scan)
    throw badOption(
      '--fresh runs releases anew, and without --scan none is run',
      'add --scan, or leave it out',
    );
  const redact = redactorFor(request);
  const recorded = await recordedScenario(request);
  return inSession(
    request,
    [from, to],
    context,
    async ({ session, options, progress }) => {
      const question = { from, to, scan, fresh, exclude, rule: { ...DEFAULT_RULE, repeat, confirm } };
      const listener = listenerFor(progress, redact);
      const found = await askTable(session, question, options.jobs, listener, context.signal);
      progress.close();
      const { answer, probed } = found;
      const shown = redactedAnswer(answer, redact);
      const links = changeLinksOf(answer, options.client);
      const facts = redactedFacts(factsOf(options, session, probed, began), redact);
      const text = () => answerText(shown, facts, links, context.console);
      const document = request.json ? tableDocument(shown, facts, links) : null;
      if ('error' in found) endUnfinished(found.error, shown, document, text, context.console);
      if (document) printJson(context.console, document);
      else if (answer.rows.length === 0) print(context.console, nothingKnown(facts, context));
      else printUnheeded(context.console, text());
      return answer.outcome === 'inconclusive' ? 3 : 0;
    },
    { recorded, runs: scan },
  );
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
async function recordedScenario(request: Typed<'table'>): Promise<Scenario | undefined> {
  const { scenario: id, scan, oracle, arm, client, mode } = request;
  const isRun = scan || oracle !== undefined || arm.length > 0;
  if (isRun || namesFile(id) || scenarios.some((known) => known.id === id)) return undefined;
  const ledger = readLedger(cacheDirFor(request));
  try {
    const platform = targetFor(request.platform);
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
      `${digest.slice(0, 8)} (${counted(rounds, 'round')}, the last ${minutes(recordedAt)} UTC)`,
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
