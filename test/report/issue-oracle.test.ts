import { describe, expect, it } from 'vitest';
import { markdownOf } from '../../src/report/issue.js';
import type { ArmComparison, Comparison, Report } from '../../src/report/report.js';
import { sampleReport } from '../helpers/reports.js';
import { all, codeOf, parsed, text, under } from '../helpers/mdast.js';

const [pair] = sampleReport.comparisons as [Comparison];
const [arm] = pair.arms as [ArmComparison];
const COMMAND = 'case $V in 2.1.146) exit 0;; *) exit 1;; esac';

/** A report in which a command judged, though nothing in it has forgotten the scenario. */
const report: Report = {
  ...sampleReport,
  oracle: COMMAND,
  configuration: null,
  comparisons: [
    {
      ...pair,
      arms: [
        {
          ...arm,
          good: { ...arm.good, stdout: 'all is well\n' },
          bad: { ...arm.bad, stdout: 'no tools\nat all\n', stderr: 'a complaint\n' },
        },
      ],
    },
  ],
};
const tree = parsed(markdownOf(report));

describe('a report in which a command judged', () => {
  it('says nothing of what the scenario is about: it only lent its servers', () => {
    const { spec, issue, prompt } = sampleReport.scenario;
    for (const one of [spec, issue, prompt]) expect(text(tree)).not.toContain(one);
    expect(all(tree, 'link')).toEqual([]);
  });

  it('shows what the command printed on either release', () => {
    const blocks = codeOf(under(tree, 'Error Messages/Logs'), 'text');
    expect(blocks).toEqual(expect.arrayContaining(['no tools\nat all', 'a complaint', 'all is well']));
  });

  it('shows the command as one piece of code', () => {
    const setting = tree.children?.[1];
    expect(setting && all(setting, 'inlineCode').map(text)).toEqual([COMMAND]);
  });
});

describe('a warning', () => {
  it('is not cut where a command in it is long', () => {
    const warning = `${'x'.repeat(1_000)} and no control arm was run.`;
    const quote = all(parsed(markdownOf({ ...report, warnings: [warning] })), 'blockquote')
      .map(text)
      .join('');
    expect(quote).toContain('and no control arm was run.');
  });

  it('of very many is counted', () => {
    const warnings = Array.from({ length: 100 }, (_, index) => `number ${index}`);
    const quote = all(parsed(markdownOf({ ...report, warnings })), 'blockquote')
      .map(text)
      .join('');
    expect(quote).toContain('40 warnings left out here.');
  });
});
