import { describe, expect, it } from 'vitest';
import { sentenceOf } from '../../src/report/sentence.js';
import { asked, known, REGRESSION, said, scanned, window } from './asked.js';

/** What is said where an end was not named, or where runs disagree: sentence.test.ts has the rest. */

const open = { wanted: 'regression', bad: 'latest' } as const;

describe('the sentence of a side on which no end was found', () => {
  it('names what could not be tested beyond it', async () => {
    expect(await said(asked(['skip', 'skip', 'bad', 'bad'], open))).toBe(
      'Inconclusive: 1.0.2 (published 2026-05-03 10:20 UTC) is broken, and 1.0.0 and 1.0.1 before it could not be tested: no release that works was found.',
    );
    expect(await said(asked(['bad', 'bad', 'skip'], { wanted: 'fix', bad: '1.0.0' }))).toBe(
      'Inconclusive: 1.0.1 (published 2026-05-02 10:20 UTC) is broken, and 1.0.2 after it could not be tested: no release that is fixed was found.',
    );
  });

  it('names what earlier runs know to be otherwise, and the option for it', async () => {
    expect(await said(asked(['bad', 'bad', 'bad', 'good|', 'bad', 'bad', 'bad'], open))).toBe(
      'Inconclusive: 1.0.0 is broken, but 1.0.3 is good, as earlier runs found. Name 1.0.3 with --good.',
    );
  });

  it('says how sure that is, where runs disagreed', async () => {
    const noisy = ['bad', 'bad', 'good bad', 'bad'];
    expect(await said(asked(noisy, open, { confirm: 2 }))).toMatch(
      /^No release works: the oldest one, .* Runs of the same release disagreed: this is 9\d % sure\.$/,
    );
  });
});

describe('the sentence about a bad release that nobody has named', () => {
  it.each([
    ['with a good one', { wanted: 'regression', good: '1.0.0' }],
    ['without', { wanted: 'regression' }],
  ] as const)('calls it the latest one, %s', async (_, bounds) => {
    const sentence = await said(asked(['good', 'good'], bounds));
    expect(sentence).toMatch(/^Nothing to bisect: the latest release, 1\.0\.1, is good \(good\)\. /);
    expect(sentence).not.toContain('was given');
  });

  it('still says which other one was named', async () => {
    expect(await said(asked(['bad', 'bad'], { wanted: 'regression', good: '1.0.0' }))).toContain(
      'Nothing to bisect: 1.0.0 was given as --good, but it is bad (trial: tools-lost).',
    );
  });

  it('is another one where it was named, though it is the latest', async () => {
    expect(await said(asked(['good', 'good'], window('latest')))).toContain(
      '1.0.1 was given as --bad, but it is good',
    );
  });
});

describe('the sentence of ends that agree among runs that disagree', () => {
  it('says how sure that is', async () => {
    const noisy = ['good', 'good', 'bad good'];
    expect(await said(asked(noisy, REGRESSION, { confirm: 2 }))).toMatch(
      /^Nothing to bisect: 1\.0\.2 was given as --bad, .*\. Runs of the same release disagreed: this is 9\d % sure\. If /,
    );
  });
});

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

  it('names no last good release where that is a coin toss', async () => {
    const coins = Array<string>(5).fill('good bad '.repeat(30));
    expect(await said(asked(coins, REGRESSION, { confirm: 2, maxRounds: 40 }))).not.toContain(
      'Last known good',
    );
  });
});

describe('the sentence of a change in a table', () => {
  it('says which of its sides has one verdict only', async () => {
    expect(await said(known(['good good|', 'bad|']))).toBe(
      'First broken: 1.0.1 (published 2026-05-02 10:20 UTC). Last known good: 1.0.0. Not confirmed: 1.0.1 gave one verdict only.',
    );
  });

  it('comes with neighbours that fail in different ways', async () => {
    expect((await said(scanned(['good', 'bad', 'other'], { confirm: 1 }))).split('\n')).toEqual([
      expect.stringMatching(/^First broken: 1\.0\.1 .* Last known good: 1\.0\.0\.$/),
      '1.0.1 and 1.0.2 fail in different ways.',
    ]);
  });
});
