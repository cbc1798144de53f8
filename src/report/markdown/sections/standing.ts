/** Is it a regression, what worked last, what is broken: only what was seen. Pure. */
import type { Report, ReportRow } from '../../report.js';
import { inline } from '../escape.js';
import type { Limits } from '../limits.js';
import { listed } from '../../words.js';

export function regression(report: Report): string[] {
  if (isRegression(report)) return ['Yes, this worked in a previous version'];
  const [good, bad] = [tested(report, 'good'), tested(report, 'bad')];
  if (good.length + bad.length === 0) return ['Not known: no release could be judged.'];
  if (bad.length === 0) return ['No: every release that was run works.'];
  if (good.length === 0) return ['Not known: no release that was run works.'];
  return [isBefore(report, good[0], bad[0]) ? DOUBTFUL : LATER];
}

const DOUBTFUL =
  'Probably: an older release works and a newer one does not, but which release broke it is not certain.';
const LATER =
  'Not known: the releases that work are newer than those that do not. It was fixed; whether it ever worked before was not asked.';

function isRegression({ outcome, lastGood, firstBad, asked }: Report): boolean {
  return outcome === 'found' && asked !== 'fix' && lastGood !== null && firstBad !== null;
}

export function lastWorking(report: Report, { cell, rows }: Limits): string[] {
  if (report.lastGood !== null) return [inline(report.lastGood, cell)];
  const good = tested(report, 'good').map((row) => inline(row.version, cell));
  if (good.length > 0)
    return [
      `Not known. Of the releases that were run, ${some(good, rows)} ${good.length > 1 ? 'work' : 'works'}.`,
    ];
  return [tested(report, 'bad').length > 0 ? 'None of the releases that were run works.' : 'Not known.'];
}

export function version(report: Report, { cell }: Limits): string[] {
  const [first, newest] = [report.firstBad, report.newestBad].map((one) => one && inline(one, cell));
  if (first && newest && first !== newest)
    return [`${first} is the first that is broken, ${newest} the newest that was run and is broken.`];
  if (first) return [`${first} is the first that is broken.`];
  if (newest) return [`${newest} is the newest that was run and is broken.`];
  const last = report.rows.findLast(({ basis }) => basis === 'tested');
  return [
    last
      ? `No broken release was seen. The newest that was run is ${inline(last.version, cell)}.`
      : 'No release was run.',
  ];
}

const tested = ({ rows }: Report, verdict: 'good' | 'bad') =>
  rows.filter((row) => row.basis === 'tested' && row.verdict === verdict);

const isBefore = ({ rows }: Report, one: ReportRow | undefined, other: ReportRow | undefined) =>
  one !== undefined && other !== undefined && rows.indexOf(one) < rows.indexOf(other);

const some = (items: readonly string[], most: number) =>
  items.length > most
    ? listed([...items.slice(0, most), `${items.length - most} more`], 'and')
    : listed(items, 'and');
