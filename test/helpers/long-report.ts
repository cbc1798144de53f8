/** Reports of the size that Claude Code's release list has. */
import type { ReleaseEvidence, Report, ReportRow } from '../../src/report/report.js';
import { sampleReport } from './reports.js';

/** A report on so many releases, of which every `every`th was tested. */
export function longReport(count: number, every: number): Report {
  const [good, , , bad] = sampleReport.rows;
  const [goodEvidence, , badEvidence] = sampleReport.releases;
  if (!good || !bad || !goodEvidence || !badEvidence) throw new Error('The sample has lost its releases.');
  const middle = Math.floor(count / 2);
  const rows = Array.from({ length: count }, (_, index): ReportRow => {
    const isTested = index % every === 0 || index === middle || index === middle - 1;
    const label = index < middle ? 'works' : 'broken';
    return {
      ...(index < middle ? good : bad),
      version: `3.0.${index}`,
      label: index === middle ? 'first broken' : index === middle - 1 ? 'last known good' : label,
      ...(isTested ? {} : { basis: 'inferred', runs: 0, rounds: { good: 0, bad: 0, skip: 0 }, reason: '' }),
    };
  });
  const releases = rows
    .filter(({ basis }) => basis === 'tested')
    .map(({ version, label, verdict }): ReleaseEvidence => {
      const seen = verdict === 'good' ? goodEvidence : badEvidence;
      return { ...seen, version, label };
    });
  const [lastGood, firstBad] = [`3.0.${middle - 1}`, `3.0.${middle}`];
  const comparisons = sampleReport.comparisons.map((one) => ({ ...one, good: lastGood, bad: firstBad }));
  return { ...sampleReport, rows, releases, lastGood, firstBad, newestBad: null, comparisons, path: [] };
}
