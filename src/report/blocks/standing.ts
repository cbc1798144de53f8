/** Is it a regression, what worked last, what is broken: only what was seen. Pure. */
import { joined, listed, own, says, type Inline } from '../document.js';
import type { Row } from '../../search/answer.js';
import { isRegression } from '../claims.js';
import type { Report } from '../report.js';
import { untestedBefore } from '../title.js';

/** One of the three answers of the form, and where it is not the first one, why. */
export function regression(report: Report, most: number): Inline {
  const worked = isRegression(report);
  if (worked === 'yes') return own('Yes, this worked in a previous version');
  if (worked === 'unknown') return own(`I don't know: ${doubtOf(report)}.`);
  if (report.claims.newestBad !== null)
    return own('No, this never worked: every release was tested, back to the oldest one, and none works.');
  const good = tested(report, 'good').map(({ version }) => version);
  return says`No: ${some(good, most)} ${own(good.length > 1 ? 'were tested, and all work' : 'was tested, and works')}.`;
}

function doubtOf(report: Report): string {
  const [good, bad] = [tested(report, 'good'), tested(report, 'bad')];
  if (good.length + bad.length === 0) return 'no release could be judged';
  if (bad.length === 0) return 'no release that was judged is broken, but not every one was judged';
  if (report.claims.lastGood !== null && report.claims.firstBad !== null)
    return 'that it was these releases that ran is not proved';
  if (good.length === 0) return 'none of the releases that were judged works, but others may';
  return isBefore(report, good[0], bad.at(-1))
    ? 'an older release works and a newer one does not, but which release broke it is not certain'
    : 'no release before the broken ones is known to work';
}

/** The last good release, or those that are known to work. */
export function lastWorking(report: Report, most: number): Inline {
  const { lastGood, firstBad } = report.claims;
  if (lastGood !== null) return firstBad === null ? says`${lastGood}, as far as is known` : lastGood;
  const good = tested(report, 'good').map(({ version }) => version);
  if (good.length > 0)
    return says`Not known. Of the releases that were run, ${some(good, most)} ${own(good.length > 1 ? 'work' : 'works')}.`;
  return own(tested(report, 'bad').length > 0 ? 'None of the releases that were run works.' : 'Not known.');
}

/** Which releases are broken: the first one, the newest one, and a newer one that fails otherwise. */
export const broken = (report: Report): Inline =>
  joined([...brokenText(report), ...otherwiseText(report)], ' ');

function brokenText(report: Report): Inline[] {
  const { firstBad, newestBad } = report.claims;
  if (firstBad !== null) {
    const first = firstText(report, firstBad);
    return newestBad !== null && newestBad !== firstBad
      ? [says`${first}, ${newestBad} the newest that was run and is broken.`]
      : [says`${first}.`];
  }
  if (newestBad !== null) return [says`${newestBad} is the newest that was run and is broken.`];
  return [own('No broken release was seen.'), ...newestText(report)];
}

function firstText(report: Report, first: string): Inline {
  const between = untestedBefore(report.claims, first);
  if (between.length === 0) return says`${first} is the first that is broken`;
  return says`${first} is the first that was found broken (of ${some(between, 6)} before it nothing is known)`;
}

function newestText(report: Report): Inline[] {
  const last = report.run.answer.rows.findLast(({ basis }) => basis === 'tested');
  if (!last) return [own('No release was run.')];
  const well = tested(report, 'good').at(-1);
  if (last === well) return [says`The newest that was run is ${last.version}, and works.`];
  return [
    ...(last.verdict === 'skip' && last.label !== 'different failure'
      ? [says`The newest that was run, ${last.version}, gave no verdict.`]
      : []),
    ...(well ? [says`The newest that works is ${well.version}.`] : []),
  ];
}

/** A newer release that fails in another way is neither as the broken ones nor well. */
function otherwiseText({ run, claims: { newestBad } }: Report): Inline[] {
  const { rows } = run.answer;
  const from = rows.findIndex((row) => row.version === newestBad);
  const other = rows.findLast(({ label }, index) => label === 'different failure' && index > from);
  return other
    ? [says`${other.version} ${own(from < 0 ? 'fails' : 'is newer, and fails')} in another way.`]
    : [];
}

const tested = ({ run }: Report, verdict: 'good' | 'bad') =>
  run.answer.rows.filter((row) => row.basis === 'tested' && row.verdict === verdict);

const isBefore = ({ run: { answer } }: Report, one: Row | undefined, other: Row | undefined) =>
  one !== undefined && other !== undefined && answer.rows.indexOf(one) < answer.rows.indexOf(other);

const some = (items: readonly string[], most: number): Inline =>
  listed(items.length > most ? [...items.slice(0, most), own(`${items.length - most} more`)] : items, 'and');
