/** Is it a regression, what worked last, what is broken: only what was seen. Pure. */
import type { Report, ReportRow } from '../../report.js';
import { untestedBefore } from '../../sides.js';
import { termed } from '../../terms.js';
import { listed } from '../../words.js';
import { inline } from '../escape.js';
import type { Limits } from '../limits.js';

/** One of the three answers of the form, and where it is not the first one, why. */
export const regression = (report: Report, limits: Limits): string[] =>
  inTerms(report, regressionText(report, limits));

function regressionText(report: Report, limits: Limits): string[] {
  if (report.isRegression === 'yes') return ['Yes, this worked in a previous version'];
  if (report.isRegression === 'unknown') return [`I don't know: ${doubtOf(report)}.`];
  if (report.newestBad !== null)
    return ['No, this never worked: every release was tested, back to the oldest one, and none works.'];
  const good = tested(report, 'good').map((row) => inline(row.version, limits.cell));
  const were = good.length > 1 ? 'were tested, and all work' : 'was tested, and works';
  return [`No: ${some(good, limits.rows)} ${were}.`];
}

function doubtOf(report: Report): string {
  const [good, bad] = [tested(report, 'good'), tested(report, 'bad')];
  if (good.length + bad.length === 0) return 'no release could be judged';
  if (bad.length === 0) return 'no release that was judged is broken, but not every one was judged';
  if (report.lastGood !== null && report.firstBad !== null)
    return 'that it was these releases that ran is not proved';
  if (good.length === 0) return 'none of the releases that were judged works, but others may';
  return isBefore(report, good[0], bad.at(-1))
    ? 'an older release works and a newer one does not, but which release broke it is not certain'
    : 'no release before the broken ones is known to work';
}

/** The last good release, or those that are known to work. */
export const lastWorking = (report: Report, limits: Limits): string[] =>
  inTerms(report, lastWorkingText(report, limits));

function lastWorkingText({ lastGood, firstBad, ...report }: Report, { cell, rows }: Limits): string[] {
  if (lastGood !== null)
    return [firstBad === null ? `${inline(lastGood, cell)}, as far as is known` : inline(lastGood, cell)];
  const good = tested(report, 'good').map((row) => inline(row.version, cell));
  if (good.length > 0)
    return [
      `Not known. Of the releases that were run, ${some(good, rows)} ${good.length > 1 ? 'work' : 'works'}.`,
    ];
  return [tested(report, 'bad').length > 0 ? 'None of the releases that were run works.' : 'Not known.'];
}

/** Which releases are broken: the first one, the newest one, and a newer one that fails otherwise. */
export const version = (report: Report, { cell }: Limits): string[] =>
  inTerms(report, [[...brokenText(report, cell), ...otherwiseText(report, cell)].join(' ')]);

const inTerms = ({ answer }: Report, texts: readonly string[]): string[] =>
  texts.map((text) => termed(text, answer.terms));

function brokenText(report: Report, cell: number): string[] {
  const { firstBad, newestBad } = report;
  const newest = newestBad === null ? '' : inline(newestBad, cell);
  if (firstBad !== null) {
    const later = newest && newestBad !== firstBad ? [`${newest} the newest that was run and is broken`] : [];
    return [`${[firstText(report, firstBad, cell), ...later].join(', ')}.`];
  }
  if (newest) return [`${newest} is the newest that was run and is broken.`];
  return ['No broken release was seen.', ...newestText(report, cell)];
}

function firstText(report: Report, firstBad: string, cell: number): string {
  const first = inline(firstBad, cell);
  const between = untestedBefore(report, { version: firstBad, label: 'first broken' });
  if (between.length === 0) return `${first} is the first that is broken`;
  const named = between.map((one) => inline(one, cell));
  return `${first} is the first that was found broken (of ${some(named, 6)} before it nothing is known)`;
}

function newestText(report: Report, cell: number): string[] {
  const last = report.rows.findLast(({ basis }) => basis === 'tested');
  if (!last) return ['No release was run.'];
  const well = tested(report, 'good').at(-1);
  if (last === well) return [`The newest that was run is ${inline(last.version, cell)}, and works.`];
  return [
    ...(last.verdict === 'skip' && last.label !== 'different failure'
      ? [`The newest that was run, ${inline(last.version, cell)}, gave no verdict.`]
      : []),
    ...(well ? [`The newest that works is ${inline(well.version, cell)}.`] : []),
  ];
}

/** A newer release that fails in another way is neither as the broken ones nor well. */
function otherwiseText({ rows, newestBad }: Report, cell: number): string[] {
  const from = rows.findIndex((row) => row.version === newestBad);
  const other = rows.findLast(({ label }, index) => label === 'different failure' && index > from);
  return other
    ? [`${inline(other.version, cell)} ${from < 0 ? 'fails' : 'is newer, and fails'} in another way.`]
    : [];
}

const tested = ({ rows }: Pick<Report, 'rows'>, verdict: 'good' | 'bad') =>
  rows.filter((row) => row.basis === 'tested' && row.verdict === verdict);

const isBefore = ({ rows }: Report, one: ReportRow | undefined, other: ReportRow | undefined) =>
  one !== undefined && other !== undefined && rows.indexOf(one) < rows.indexOf(other);

const some = (items: readonly string[], most: number) =>
  items.length > most
    ? listed([...items.slice(0, most), `${items.length - most} more`], 'and')
    : listed(items, 'and');
