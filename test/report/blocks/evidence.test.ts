import { describe, expect, it } from 'vitest';
import { comparedBlocks } from '../../../src/report/blocks/arm.js';
import { tellingBlocks } from '../../../src/report/blocks/findings.js';
import type { ArmComparison, Comparison } from '../../../src/report/comparison.js';
import type { ArmEvidence } from '../../../src/report/evidence.js';
import { ISSUE, limitsAt } from '../../../src/report/limits.js';
import type { LogDifference } from '../../../src/report/logs.js';
import { markdown } from '../../../src/report/markdown.js';
import { sampleReport } from '../../helpers/reports.js';
import { codeOf, parsed, text } from '../../helpers/mdast.js';

const limits = limitsAt(0, ISSUE);

describe('the difference of two logs', () => {
  const [pair] = sampleReport.comparisons as [Comparison];
  const [arm] = pair.arms as [ArmComparison];
  const SAME = [{ kind: 'same', text: 'started' }] as const;
  const shown = (changes: Partial<LogDifference>, more: Partial<ArmComparison> = {}) => {
    const log = { ...(arm.log as LogDifference), ...changes };
    return parsed(markdown(comparedBlocks(sampleReport, pair, { ...arm, log, ...more }, limits), { limits }));
  };

  it.each<[string, Partial<LogDifference>, string]>([
    [
      'no line names the server, instead of that those lines do not differ',
      { focused: [], serverLines: { good: 0, bad: 0 } },
      'No line in the logs of 2.1.146 and 2.1.147 names the server.',
    ],
    [
      'the lines that name the server are alike, and the others are not',
      { focused: SAME },
      'In the lines that name the server, the logs of 2.1.146 and 2.1.147 do not differ.',
    ],
    [
      'no line differs',
      { telling: [], focused: SAME, full: SAME },
      'The debug logs of 2.1.146 and 2.1.147 do not differ: every line is in both, equally often.',
    ],
    [
      'there is one log of each',
      { goodLogs: 1, badLogs: 1 },
      'In the log of 2.1.147, and not in that of 2.1.146:',
    ],
  ])('says so where %s', (_, changes, said) => {
    expect(text(shown(changes))).toContain(said);
  });

  it.each([
    ['2.1.146', '2.1.147', { goodLogs: 0 }],
    ['2.1.147', '2.1.146', { badLogs: 0 }],
  ])('is none where %s wrote no log: that of %s is shown as what it is', (silent, other, changes) => {
    const own = (evidence: ArmEvidence) => ({ ...evidence, log: ['gave up'] });
    const blocks = shown(changes, { good: own(arm.good), bad: own(arm.bad) });
    expect(text(blocks)).toContain(
      `${silent} wrote no debug log, so there is nothing to compare that of ${other} with.`,
    );
    expect(codeOf(blocks, 'text')).toEqual(['gave up']);
    expect(codeOf(blocks, 'diff')).toEqual([]);
  });
});

describe('a release that can be compared with none', () => {
  const [well, badly] = ['2.1.146', '2.1.147'].map((version) => sampleReport.evidence.get(version) ?? []);
  const [control, failing] = badly as [ArmEvidence, ArmEvidence];
  /** What is shown of these releases, the oldest first. */
  const shown = (...evidence: (readonly ArmEvidence[])[]) => {
    const releases = new Map(evidence.map((arms, index) => [`2.1.${index}`, arms]));
    const report = { ...sampleReport, comparisons: [], evidence: releases };
    return parsed(markdown(tellingBlocks(report, limits), { limits }));
  };

  it('shows what it logged of the server, and what it printed, in the arms that fail, which come first', () => {
    const tree = shown([control, { ...failing, stderr: 'Trace: gave up\n', stdout: 'told so\n' }]);
    expect(codeOf(tree, 'text')).toEqual([failing.log.join('\n'), 'told so', 'Trace: gave up']);
    expect(text(tree.children?.[0] ?? tree)).toMatch(/^404 before tools, /);
  });

  it('shows no log of what works', () => {
    const arms = (well ?? []).map((arm) => ({ ...arm, log: ['a line'], stderr: 'a line' }));
    expect(codeOf(shown(arms), 'text')).toEqual([]);
  });

  it('is the newest that fails, or else the newest that gave no verdict, rather than one that works', () => {
    const crashed = (well ?? []).map((arm) => ({
      ...arm,
      outcome: 'unclear' as const,
      steps: [],
      tools: [],
    }));
    expect(text(shown(crashed, well ?? []))).toContain(
      'The servers were asked nothing. How the run ended: 2.1.0 ',
    );
    expect(text(shown(badly ?? [], crashed))).toContain('The journal of 2.1.0');
  });
});
