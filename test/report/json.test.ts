import { describe, expect, it } from 'vitest';
import type { Answer } from '../../src/search/answer.js';
import { answerDocument, tableDocument } from '../../src/report/json.js';
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
const documentOf = (answer: Answer) => answerDocument(answer, facts);

describe('the document of a run', () => {
  it('has the fields of the contract', async () => {
    const document = documentOf(await asked(['good', 'good', 'bad']));
    expect(document).toMatchObject({
      schema: 1,
      client: 'claude-code',
      scenario: 'get-stream-404',
      platform: 'linux-x64',
      mode: 'headless' as const,
      isolation: 'bwrap',
      oracle: null,
      arms: null,
      direction: 'regression',
      outcome: 'found',
      lastGood: '1.0.1',
      firstBad: '1.0.2',
      suspects: [],
      contradictions: [],
      confidence: null,
      probed: ['1.0.0', '1.0.2', '1.0.1'],
      downloads: 3,
      elapsedMs: 9000,
    });
    expect(document).not.toHaveProperty('firstGood');
  });

  it('has a row for every release of the range', async () => {
    const { table } = documentOf(await asked(['good', 'good', 'good', 'bad']));
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

  it('names the ends of a fix in the words of a fix', async () => {
    expect(documentOf(await asked(['bad', 'bad', 'good'], FIX))).toMatchObject({
      direction: 'fix',
      outcome: 'found',
      lastBad: '1.0.1',
      firstGood: '1.0.2',
    });
  });

  it('has all four names for a window', async () => {
    expect(documentOf(await asked(['good', 'bad', 'bad', 'good'], window('1.0.1')))).toMatchObject({
      direction: 'window',
      outcome: 'found',
      lastGood: '1.0.0',
      firstBad: '1.0.1',
      lastBad: '1.0.2',
      firstGood: '1.0.3',
    });
  });

  it('has null for what is not known: a window that is still open', async () => {
    expect(documentOf(await asked(['good', 'bad', 'bad'], window('1.0.1')))).toMatchObject({
      outcome: 'found',
      lastGood: '1.0.0',
      firstBad: '1.0.1',
      lastBad: null,
      firstGood: null,
    });
  });

  it('has no first bad release where there are suspects', async () => {
    expect(documentOf(await asked(['good', 'skip', 'bad']))).toMatchObject({
      outcome: 'inconclusive',
      lastGood: '1.0.0',
      firstBad: null,
      suspects: ['1.0.1'],
    });
  });

  it('has none where earlier runs show more than one change', async () => {
    expect(documentOf(await asked(['good', 'bad|', 'good', 'bad', 'bad']))).toMatchObject({
      outcome: 'inconclusive',
      lastGood: '1.0.2',
      firstBad: null,
      contradictions: ['1.0.1'],
    });
  });

  it('has neither where the ends agree', async () => {
    expect(documentOf(await asked(['good', 'good']))).toMatchObject({
      outcome: 'ends-agree',
      lastGood: null,
      firstBad: null,
    });
  });

  it('has no last good release where the one before the suspects is a coin toss', async () => {
    const coins = Array<string>(5).fill('good bad '.repeat(30));
    const document = documentOf(await asked(coins, REGRESSION, { confirm: 2, maxRounds: 40 }));
    expect(document).toMatchObject({ outcome: 'inconclusive', lastGood: null, firstBad: null });
  });

  it('says how sure the answer is, and which releases disagreed with themselves', async () => {
    const noisy = ['good', 'good', 'good bad good', 'bad', 'bad', 'bad'];
    const document = documentOf(await asked(noisy, REGRESSION, { confirm: 2 }));
    expect(document['confidence']).toBeGreaterThanOrEqual(0.95);
    const table = document['table'] as { flaky: boolean; rounds: { bad: number } }[];
    expect(table.map(({ flaky }) => flaky)).toEqual([false, false, true, false, false, false]);
    expect(table[2]?.rounds.bad).toBe(1);
  });

  it('marks a different failure', async () => {
    const { table } = documentOf(await asked(['good', 'other', 'bad']));
    expect(table).toMatchObject([{}, { verdict: 'skip', differentFailure: true }, {}]);
  });

  it('tells how each search went, step by step', async () => {
    const steps = [{ atMs: 0, why: 'ends' as const, rounds: [{ version: '1.0.0', count: 1 }] }];
    const document = answerDocument(await asked(['good', 'bad']), facts, [steps, []]);
    expect(document['searches']).toEqual([{ steps }, { steps: [] }]);
  });
});

describe('the document of a table', () => {
  it('names every boundary in order, with its direction', async () => {
    expect(tableDocument(await scanned(['good', 'bad', 'skip', 'good']), facts)).toMatchObject({
      schema: 1,
      outcome: 'inconclusive',
      differences: [],
      client: 'claude-code',
      boundaries: [
        { direction: 'regression', before: '1.0.0', after: '1.0.1', suspects: [] },
        { direction: 'fix', before: '1.0.1', after: '1.0.3', suspects: ['1.0.2'] },
      ],
      table: [{ version: '1.0.0' }, { version: '1.0.1' }, { version: '1.0.2' }, { version: '1.0.3' }],
      probed: ['1.0.0', '1.0.2', '1.0.1'],
      downloads: 3,
    });
  });

  it('names neighbours that fail in different ways', async () => {
    expect(tableDocument(await scanned(['good', 'bad', 'other']), facts)).toMatchObject({
      outcome: 'found',
      boundaries: [{ before: '1.0.0', after: '1.0.1' }],
      differences: [{ before: '1.0.1', after: '1.0.2' }],
    });
  });
});
