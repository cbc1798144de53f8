/** What should happen, and that it does where the server gives no occasion to fail. Pure. */
import type { Report } from '../../report.js';
import { armTable, primary } from '../comparison.js';
import { inline } from '../escape.js';
import type { Limits } from '../limits.js';

/** The report's word on it, what the control showed, and the part of the specification unless that is in the word. */
export function expected(report: Report, limits: Limits): string[] {
  return [
    inline(report.expected, limits.prose),
    ...control(report, limits),
    ...specification(report, limits),
  ];
}

function control(report: Report, limits: Limits): string[] {
  const pair = primary(report);
  const arms = pair?.arms.filter(({ isControl }) => isControl) ?? [];
  if (!pair || arms.length === 0) return [];
  return [
    'The control: a server that gives no occasion to fail. A release that does not pass it is never blamed.',
    armTable(report, pair, arms, limits),
  ];
}

/** With a command in its place the scenario lent its servers, and its story is not what was judged. */
function specification(report: Report, { prose }: Limits): string[] {
  const { spec } = report.scenario;
  if (report.oracle !== null || spec.trim() === '' || report.expected.includes(spec)) return [];
  const differ = primary(report) ? '; that releases differ is' : '';
  return [
    `The part of the specification that this is about: ${inline(spec, prose)}. How it is to be read is not for this report to say${differ}.`,
  ];
}
