/**
 * What a report says in prose: what is wrong, what should happen, and what a reader must know before believing it. Every
 * sentence is about what was seen; none claims that a release violates the specification, which leaves room in just the places
 * that break (field notes, *MCP Streamable HTTP*). Pure.
 */
import { termed } from '../scenarios/terms.js';
import type { Answer, Row } from '../search/answer.js';
import { firstIn, unproved, type Claim, type ReportOn } from './claims.js';
import type { ArmComparison, Comparison } from './comparison.js';
import { isolationOf } from './environment.js';
import type { Report } from './report.js';
import { contradictionsText, sentenceOf } from './sentence.js';
import type { Arrow } from './steps.js';
import { cut } from './text.js';
import {
  allOf,
  betweenText,
  CHANGED,
  counted,
  inOneLine,
  listed,
  noVerdictText,
  oneOf,
  SEALED_BY,
} from './words.js';

/** A command may be as long as a script, and must not push out what is said after it. */
const MAX_COMMAND = 300;

/** A short paragraph: which release fails, how, where the one before it does not, and what its own log says. */
export function wrongOf(report: Report): string {
  const [comparison] = report.comparisons;
  if (!comparison) return withoutComparison(report);
  const failing = comparison.arms.filter((arm) => arm.bad.outcome === 'fail');
  return inOneLine(
    leadOf(report, comparison),
    ...shownBy(comparison, failing),
    blameFor(report, comparison),
    laterText(report, comparison),
  );
}

/** The scenario's word, what the control arm showed, and the part of the specification that is concerned. */
export function expectedOf({ run: { scenario, oracle }, comparisons: [comparison] }: Report): string {
  if (oracle !== null) return 'The command should end with exit code 0.';
  const control = comparison?.arms.find(({ isControl }) => isControl);
  return inOneLine(
    scenario.expected,
    comparison && control && controlText(comparison, control),
    scenario.spec && `The part of the specification that is concerned: ${scenario.spec}.`,
    comparison
      ? 'This report shows how the behaviour differs between releases; it does not claim that any of them violates the specification.'
      : scenario.spec && 'This report does not claim that any release violates it.',
  );
}

const commandOf = (oracle: string) => `the command "${cut(oracle, MAX_COMMAND)}"`;

function leadOf({ run, client }: Report, { good, bad, direction }: Comparison): string {
  const { scenario, oracle, answer } = run;
  if (oracle !== null)
    return `With ${client.title} ${bad} ${commandOf(oracle)} fails, and with ${good} it does not.`;
  const [badly, well] = [shareOf(answer, bad), shareOf(answer, good)];
  const fails = badly ? `fails in ${badly} rounds` : 'fails';
  const seen = well
    ? `${fails}, and ${good} in ${well}${badly ? '' : ' rounds'}`
    : `${fails}${direction === 'regression' ? ' where' : ', and'} ${good} works`;
  return `${client.title} ${bad} ${termed(seen, answer.terms)}: ${scenario.title}.`;
}

/** `2 of 5`: how many rounds were bad of a release whose rounds disagreed; such a one neither fails nor works. */
export function shareOf({ rows }: Answer, version: string): string | undefined {
  const row = rows.find((one) => one.version === version);
  return row?.flaky ? `${row.rounds.bad} of ${row.rounds.good + row.rounds.bad}` : undefined;
}

/** What is known of single releases: none works that was not judged to. */
function withoutComparison({ run, client, claims }: Report): string {
  const { answer, oracle, scenario } = run;
  const subject = oracle === null ? scenario.title : `what ${commandOf(oracle)} checks`;
  const tested = answer.rows.filter(({ basis }) => basis === 'tested');
  const bad = tested.findLast(({ verdict }) => verdict === 'bad');
  const what = bad
    ? `${client.title} ${bad.version} fails: ${subject}. It showed: ${bad.reason}.`
    : `${termed(withoutFailure(tested, client.title), answer.terms)}: ${subject}.`;
  return `${what} ${sentenceOf(answer, claims)}`;
}

const MAX_REASONS = 3;
const MAX_REASON = 200;

function withoutFailure(tested: readonly Row[], client: string): string {
  if (tested.length === 0) return `No release of ${client} was run`;
  const [good, others] = [true, false].map((isGood) =>
    tested.filter(({ verdict }) => (verdict === 'good') === isGood),
  ) as [Row[], Row[]];
  if (others.length === 0) return `Every release of ${client} that was run works`;
  const named = others.map(({ version, reason }) => `${version} (${cut(reason, MAX_REASON)})`);
  const silent = named.length > MAX_REASONS ? allOf(versionsOf(others)) : listed(named, 'and');
  const well = `${allOf(versionsOf(good))} ${good.length === 1 ? 'works' : 'work'}, and `;
  return `Of the releases of ${client} that were run, ${good.length > 0 ? well : ''}${silent} gave no verdict`;
}

const versionsOf = (rows: readonly Row[]) => rows.map(({ version }) => version);

/** What either showed in the arms that fail, in one phrase where that is the same, and what the bad one alone logged. */
function shownBy({ good, bad }: Comparison, failing: readonly ArmComparison[]): string[] {
  if (failing.length === 0) return [];
  const shown = (side: 'good' | 'bad') =>
    failing.map((arm) => `${arm.title}: ${arm[side].evidence}`).join(' · ');
  const well = [...new Set(failing.map((arm) => arm.good.evidence))];
  const usual = new Set(failing.flatMap((arm) => arm.good.logged));
  const logged = [...new Set(failing.flatMap((arm) => arm.bad.logged))].filter((one) => !usual.has(one));
  return [
    `${bad} showed ${shown('bad')}.`,
    `${good} showed ${well.length === 1 ? well.join('') : shown('good')}.`,
    logged.length > 0 ? `By its own log ${bad} ${listed(logged, 'and')}.` : '',
  ];
}

/**
 * That the release broke it is said only where nothing stands against it. Where a release before it could not be tested it
 * was found broken first, which is not the same.
 */
function blameFor({ run, claims: { broke, mended } }: Report, comparison: Comparison): string | undefined {
  const { answer, scenario, oracle } = run;
  const { direction, good, bad, arms } = comparison;
  const [claim, later] = direction === 'regression' ? [broke, bad] : [mended, good];
  if (claim?.kind !== 'first' || claim.first.version !== later) return undefined;
  if (claim.between.length > 0) {
    const found = `${later} is the first release that was found ${CHANGED[direction]}: ${betweenText(claim.between)}`;
    return termed(found, answer.terms);
  }
  // A capability that was lost broke nobody's server.
  if (direction === 'fix' || oracle !== null || answer.terms || claim.once.length > 0) return undefined;
  const server = scenario.arms.every(({ gateway }) => gateway.transport === 'stdio') ? 'server' : 'gateway';
  const [failing] = arms;
  return failing &&
    isTolerant(
      failing,
      arms.find(({ isControl }) => isControl),
    )
    ? `So ${bad} broke ${server}s that ${good} tolerated.`
    : `So ${bad} broke a ${server} that ${good} works with.`;
}

/** Whether the good release met a refusal, other than those of a server that gives no occasion to fail, and went on. */
function isTolerant({ good }: ArmComparison, control: ArmComparison | undefined): boolean {
  const usual = new Set(control?.good.steps.flatMap(refusalIn));
  return good.steps.flatMap(refusalIn).some((refusal) => !usual.has(refusal));
}

/** `404 to GET /mcp`, of a step that is one. */
const refusalIn = ({ tone, from, text, detail }: Arrow): string[] =>
  tone === 'refused' && from === 'gateway' ? [`${text} ${detail.split(';')[0]}`] : [];

/** Of a fix that was compared all is said. */
function laterText({ run, claims }: Report, { bad, direction }: Comparison): string | undefined {
  const { broke, mended, newestBad } = claims;
  const fixed = firstIn(mended)?.version;
  if (fixed !== undefined && direction === 'fix') return undefined;
  if (fixed !== undefined)
    return termed(`${fixed} works${broke?.change.lastKnown == null ? '' : ' again'}.`, run.answer.terms);
  if (newestBad === null || newestBad === bad) return undefined;
  return `The newest release that was tested and fails is ${newestBad}.`;
}

function controlText({ good, bad }: Comparison, { title, good: well, bad: badly }: ArmComparison): string {
  if (well.outcome !== 'pass' || badly.outcome !== 'pass') return '';
  const isSame = well.evidence === badly.evidence;
  const seen = isSame ? well.evidence : `${well.evidence} (${good}), ${badly.evidence} (${bad})`;
  return `In the control arm, "${title}", both ${good} and ${bad} work: ${seen}.`;
}

/** What a reader must know before believing a report, each in a sentence or two, the gravest first. */
export function warningsOf({ run, client, claims: { all } }: ReportOn): string[] {
  const { answer, oracle, mode, arms } = run;
  const { weakest, counts } = isolationOf(run);
  const sealed = counts.map(
    ([kind, count]) => `${counted(count, 'run')} ${count === 1 ? 'was' : 'were'} ${SEALED_BY[kind]}`,
  );
  const notShown = unproved(run, client);
  const flaky = answer.rows
    .filter((row) => row.flaky)
    .map(({ version, rounds }) => `${version} (${rounds.good} good, ${rounds.bad} bad)`);
  // The answer rests on these releases.
  const once = [...new Set(all.flatMap((claim) => claim.once))];
  return [
    mode === 'static' &&
      'No client was run: a command read the executables, whose tarballs had the sha512 that the registry gives for these versions.',
    mode !== 'static' &&
      weakest === 'none' &&
      'The releases were not sealed off: they ran with the user’s rights, and could reach the network and the user’s files. What they found there may have had a part in this.',
    arms && `Not all arms of the scenario were asked about: these are ${listed(arms, 'and')}.`,
    sealed.length > 1 && `Not all runs of the client were sealed off alike: ${listed(sealed, 'and')}.`,
    // What it means comes before the command.
    oracle !== null &&
      `No control arm was run: a command judged in place of the scenario, by its exit code, and what it depends on is not known. It is: ${cut(oracle, MAX_COMMAND)}`,
    notShown.length > 0 &&
      `That it was these releases that ran is not proved of ${allOf(notShown)}: no client made itself known to the servers.`,
    ...all.map(contradictedText),
    ...[...all.map(suspectsText), ...all.map(gapText)].map((text) => text && termed(text, answer.terms)),
    flaky.length > 0 && `Rounds of the same release disagreed: ${listed(flaky, 'and')}.`,
    once.length > 0 && `Not confirmed: of ${listed(once, 'and')} there is one round only.`,
    mode === 'interactive' &&
      'The releases were run at a pseudo-terminal. Without a terminal the same release may behave otherwise.',
  ].filter((text) => typeof text === 'string');
}

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
