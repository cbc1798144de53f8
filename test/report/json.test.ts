import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { answerDocument, reportDocument, tableDocument } from '../../src/report/json.js';
import { reportOf } from '../../src/report/report.js';
import { keptRun } from '../helpers/kept-runs.js';
import { asked, FIX, REGRESSION, scanned, window } from './asked.js';

const facts = {
  client: 'claude-code',
  scenario: 'get-stream-404',
  platform: 'linux-x64',
  mode: 'headless' as const,
  isolation: 'bwrap' as const,
  oracle: null,
  arms: null,
  probed: ['1.0.0', '1.0.2', '1.0.1'],
  downloads: 3,
  elapsedMs: 9000,
};
const documentOf = async (...question: Parameters<typeof asked>) =>
  answerDocument(await asked(...question), facts);

describe('the document of a run', () => {
  it('has the fields of the contract', async () => {
    const document = await documentOf(['good', 'good', 'bad']);
    const { probed, downloads, elapsedMs } = facts;
    const answer = { direction: 'regression', outcome: 'found', lastGood: '1.0.1', firstBad: '1.0.2' };
    const doubts = { suspects: [], contradictions: [], confidence: null };
    expect(document).toMatchObject({
      schema: 1,
      ...facts,
      ...answer,
      ...doubts,
      probed,
      downloads,
      elapsedMs,
    });
    expect(document).not.toHaveProperty('firstGood');
  });

  it('has a row for every release of the range', async () => {
    const { table } = await documentOf(['good', 'good', 'good', 'bad']);
    expect(table).toHaveLength(4);
    expect((table as unknown[])[3]).toEqual({
      version: '1.0.3',
      publishedAt: '2026-05-04T10:20:30.400Z',
      timeDoubtful: false,
      verdict: 'bad',
      basis: 'tested',
      runs: 1,
      reason: 'trial: tools-lost',
      integrity: 'sha512-3',
      rounds: { good: 0, bad: 1, skip: 0 },
      flaky: false,
      differentFailure: false,
    });
  });

  const coins = Array<string>(5).fill('good bad '.repeat(30));
  it.each<[string, Parameters<typeof asked>, object]>([
    [
      'in the words of a fix',
      [['bad', 'bad', 'good'], FIX],
      { direction: 'fix', outcome: 'found', lastBad: '1.0.1', firstGood: '1.0.2' },
    ],
    [
      'by all four names for a window',
      [['good', 'bad', 'bad', 'good'], window('1.0.1')],
      { direction: 'window', lastGood: '1.0.0', firstBad: '1.0.1', lastBad: '1.0.2', firstGood: '1.0.3' },
    ],
    [
      'with null for a window that is still open',
      [['good', 'bad', 'bad'], window('1.0.1')],
      { outcome: 'found', lastGood: '1.0.0', firstBad: '1.0.1', lastBad: null, firstGood: null },
    ],
    [
      'without a first bad release where there are suspects',
      [['good', 'skip', 'bad']],
      { outcome: 'inconclusive', lastGood: '1.0.0', firstBad: null, suspects: ['1.0.1'] },
    ],
    [
      'without one where earlier runs show more than one change',
      [['good', 'bad|', 'good', 'bad', 'bad']],
      { outcome: 'inconclusive', lastGood: '1.0.2', firstBad: null, contradictions: ['1.0.1'] },
    ],
    [
      'without either where the ends agree',
      [['good', 'good']],
      { outcome: 'ends-agree', lastGood: null, firstBad: null },
    ],
    [
      'without a last good one where the one before the suspects is a coin toss',
      [coins, REGRESSION, { confirm: 2, maxRounds: 40 }],
      { outcome: 'inconclusive', lastGood: null, firstBad: null },
    ],
    [
      'with a different failure marked',
      [['good', 'other', 'bad']],
      { table: [{}, { verdict: 'skip', differentFailure: true }, {}] },
    ],
  ])('names the boundary %s', async (_, question, expected) => {
    expect(await documentOf(...question)).toMatchObject(expected);
  });

  it('says how sure the answer is, and which releases disagreed with themselves', async () => {
    const noisy = ['good', 'good', 'good bad good', 'bad', 'bad', 'bad'];
    const document = await documentOf(noisy, REGRESSION, { confirm: 2 });
    expect(document['confidence']).toBeGreaterThanOrEqual(0.95);
    const table = document['table'] as { flaky: boolean; rounds: { bad: number } }[];
    expect(table.map(({ flaky }) => flaky)).toEqual([false, false, true, false, false, false]);
    expect(table[2]?.rounds.bad).toBe(1);
  });

  it('tells how each search went, step by step', async () => {
    const steps = [{ atMs: 0, why: 'ends' as const, rounds: [{ version: '1.0.0', count: 1 }] }];
    const document = answerDocument(await asked(['good', 'bad']), facts, [steps, []]);
    expect(document['searches']).toEqual([{ steps }, { steps: [] }]);
  });
});

describe('the document of a table', () => {
  it('names every boundary in order, with its direction, and neighbours that fail in different ways', async () => {
    expect(tableDocument(await scanned(['good', 'bad', 'skip', 'good']), facts)).toMatchObject({
      schema: 1,
      ...facts,
      outcome: 'inconclusive',
      differences: [],
      boundaries: [
        { direction: 'regression', before: '1.0.0', after: '1.0.1', suspects: [] },
        { direction: 'fix', before: '1.0.1', after: '1.0.3', suspects: ['1.0.2'] },
      ],
      table: [{ version: '1.0.0' }, { version: '1.0.1' }, { version: '1.0.2' }, { version: '1.0.3' }],
    });
    expect(tableDocument(await scanned(['good', 'bad', 'other']), facts)).toMatchObject({
      boundaries: [{ before: '1.0.0', after: '1.0.1' }],
      differences: [{ before: '1.0.1', after: '1.0.2' }],
    });
  });
});

describe('the document of a report', () => {
  it('has the fields of the contract of a run, with the same values', async () => {
    const run = { ...keptRun(), answer: await asked(['good', 'good', 'bad']) };
    const of = { ...run, scenario: 'get-stream-404', arms: null };
    const { searches: _, changeLinks: __, ...contract } = answerDocument(run.answer, of);
    expect(reportDocument(reportOf(run, claudeCode))).toMatchObject(contract);
    expect(contract).toMatchObject({ schema: 1, lastGood: '1.0.1', firstBad: '1.0.2' });
  });

  it('says nothing of the scenario but its servers where a command judged', () => {
    const { about } = reportDocument(reportOf(keptRun({ oracle: './check.sh' }), claudeCode));
    const scenario = { server: 'gateway', issue: '', spec: '', tool: '', prompt: '' };
    expect(about).toMatchObject({ scenario });
  });
});
