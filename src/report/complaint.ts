/**
 * What a bug report says in prose: its title, what is wrong, what should happen. Every sentence is about what was seen; none
 * claims that a release violates the specification, which leaves room in just the places that break (field notes, *MCP
 * Streamable HTTP*). Pure.
 */
import type { Client } from '../clients/client.js';
import type { KeptRun } from '../kept-run.js';
import type { Answer } from './answer.js';
import type { Change } from './change.js';
import type { ArmComparison, Comparison } from './report.js';
import { sentenceOf } from './sentence.js';
import { listed } from './words.js';

/** What the prose is made of. */
export interface Matter {
  readonly run: KeptRun;
  readonly client: Pick<Client, 'title'>;
  readonly comparisons: readonly Comparison[];
}

/** `Claude Code 2.1.147 broke: GET listening stream answered with 404` */
export function titleOf({ run, client }: Matter): string {
  const { broke, mended } = turningPoints(run.answer);
  const subject = subjectOf(run);
  const [breaks, mends] = [placeOf(broke), placeOf(mended)];
  if (breaks && mends) return `${client.title} ${breaks} broke, and ${mends} fixed: ${subject}`;
  if (breaks) return `${client.title} ${breaks} broke: ${subject}`;
  if (mends) return `${client.title} ${mends} fixed: ${subject}`;
  const change = broke ?? mended;
  if (change?.boundary)
    return `${client.title} changed between ${change.boundary.before} and ${change.boundary.after}: ${subject}`;
  return `${client.title}: ${subject}`;
}

/** A short paragraph: which release fails, how, where the one before it does not, and what its own log says. */
export function wrongOf(matter: Matter): string {
  const { run, client, comparisons } = matter;
  const { broke, mended } = turningPoints(run.answer);
  const [comparison] = comparisons;
  if (!comparison) return withoutComparison(matter);
  const { good, bad, direction } = comparison;
  const isRegression = direction === 'regression';
  return [
    isRegression
      ? `${client.title} ${bad} fails where ${good} works: ${subjectOf(run)}.`
      : `${client.title} ${bad} fails, and ${good} works: ${subjectOf(run)}.`,
    ...shownBy(comparison),
    ...loggedBy(comparison),
    ...(isRegression && placeOf(broke) === bad && run.oracle === null ? [brokeText(run, bad)] : []),
    ...laterText(run, bad, placeOf(mended)),
  ].join(' ');
}

/** The scenario's word, what the control arm showed, and the part of the specification that is concerned. */
export function expectedOf({ run, comparisons }: Matter): string {
  const { scenario, oracle } = run;
  const [comparison] = comparisons;
  const control = comparison?.arms.find(({ isControl }) => isControl);
  const word = oracle === null ? scenario.expected : 'The command should end with exit code 0.';
  const parts = [
    word,
    comparison && control && controlText(comparison, control),
    scenario.spec && oracle === null && `The part of the specification that is concerned: ${scenario.spec}.`,
    NO_VERDICT_ON_THE_SPEC,
  ];
  return parts.filter(Boolean).join(' ');
}

const NO_VERDICT_ON_THE_SPEC =
  'This report shows how the behaviour differs between releases; it does not claim that any of them violates the specification.';

/** The newest change for the worse, and one for the better that comes after it, or that alone was asked for. */
function turningPoints({ changes }: Answer): { broke: Change | undefined; mended: Change | undefined } {
  const worse = changes.findLastIndex(({ direction }) => direction === 'regression');
  const mended = changes.find(({ direction }, index) => direction === 'fix' && index > worse);
  return { broke: changes[worse], mended };
}

/** The release in which a change was found, if it is sure which one that is. */
const placeOf = (change: Change | undefined): string | undefined =>
  change?.outcome === 'found' ? change.boundary?.after : undefined;

const subjectOf = ({ scenario, oracle }: KeptRun) =>
  oracle === null ? scenario.title : `what the command "${oracle}" checks`;

function withoutComparison({ run, client }: Matter): string {
  const tested = run.answer.rows.filter(({ basis }) => basis === 'tested');
  const bad = tested.findLast(({ verdict }) => verdict === 'bad');
  const what = bad
    ? `${client.title} ${bad.version} fails: ${subjectOf(run)}. It showed: ${bad.reason}.`
    : `No release of ${client.title} that was tested fails: ${subjectOf(run)}.`;
  return `${what} ${sentenceOf(run.answer)}`;
}

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

function brokeText({ scenario }: KeptRun, bad: string): string {
  const isStdio = scenario.arms.every(({ gateway }) => gateway.transport === 'stdio');
  return `So ${bad} broke ${isStdio ? 'servers' : 'gateways'} that earlier releases tolerated.`;
}

function laterText({ answer }: KeptRun, bad: string, mended: string | undefined): string[] {
  if (mended !== undefined) return [`${mended} works again.`];
  const newest = answer.rows.findLast(({ basis, verdict }) => basis === 'tested' && verdict === 'bad');
  return !newest || newest.version === bad
    ? []
    : [`The newest release that was tested and fails is ${newest.version}.`];
}

function controlText({ good, bad }: Comparison, { title, good: well, bad: badly }: ArmComparison): string {
  if (well.outcome !== 'pass' || badly.outcome !== 'pass') return '';
  const seen =
    well.evidence === badly.evidence
      ? well.evidence
      : `${well.evidence} (${good}), ${badly.evidence} (${bad})`;
  return `In the control arm, "${title}", both ${good} and ${bad} work: ${seen}.`;
}
