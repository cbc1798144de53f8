import { describe, expect, it } from 'vitest';
import { broken as brokenOf, lastWorking, regression } from '../../../src/report/blocks/standing.js';
import { paragraph, type Inline } from '../../../src/report/document.js';
import { ISSUE, limitsAt } from '../../../src/report/limits.js';
import { markdown } from '../../../src/report/markdown.js';
import type { Report, ReportRow } from '../../../src/report/report.js';
import { sampleReport } from '../../helpers/reports.js';

const limits = limitsAt(0, ISSUE);
const said = (of: Inline) => markdown([paragraph(of)], { limits });

const row = (name: string, label: ReportRow['label']): ReportRow => {
  const [one, bad] = [sampleReport.rows[0], sampleReport.rows[6]] as [ReportRow, ReportRow];
  if (label === 'works' || label === 'last known good') return { ...one, version: name, label };
  return label === 'broken' || label === 'first broken'
    ? { ...bad, version: name, label }
    : { ...bad, version: name, label, verdict: 'skip' };
};

/** A report on such rows, of which nothing is known to have changed. */
function report(labels: Readonly<Record<string, ReportRow['label']>>, more: Partial<Report> = {}): Report {
  const rows = Object.entries(labels).map(([name, label]) => row(name, label));
  const newestBad = rows.findLast(({ verdict }) => verdict === 'bad')?.version ?? null;
  const unknown = { isRegression: 'unknown', lastGood: null, firstBad: null } as const;
  return { ...sampleReport, comparisons: [], ...unknown, rows, newestBad, ...more };
}

const asked = (one: Report) => said(regression(one, limits.rows));
const worked = (one: Report) => said(lastWorking(one, limits.rows));
const broken = (one: Report) => said(brokenOf(one));

describe('the question whether it is a regression', () => {
  it('is answered with yes in the words of the form', () => {
    expect(asked({ ...sampleReport, isRegression: 'yes' })).toBe('Yes, this worked in a previous version');
  });

  it.each([
    ['no release could be judged', { '1.0.1': 'untestable' }],
    [
      'no release that was judged is broken, but not every one was judged',
      { '1.0.1': 'works', '1.0.2': 'untestable' },
    ],
    ['none of the releases that were judged works, but others may', { '1.0.1': 'broken', '1.0.3': 'broken' }],
    [
      'an older release works and a newer one does not, but which release broke it is not certain',
      { '1.0.1': 'works', '1.0.2': 'suspect', '1.0.3': 'broken' },
    ],
    ['no release before the broken ones is known to work', { '1.0.1': 'broken', '1.0.2': 'works' }],
  ] as const)('is left open with the reason: %s', (reason, labels) => {
    expect(asked(report(labels))).toBe(`I don't know: ${reason}.`);
  });

  it('is left open where it is not proved which releases ran, though the command found one', () => {
    const unproved = { lastGood: '1.0.1', firstBad: '1.0.2' };
    expect(asked(report({ '1.0.1': 'last known good', '1.0.2': 'first broken' }, unproved))).toBe(
      "I don't know: that it was these releases that ran is not proved.",
    );
  });

  it('is answered with no by naming what was tested', () => {
    const no = { isRegression: 'no' } as const;
    expect(asked(report({ '1.0.1': 'works', '1.0.2': 'works' }, no))).toBe(
      'No: 1.0.1 and 1.0.2 were tested, and all work.',
    );
    expect(asked(report({ '1.0.1': 'works' }, no))).toBe('No: 1.0.1 was tested, and works.');
    expect(asked(report({ '1.0.1': 'broken' }, no))).toBe(
      'No, this never worked: every release was tested, back to the oldest one, and none works.',
    );
  });
});

describe('the last working version', () => {
  it('is the last good one, with a word of doubt where the first broken one is not known', () => {
    expect(worked(sampleReport)).toBe('2.1.146');
    expect(worked({ ...sampleReport, firstBad: null })).toBe('2.1.146, as far as is known');
  });

  it('is not known where no change was found, whatever works', () => {
    expect(worked(report({ '1.0.1': 'works', '1.0.2': 'untestable' }))).toBe(
      'Not known. Of the releases that were run, 1.0.1 works.',
    );
    expect(worked(report({ '1.0.1': 'broken' }))).toBe('None of the releases that were run works.');
  });
});

describe('the broken version', () => {
  it('is the first one, and the newest', () => {
    expect(broken(sampleReport)).toBe(
      '2.1.147 is the first that is broken, 2.1.150 the newest that was run and is broken.',
    );
    expect(broken(report({ '1.0.1': 'broken' }))).toBe('1.0.1 is the newest that was run and is broken.');
  });

  it('does not hide a newer one that fails in another way', () => {
    const labels = { '1.0.1': 'works', '1.0.2': 'first broken', '1.0.3': 'different failure' } as const;
    expect(broken(report(labels, { firstBad: '1.0.2' }))).toBe(
      '1.0.2 is the first that is broken. 1.0.3 is newer, and fails in another way.',
    );
    const older = { '1.0.1': 'different failure', '1.0.2': 'broken' } as const;
    expect(broken(report(older))).toBe('1.0.2 is the newest that was run and is broken.');
  });

  it('was not seen where none is: the newest that was run may all the same have given no verdict', () => {
    expect(broken(report({ '1.0.1': 'works', '1.0.2': 'works' }))).toBe(
      'No broken release was seen. The newest that was run is 1.0.2, and works.',
    );
    expect(broken(report({ '1.0.1': 'works', '1.0.2': 'untestable' }))).toBe(
      'No broken release was seen. The newest that was run, 1.0.2, gave no verdict. The newest that works is 1.0.1.',
    );
    expect(broken(report({ '1.0.1': 'works', '1.0.2': 'different failure' }))).toBe(
      'No broken release was seen. The newest that works is 1.0.1. 1.0.2 fails in another way.',
    );
  });
});
