/** Reports of the size that Claude Code's release list has. */
import type { Report } from '../../src/report/report.js';
import type { Row } from '../../src/search/answer.js';
import { sampleReport, sampleRun, withRows } from './reports.js';

/** A report on so many releases, of which every `every`th was tested. */
export function longReport(count: number, every: number): Report {
  const [good, , , bad] = sampleRun.answer.rows as [Row, Row, Row, Row];
  const middle = Math.floor(count / 2);
  const rows = Array.from({ length: count }, (_, index): Row => {
    const isTested = index % every === 0 || index === middle || index === middle - 1;
    const label = index < middle ? 'works' : 'broken';
    return {
      ...(index < middle ? good : bad),
      version: `3.0.${index}`,
      label: index === middle ? 'first broken' : index === middle - 1 ? 'last known good' : label,
      ...(isTested ? {} : { basis: 'inferred', runs: 0, rounds: { good: 0, bad: 0, skip: 0 }, reason: '' }),
    };
  });
  const tested = rows.filter(({ basis }) => basis === 'tested');
  const evidence = tested.map(({ version, verdict }) => {
    const seen = sampleReport.evidence.get(verdict === 'good' ? good.version : bad.version);
    return [version, seen ?? []] as const;
  });
  const [lastGood, firstBad] = [`3.0.${middle - 1}`, `3.0.${middle}`];
  return withRows(rows, {
    claims: { ...sampleReport.claims, lastGood, firstBad, newestBad: null },
    comparisons: sampleReport.comparisons.map((one) => ({ ...one, good: lastGood, bad: firstBad })),
    evidence: new Map(evidence),
  });
}
