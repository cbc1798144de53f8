/** What a reader must know before believing a report. Pure. */
import type { Client } from '../clients/client.js';
import type { KeptRun } from '../run/run.js';
import type { Answer, Row } from '../search/answer.js';
import type { Change } from '../search/change.js';
import { cut } from './text.js';
import { isolationOf, unproved } from './evidence-quality.js';
import { termed } from './terms.js';
import { onceOnly } from './turning-points.js';
import { noVerdictText, untestedBetween } from './untested.js';
import { allOf, counted, listed, oneOf, SEALED_BY } from './words.js';

/** Each in a sentence or two, the gravest first. */
export function warningsOf(run: KeptRun, client: Pick<Client, 'reportedVersion'>): string[] {
  const { answer, oracle, mode } = run;
  const { weakest, counts } = isolationOf(run);
  const { changes, terms } = answer;
  return [
    ...(mode === 'static' ? [NOTHING_RUN] : weakest === 'none' ? [UNSEALED] : []),
    ...(run.arms ? [armsText(run.arms)] : []),
    ...mixtureText(counts),
    ...(oracle === null ? [] : [oracleText(oracle)]),
    ...unprovedText(unproved(run, client)),
    ...changes.flatMap((change) => contradictionText(answer, change)),
    ...[...changes.flatMap(suspectsText), ...changes.flatMap((change) => gapText(answer, change))].map(
      (text) => termed(text, terms),
    ),
    ...flakyText(answer),
    ...unconfirmedText(answer),
    ...(mode === 'interactive' ? [AT_A_TERMINAL] : []),
  ];
}

const UNSEALED =
  'The releases were not sealed off: they ran with the user’s rights, and could reach the network and the user’s files. What they found there may have had a part in this.';

const NOTHING_RUN =
  'No client was run: a command read the executables, whose tarballs had the sha512 that the registry gives for these versions.';

const armsText = (arms: readonly string[]) =>
  `Not all arms of the scenario were asked about: these are ${listed(arms, 'and')}.`;

const AT_A_TERMINAL =
  'The releases were run at a pseudo-terminal. Without a terminal the same release may behave otherwise.';

/** A command may be as long as a script: what it means comes before it. */
const MAX_COMMAND = 300;

const oracleText = (command: string) =>
  `No control arm was run: a command judged in place of the scenario, by its exit code, and what it depends on is not known. It is: ${cut(command, MAX_COMMAND)}`;

function unprovedText(versions: readonly string[]): string[] {
  if (versions.length === 0) return [];
  return [
    `That it was these releases that ran is not proved of ${allOf(versions)}: no client made itself known to the servers.`,
  ];
}

function mixtureText(counts: ReturnType<typeof isolationOf>['counts']): string[] {
  if (counts.length < 2) return [];
  const named = counts.map(
    ([kind, count]) => `${counted(count, 'run')} ${count === 1 ? 'was' : 'were'} ${SEALED_BY[kind]}`,
  );
  return [`Not all runs of the client were sealed off alike: ${listed(named, 'and')}.`];
}

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
    `Which release is the first ${what} one is not known: it may be ${oneOf([...suspects, after])}. What is compared here are ${before} and ${after}.`,
  ];
}

/** A release that cannot be tested here may well be the first that is otherwise. */
function gapText(answer: Answer, change: Change): string[] {
  const between = untestedBetween(answer, change);
  if (between.length === 0 || !change.boundary) return [];
  const { before, after } = change.boundary;
  const what = change.direction === 'regression' ? 'broken' : 'fixed';
  return [
    `Between ${before} and ${after}: ${noVerdictText(between)}. ${after} is the first that was found ${what}, and need not be the first that is.`,
  ];
}

function flakyText({ rows }: Answer): string[] {
  const flaky = rows.filter((row) => row.flaky);
  if (flaky.length === 0) return [];
  const named = flaky.map(({ version, rounds }) => `${version} (${rounds.good} good, ${rounds.bad} bad)`);
  return [`Rounds of the same release disagreed: ${listed(named, 'and')}.`];
}

/** One run may be chance, and the answer rests on these releases. */
function unconfirmedText(answer: Answer): string[] {
  const ends = answer.changes.flatMap(({ boundary }) => (boundary ? [boundary.before, boundary.after] : []));
  const once = onceOnly(answer, ends);
  return once.length === 0 ? [] : [`Not confirmed: of ${listed(once, 'and')} there is one round only.`];
}

const rowOf = (rows: readonly Row[], version: string) => rows.find((row) => row.version === version);
