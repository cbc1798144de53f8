import { describe, expect, it } from 'vitest';
import { sentenceOf } from '../../src/report/sentence.js';
import { asked, said } from './asked.js';

/** What scripts do not bring about: test/golden/expected/answers.md has the sentences of all kinds of answers. */

describe('noise without an answer', () => {
  const withConfidence = async (confidence: number) => {
    const answer = await asked(['good', 'skip', 'bad']);
    const changes = answer.changes.map((change) => ({ ...change, confidence }));
    return sentenceOf({ ...answer, changes });
  };

  it('is probably where it is more probable than not', async () => {
    expect(await withConfidence(0.817)).toBe(
      'Inconclusive: the first broken release is probably 1.0.1 or 1.0.2 (81 % sure), since runs of the same release disagreed. Last known good: 1.0.0. More runs may tell: --repeat 5.',
    );
  });

  it.each([0.5, 0.3])('claims nothing probable at %d', async (confidence) => {
    const sentence = await withConfidence(confidence);
    expect(sentence).not.toContain('probably');
    expect(sentence).toContain(`is ${confidence * 100} % sure to be the first broken release`);
  });
});

describe('a search back that passes over releases', () => {
  it('counts what was run without a verdict apart', async () => {
    const answer = await asked(['bad', 'bad', 'bad', 'bad'], { wanted: 'regression', bad: 'latest' });
    const rows = answer.rows.map((row, index) => (index === 1 ? { ...row, verdict: 'skip' as const } : row));
    expect(await said(Promise.resolve({ ...answer, rows }))).toBe(
      'None of the 3 releases up to 1.0.3 that gave a verdict works; 1 gave no verdict.',
    );
  });
});
