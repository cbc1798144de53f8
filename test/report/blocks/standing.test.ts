import { describe, expect, it } from 'vitest';
import { broken, lastWorking, regression } from '../../../src/report/blocks/standing.js';
import { paragraph, type Inline } from '../../../src/report/document.js';
import { ISSUE, limitsAt } from '../../../src/report/limits.js';
import { markdown } from '../../../src/report/markdown.js';
import { reportOf } from '../../../src/report/report.js';
import { claudeCode } from '../../../src/clients/claude-code.js';
import type { Bounds } from '../../../src/session/range.js';
import { keptRun } from '../../helpers/kept-runs.js';
import type { Script } from '../../helpers/scripted.js';
import { asked, FIX, REGRESSION, scanned } from '../asked.js';

const limits = limitsAt(0, ISSUE);
const said = (of: Inline) => markdown([paragraph(of)], { limits });
const OPEN: Bounds = { wanted: 'regression', bad: 'latest' };

/** Whether it is a regression, what worked last, and what is broken, of releases that behave so. */
async function formOf(scripts: readonly Script[], bounds: Bounds | 'scan', oracle: string | null = null) {
  const answer = await (bounds === 'scan' ? scanned(scripts) : asked(scripts, bounds));
  const report = reportOf({ ...keptRun({ oracle }), answer, releases: {} }, claudeCode);
  return [
    said(regression(report, limits.rows)),
    said(lastWorking(report, limits.rows)),
    said(broken(report)),
  ];
}

describe('the form', () => {
  it.each<[string, readonly Script[], Bounds | 'scan', string, string, string]>([
    [
      'a first broken release',
      ['good', 'good', 'bad', 'bad'],
      REGRESSION,
      'Yes, this worked in a previous version',
      '1.0.1',
      '1.0.2 is the first that is broken, 1.0.3 the newest that was run and is broken.',
    ],
    [
      'one found after a gap',
      ['good', 'missing', 'bad'],
      REGRESSION,
      'Yes, this worked in a previous version',
      '1.0.0',
      '1.0.2 is the first that was found broken (of 1.0.1 before it nothing is known).',
    ],
    [
      'suspects',
      ['good', 'skip', 'bad'],
      REGRESSION,
      "I don't know: an older release works and a newer one does not, but which release broke it is not certain.",
      '1.0.0, as far as is known',
      '1.0.2 is the newest that was run and is broken.',
    ],
    [
      'nothing that could be judged',
      ['skip', 'skip'],
      REGRESSION,
      "I don't know: no release could be judged.",
      'Not known.',
      'No broken release was seen. The newest that was run, 1.0.1, gave no verdict.',
    ],
    [
      'nothing broken, and not all judged',
      ['good', 'skip'],
      REGRESSION,
      "I don't know: no release that was judged is broken, but not every one was judged.",
      'Not known. Of the releases that were run, 1.0.0 works.',
      'No broken release was seen. The newest that was run, 1.0.1, gave no verdict. The newest that works is 1.0.0.',
    ],
    [
      'broken ends',
      ['bad', 'bad'],
      REGRESSION,
      "I don't know: none of the releases that were judged works, but others may.",
      'None of the releases that were run works.',
      '1.0.1 is the newest that was run and is broken.',
    ],
    [
      'a fix',
      ['bad', 'good'],
      FIX,
      "I don't know: no release before the broken ones is known to work.",
      'Not known. Of the releases that were run, 1.0.1 works.',
      '1.0.0 is the newest that was run and is broken.',
    ],
    [
      'releases of which none ever worked',
      ['bad', 'bad', 'bad'],
      OPEN,
      'No, this never worked: every release was tested, back to the oldest one, and none works.',
      'None of the releases that were run works.',
      '1.0.2 is the newest that was run and is broken.',
    ],
    [
      'a scan of what works',
      ['good', 'good'],
      'scan',
      'No: 1.0.0 and 1.0.1 were tested, and all work.',
      'Not known. Of the releases that were run, 1.0.0 and 1.0.1 work.',
      'No broken release was seen. The newest that was run is 1.0.1, and works.',
    ],
    [
      'a newest release that fails in another way',
      ['good', 'bad', 'other'],
      { wanted: 'regression', good: '1.0.0', bad: '1.0.1' },
      'Yes, this worked in a previous version',
      '1.0.0',
      '1.0.1 is the first that is broken.',
    ],
  ])('is filled in on %s', async (_, scripts, bounds, ...answers) => {
    expect(await formOf(scripts, bounds)).toEqual(answers);
  });

  it('is left open where it is not proved which releases ran, though the command found one', async () => {
    const [worked] = await formOf(['good', 'bad'], REGRESSION, './check.sh');
    expect(worked).toBe("I don't know: that it was these releases that ran is not proved.");
  });
});
