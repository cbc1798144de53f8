/** What should happen, and that it does where the server gives no occasion to fail. Pure. */
import type { Report } from '../../report.js';
import { armTable, primary } from '../comparison.js';
import { inline } from '../escape.js';
import type { Limits } from '../limits.js';

export function expected(report: Report, limits: Limits): string[] {
  const { spec } = report.scenario;
  const isNamed = spec.trim() === '' || report.expected.includes(spec);
  return [
    inline(report.expected, limits.prose),
    ...control(report, limits),
    isNamed
      ? ''
      : `The part of the specification that this is about: ${inline(spec, limits.prose)}. How it is to be read is not for this report to say; that releases differ is.`,
  ];
}

function control(report: Report, limits: Limits): string[] {
  const pair = primary(report);
  const arms = pair?.arms.filter(({ isControl }) => isControl) ?? [];
  if (!pair || arms.length === 0) return [];
  return [
    'The control: a server that gives no occasion to fail. A release that does not pass it is never blamed.',
    armTable('Server behaviour', pair, arms, limits),
  ];
}
