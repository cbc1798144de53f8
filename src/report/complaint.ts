/**
 * What a bug report says in prose: what is wrong, what should happen. Every sentence is about what was seen; none claims
 * that a release violates the specification, which leaves room in just the places that break (field notes, *MCP Streamable
 * HTTP*). Pure.
 */
import type { Answer, Row } from '../search/answer.js';
import { firstIn, isPlain } from './claims.js';
import { cut } from './text.js';
import type { ArmComparison, Comparison } from './comparison.js';
import type { Report } from './report.js';
import type { Arrow } from './steps.js';
import { sentenceOf } from './sentence.js';
import { termed } from '../scenarios/terms.js';
import { allOf, betweenText, CHANGED, listed } from './words.js';

/** A short paragraph: which release fails, how, where the one before it does not, and what its own log says. */
export function wrongOf(report: Report): string {
  const [comparison] = report.comparisons;
  if (!comparison) return withoutComparison(report);
  return [
    leadOf(report, comparison),
    ...shownBy(comparison),
    ...loggedBy(comparison),
    ...blameFor(report, comparison),
    ...laterText(report, comparison),
  ].join(' ');
}

/** The scenario's word, what the control arm showed, and the part of the specification that is concerned. */
export function expectedOf({ run, comparisons }: Report): string {
  const { scenario, oracle } = run;
  if (oracle !== null) return 'The command should end with exit code 0.';
  const [comparison] = comparisons;
  const control = comparison?.arms.find(({ isControl }) => isControl);
  const parts = [
    scenario.expected,
    comparison && control && controlText(comparison, control),
    scenario.spec && `The part of the specification that is concerned: ${scenario.spec}.`,
    comparison ? RELEASES_DIFFER : scenario.spec && NO_VERDICT_ON_THE_SPEC,
  ];
  return parts.filter(Boolean).join(' ');
}

const RELEASES_DIFFER =
  'This report shows how the behaviour differs between releases; it does not claim that any of them violates the specification.';
const NO_VERDICT_ON_THE_SPEC = 'This report does not claim that any release violates it.';

/** A command may be as long as a script, and must not push out what is said after it. */
const MAX_COMMAND = 300;

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
function shareOf({ rows }: Answer, version: string): string | undefined {
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
    : `${termed(withoutFailure(tested, client), answer.terms)}: ${subject}.`;
  return `${what} ${sentenceOf(answer, claims)}`;
}

function withoutFailure(tested: readonly Row[], { title }: Report['client']): string {
  if (tested.length === 0) return `No release of ${title} was run`;
  const good = tested.filter(({ verdict }) => verdict === 'good');
  if (good.length === tested.length) return `Every release of ${title} that was run works`;
  const others = tested.filter((row) => !good.includes(row));
  const named = others.map(({ version, reason }) => `${version} (${cut(reason, MAX_REASON)})`);
  const silent = `${others.length > MAX_REASONS ? allOf(others.map(({ version }) => version)) : listed(named, 'and')} gave no verdict`;
  const well = `${allOf(good.map(({ version }) => version))} ${good.length === 1 ? 'works' : 'work'}`;
  return `Of the releases of ${title} that were run, ${good.length > 0 ? `${well}, and ` : ''}${silent}`;
}

const MAX_REASONS = 3;
const MAX_REASON = 200;

function shownBy({ good, bad, arms }: Comparison): string[] {
  const failing = arms.filter((arm) => arm.bad.outcome === 'fail');
  if (failing.length === 0) return [];
  return [
    `${bad} showed ${failing.map((arm) => inWords(arm, 'bad')).join(' · ')}.`,
    `${good} showed ${wellIn(failing)}.`,
  ];
}

const inWords = (arm: ArmComparison, side: 'good' | 'bad') => `${arm.title}: ${arm[side].evidence}`;

/** In one phrase where it is the same in all arms that fail. */
function wellIn(failing: readonly ArmComparison[]): string {
  const evidence = [...new Set(failing.map(({ good }) => good.evidence))];
  return evidence.length === 1 ? evidence.join('') : failing.map((arm) => inWords(arm, 'good')).join(' · ');
}

/** What the bad release says of itself in the arms that fail, and the good one does not. */
function loggedBy({ bad, arms }: Comparison): string[] {
  const failing = arms.filter((arm) => arm.bad.outcome === 'fail');
  const well = new Set(failing.flatMap((arm) => arm.good.logged));
  const meanings = [...new Set(failing.flatMap((arm) => arm.bad.logged))].filter((one) => !well.has(one));
  return meanings.length > 0 ? [`By its own log ${bad} ${listed(meanings, 'and')}.`] : [];
}

/**
 * That the release broke it is said only where nothing stands against it. Where a release before it could not be tested it
 * was found broken first, which is not the same.
 */
function blameFor({ run, claims: { broke, mended } }: Report, comparison: Comparison): string[] {
  const { answer, scenario, oracle } = run;
  const { direction } = comparison;
  const claim = direction === 'regression' ? broke : mended;
  const later = direction === 'regression' ? comparison.bad : comparison.good;
  if (claim?.kind !== 'first' || claim.first.version !== later) return [];
  if (claim.between.length > 0) {
    const found = `${later} is the first release that was found ${CHANGED[direction]}: ${betweenText(claim.between)}`;
    return [termed(found, answer.terms)];
  }
  // A capability that was lost broke nobody's server.
  if (direction === 'fix' || oracle !== null || answer.terms || !isPlain(claim)) return [];
  const isStdio = scenario.arms.every(({ gateway }) => gateway.transport === 'stdio');
  return [brokeText(comparison, isStdio ? 'server' : 'gateway')];
}

function brokeText({ good, bad, arms }: Comparison, server: string): string {
  const [failing] = arms;
  const control = arms.find(({ isControl }) => isControl);
  return failing && isTolerant(failing, control)
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

function laterText({ run: { answer }, claims }: Report, { bad, direction }: Comparison): string[] {
  const { broke, mended, newestBad } = claims;
  const fixed = firstIn(mended)?.version;
  // Of a fix that was compared all is said.
  if (fixed !== undefined)
    return direction === 'fix'
      ? []
      : [termed(`${fixed} works${broke?.change.lastKnown == null ? '' : ' again'}.`, answer.terms)];
  return newestBad === null || newestBad === bad
    ? []
    : [`The newest release that was tested and fails is ${newestBad}.`];
}

function controlText({ good, bad }: Comparison, { title, good: well, bad: badly }: ArmComparison): string {
  if (well.outcome !== 'pass' || badly.outcome !== 'pass') return '';
  const seen =
    well.evidence === badly.evidence
      ? well.evidence
      : `${well.evidence} (${good}), ${badly.evidence} (${bad})`;
  return `In the control arm, "${title}", both ${good} and ${bad} work: ${seen}.`;
}
