import { describe, expect, it } from 'vitest';
import { logBlocks } from '../../../src/report/blocks/logs.js';
import { ISSUE, limitsAt } from '../../../src/report/limits.js';
import { markdown } from '../../../src/report/markdown.js';
import type { ArmComparison, LogDifference } from '../../../src/report/report.js';
import { armWith, ONE_SIDED, ONLY_LINE, pair, SAME } from '../../helpers/report-logs.js';
import { codeOf, parsed, text } from '../../helpers/mdast.js';

const limits = limitsAt(0, ISSUE);
const shown = (arm: ArmComparison) => parsed(markdown(logBlocks(pair, arm, limits), { limits }));
const blocksOf = (changes: Partial<LogDifference>) => shown(armWith(changes));

describe('the difference of two logs', () => {
  it('does not claim that a line is in one of them only: it may be in both, more often in one', () => {
    expect(text(blocksOf({}))).toContain(
      'The lines that name the server. +: only in the log of 2.1.147, or more often there; -: only in that of 2.1.146, or more often there. A line that has only moved counts as unchanged, and stands where 2.1.147 has it.',
    );
  });

  it('says so where no line names the server, instead of that those lines do not differ', () => {
    const blocks = text(blocksOf({ focused: [], serverLines: { good: 0, bad: 0 } }));
    expect(blocks).toContain('No line in the logs of 2.1.146 and 2.1.147 names the server.');
    expect(blocks).not.toContain('do not differ');
  });

  it('says so where the lines that name the server are alike, and the others are not', () => {
    const blocks = text(blocksOf({ focused: SAME, serverLines: { good: 1, bad: 1 } }));
    expect(blocks).toContain(
      'In the lines that name the server, the logs of 2.1.146 and 2.1.147 do not differ.',
    );
    expect(blocks).toContain('The whole difference of the logs, 2 lines');
  });

  it('shows no fold of a difference that there is not', () => {
    const blocks = blocksOf({ telling: [], focused: SAME, full: SAME });
    expect(text(blocks)).toBe(
      'The debug logs of 2.1.146 and 2.1.147 do not differ: every line is in both, equally often.',
    );
  });

  it.each(ONE_SIDED)(
    'is none where %s wrote no log: that of %s is shown as what it is',
    (silent, other, alone) => {
      const blocks = shown(alone);
      expect(text(blocks)).toContain(
        `${silent} wrote no debug log, so there is nothing to compare that of ${other} with.`,
      );
      expect(codeOf(blocks, 'text')).toEqual([ONLY_LINE]);
      expect(codeOf(blocks, 'diff')).toEqual([]);
      expect(text(blocks)).not.toContain('only in the log');
    },
  );
});
