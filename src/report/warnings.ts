/** What a reader must know before believing a report. Pure. */
import type { Claim, ReportOn } from './claims.js';
import { cut } from './text.js';
import { isolationOf, unproved } from './evidence-quality.js';
import { contradictionsText } from './sentence.js';
import { termed } from '../scenarios/terms.js';
import { allOf, CHANGED, counted, listed, noVerdictText, oneOf, SEALED_BY } from './words.js';

/** A command may be as long as a script: what it means comes before it. */
const MAX_COMMAND = 300;

/** Each in a sentence or two, the gravest first. */
export function warningsOf({ run, client, claims: { all: claims } }: ReportOn): string[] {
  const { answer, oracle, mode, arms } = run;
  const { weakest, counts } = isolationOf(run);
  const notShown = unproved(run, client);
  const flaky = answer.rows.filter((row) => row.flaky);
  const once = new Set(claims.flatMap((claim) => claim.once));
  const warnings = [
    mode === 'static' &&
      'No client was run: a command read the executables, whose tarballs had the sha512 that the registry gives for these versions.',
    mode !== 'static' &&
      weakest === 'none' &&
      'The releases were not sealed off: they ran with the user’s rights, and could reach the network and the user’s files. What they found there may have had a part in this.',
    arms && `Not all arms of the scenario were asked about: these are ${listed(arms, 'and')}.`,
    counts.length > 1 &&
      `Not all runs of the client were sealed off alike: ${listed(counts.map(sealedText), 'and')}.`,
    oracle !== null &&
      `No control arm was run: a command judged in place of the scenario, by its exit code, and what it depends on is not known. It is: ${cut(oracle, MAX_COMMAND)}`,
    notShown.length > 0 &&
      `That it was these releases that ran is not proved of ${allOf(notShown)}: no client made itself known to the servers.`,
    ...claims.map(contradictedText),
    ...[...claims.map(suspectsText), ...claims.map(gapText)].map(
      (text) => text && termed(text, answer.terms),
    ),
    flaky.length > 0 &&
      `Rounds of the same release disagreed: ${listed(
        flaky.map(({ version, rounds }) => `${version} (${rounds.good} good, ${rounds.bad} bad)`),
        'and',
      )}.`,
    // The answer rests on these releases.
    once.size > 0 && `Not confirmed: of ${listed([...once], 'and')} there is one round only.`,
    mode === 'interactive' &&
      'The releases were run at a pseudo-terminal. Without a terminal the same release may behave otherwise.',
  ];
  return warnings.filter((text) => typeof text === 'string');
}

const sealedText = ([kind, count]: ReturnType<typeof isolationOf>['counts'][number]) =>
  `${counted(count, 'run')} ${count === 1 ? 'was' : 'were'} ${SEALED_BY[kind]}`;

function contradictedText(claim: Claim): string | undefined {
  if (claim.kind !== 'contradicted') return undefined;
  const { boundary } = claim.change;
  const where = boundary ? ` beside the one between ${boundary.before} and ${boundary.after}` : '';
  return `There is more than one change in the range${where}: ${contradictionsText(claim)}.`;
}

function suspectsText({ change: { suspects, boundary, direction } }: Claim): string | undefined {
  if (suspects.length === 0 || !boundary) return undefined;
  const { before, after } = boundary;
  return `Which release is the first ${CHANGED[direction]} one is not known: it may be ${oneOf([...suspects, after])}. What is compared here are ${before} and ${after}.`;
}

/** A release that cannot be tested here may well be the first that is otherwise. */
function gapText({ between, change: { boundary, direction } }: Claim): string | undefined {
  if (between.length === 0 || !boundary) return undefined;
  const { before, after } = boundary;
  return `Between ${before} and ${after}: ${noVerdictText(between)}. ${after} is the first that was found ${CHANGED[direction]}, and need not be the first that is.`;
}
