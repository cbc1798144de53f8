/** What `run` and `table` have in common once there is an answer. */
import type { Answer } from '../search/answer.js';
import { changeLead, type ChangeLink } from '../report/change-links.js';
import type { RunFacts } from '../run/run.js';
import { sentenceOf } from '../report/sentence.js';
import { fitted, headlineOf, renderTable } from '../report/terminal.js';
import type { Session, SessionOptions } from '../session/session.js';
import { coloursFor, columnsOf, printJson, type Console } from './console.js';
import { printUnheeded } from './github-actions.js';
import { Unfinished } from '../errors.js';

/** How the answer came about. `began` is the clock of `performance.now()`. */
export function factsOf(
  { client, scenario, target, mode, oracle }: SessionOptions,
  { isolation, rounds }: Session,
  probed: readonly string[],
  began: number,
): RunFacts {
  return {
    client: client.id,
    scenario: scenario.id,
    platform: target,
    mode,
    isolation,
    oracle: oracle?.command ?? null,
    arms: scenario.asked ?? null,
    probed,
    downloads: rounds.downloads(),
    elapsedMs: Math.round(performance.now() - began),
  };
}

/** The answer as others may read it: a skip's reason may quote what the client wrote. */
export function redactedAnswer(answer: Answer, redact: (text: string) => string): Answer {
  return { ...answer, rows: answer.rows.map((row) => ({ ...row, reason: redact(row.reason) })) };
}

/** How it came about, as others may read it: a command of the user's may have a key in it. */
export function redactedFacts<Facts extends { readonly oracle: string | null }>(
  facts: Facts,
  redact: (text: string) => string,
): Facts {
  return { ...facts, oracle: facts.oracle === null ? null : redact(facts.oracle) };
}

/** The answer as it is printed: headline, table, sentence, and what it took. */
export function answerText(
  answer: Answer,
  facts: RunFacts,
  links: readonly ChangeLink[],
  console: Console,
): string {
  const colours = coloursFor(console);
  const columns = columnsOf(console);
  return [
    fitted(headlineOf(facts), columns),
    '',
    renderTable(answer.rows, colours, columns),
    '',
    colours.bold(fitted(sentenceOf(answer), columns)),
    ...links.map((link) => fitted(changeLead(link) + link.url, columns)),
    countOf(answer, facts),
  ].join('\n');
}

/**
 * Prints what is known where an error ended the question: it is in the ledger, but who asked wants to see it.
 * @param document what `--json` would print; null without `--json`
 * @throws `error` in any case, for its message and its exit code
 */
export function endUnfinished(
  error: unknown,
  { rows }: Answer,
  document: object | null,
  text: () => string,
  console: Console,
): never {
  if (rows.every(({ verdict }) => verdict === null)) throw error;
  if (document) throw new Unfinished((ended) => printJson(console, { ...document, ...ended }), error);
  printUnheeded(console, text());
  throw error;
}

/** `5 of 9 releases run in 9.0 s.` */
function countOf({ rows }: Answer, { probed, elapsedMs }: RunFacts): string {
  const known = rows.filter(({ version, basis }) => basis === 'tested' && !probed.includes(version)).length;
  const ledger = known > 0 ? `, ${known} known from the ledger` : '';
  return `${probed.length} of ${rows.length} releases run in ${(elapsedMs / 1000).toFixed(1)} s${ledger}.`;
}
