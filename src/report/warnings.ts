/** What a reader must know before believing a report. Pure. */
import type { KeptRun } from '../kept-run.js';
import type { Answer, Row } from './answer.js';
import type { Change } from './change.js';
import { listed } from './words.js';

/** Each in a sentence or two, the gravest first. */
export function warningsOf(run: KeptRun): string[] {
  const { answer, isolation, oracle, mode } = run;
  const changes = answer.changes;
  return [
    ...(isolation === 'none' ? [UNSEALED] : []),
    ...(oracle === null ? [] : [oracleText(oracle)]),
    ...changes.flatMap((change) => contradictionText(answer, change)),
    ...changes.flatMap(suspectsText),
    ...flakyText(answer),
    ...unconfirmedText(answer),
    ...(mode === 'interactive' ? [AT_A_TERMINAL] : []),
  ];
}

const UNSEALED =
  'The releases were not sealed off: they ran with the user’s rights, and could reach the network and the user’s files. What they found there may have had a part in this.';

const AT_A_TERMINAL =
  'The releases were run at a pseudo-terminal. Without a terminal the same release may behave otherwise.';

const oracleText = (command: string) =>
  `A command judged in place of the scenario, by its exit code: ${command}. What it depends on is not known, and no control arm was run.`;

function contradictionText({ rows }: Answer, { contradictions, boundary }: Change): string[] {
  if (contradictions.length === 0) return [];
  const named = contradictions.map(
    (version) => `${version} is ${rowOf(rows, version)?.verdict ?? 'unknown'}`,
  );
  const where = boundary ? ` beside the one between ${boundary.before} and ${boundary.after}` : '';
  return [`There is more than one change in the range${where}: ${listed(named, 'and')}.`];
}

function suspectsText({ suspects, boundary, direction }: Change): string[] {
  if (suspects.length === 0 || !boundary) return [];
  const what = direction === 'regression' ? 'broken' : 'fixed';
  const { before, after } = boundary;
  return [
    `Which release is the first ${what} one is not known: it may be any of ${listed([...suspects, after], 'and')}. What is compared here are ${before} and ${after}.`,
  ];
}

function flakyText({ rows }: Answer): string[] {
  const flaky = rows.filter((row) => row.flaky);
  if (flaky.length === 0) return [];
  const named = flaky.map(({ version, rounds }) => `${version} (${rounds.good} good, ${rounds.bad} bad)`);
  return [`Rounds of the same release disagreed: ${listed(named, 'and')}.`];
}

/** One run may be chance, and the answer rests on these releases. */
function unconfirmedText({ rows, changes }: Answer): string[] {
  const ends = changes.flatMap(({ boundary }) => (boundary ? [boundary.before, boundary.after] : []));
  const once = [...new Set(ends)].filter((version) => {
    const row = rowOf(rows, version);
    return row !== undefined && row.rounds.good + row.rounds.bad === 1;
  });
  return once.length === 0 ? [] : [`Not confirmed: of ${listed(once, 'and')} there is one round only.`];
}

const rowOf = (rows: readonly Row[], version: string) => rows.find((row) => row.version === version);
