import { describe, expect, it } from 'vitest';
import { tellingBlocks } from '../../../src/report/blocks/findings.js';
import { ISSUE, limitsAt } from '../../../src/report/limits.js';
import { markdown } from '../../../src/report/markdown.js';
import type { ArmEvidence, ReleaseEvidence, Report } from '../../../src/report/report.js';
import { sampleReport } from '../../helpers/reports.js';
import { all, codeOf, parsed, text } from '../../helpers/mdast.js';

const [good, , bad] = sampleReport.releases as [ReleaseEvidence, ReleaseEvidence, ReleaseEvidence];
const [failing] = bad.arms as [ArmEvidence];

const limits = limitsAt(0, ISSUE);

/** A report on these releases, which can be compared with none. */
const shown = (releases: readonly ReleaseEvidence[], more: Partial<Report> = {}) =>
  parsed(
    markdown(tellingBlocks({ ...sampleReport, comparisons: [], releases, ...more }, limits), { limits }),
  );
const titles = (tree: ReturnType<typeof shown>) => all(tree, 'strong').map(text);

describe('a release that can be compared with none', () => {
  it('shows what it logged of the server, and what it printed, in the arms that fail', () => {
    const arms = [...bad.arms.slice(1), { ...failing, stderr: 'Trace: gave up\n', stdout: 'told so\n' }];
    const tree = shown([{ ...bad, arms }]);
    expect(codeOf(tree, 'text')).toEqual([failing.log.join('\n'), 'told so', 'Trace: gave up']);
    expect(text(tree)).toContain(`The lines of the debug log of ${bad.version} that name the server.`);
    // The arm that fails comes first, though the control was run before it.
    expect(titles(tree)[0]).toBe('404 before tools');
  });

  it('shows no log of what works', () => {
    const arms = good.arms.map((arm) => ({ ...arm, log: ['a line'], stderr: 'a line' }));
    expect(codeOf(shown([{ ...good, arms }]), 'text')).toEqual([]);
  });

  it('is the newest that fails, or else the newest that gave no verdict, rather than one that works', () => {
    const crashed: ReleaseEvidence = {
      ...good,
      version: '2.1.1',
      arms: good.arms.map((arm) => ({ ...arm, outcome: 'unclear', steps: [], end: 'ended by SIGSEGV' })),
    };
    const tree = shown([crashed, { ...good, version: '2.1.2' }]);
    expect(text(tree)).toContain('2.1.1 after');
    expect(text(tree)).not.toContain('2.1.2');
    expect(text(shown([bad, crashed]))).toContain(`The journal of ${bad.version}`);
  });

  it('that asked nothing has no fold of nothing', () => {
    const tree = shown([{ ...bad, arms: [{ ...failing, steps: [], end: 'ended by SIGSEGV' }] }]);
    expect(text(tree)).toContain('The servers were asked nothing. How the run ended: ');
    expect(text(tree)).not.toContain('The journal of');
  });
});
