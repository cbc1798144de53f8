import { describe, expect, it } from 'vitest';
import { releasePageHtml, versionTablePage } from '../../../src/report/nightly/pages.js';
import type { ReleasePage } from '../../../src/report/nightly/version-table.js';
import { hostilePage, samplePage, sampleTable } from '../../helpers/version-tables.js';
import { attributesOf, shapeOf, textOf } from '../../helpers/page.js';

const page = releasePageHtml(samplePage());
const MOST = 500_000;

/** Every journal `times` times as long. */
function longer(sample: ReleasePage, times: number): ReleasePage {
  const rounds = Object.entries(sample.rounds).map(([key, round]) => {
    const arms = round.arms.map((arm) => ({
      ...arm,
      steps: Array.from({ length: times }, () => arm.steps).flat(),
      log: Array.from({ length: times }, () => arm.log).flat(),
    }));
    return [key, { ...round, arms }];
  });
  return { ...sample, rounds: Object.fromEntries(rounds) };
}

/** With the round of one column, so that there is room for all of it. */
function small(whole: ReleasePage): ReleasePage {
  return { ...whole, rounds: Object.fromEntries(Object.entries(whole.rounds).slice(0, 1)) };
}

describe('the page of a release', () => {
  it('says which release it is, and leads back to its row of the table', () => {
    expect(textOf(page)).toContain('Claude Code 2.1.147\nAll releases');
    expect(textOf(page)).toContain('Integrity: sha512-21147VZC');
    const back = attributesOf(page, 'href').find((link) => link.startsWith('../')) ?? '';
    const [path, anchor = ''] = back.split('#');
    expect(path).toBe('../../index.html');
    expect(attributesOf(versionTablePage(sampleTable), 'id')).toContain(anchor);
  });

  it('has a place for each column that its cell leads to', () => {
    const ids = attributesOf(page, 'id');
    for (const { key } of samplePage().columns) expect(ids).toContain(key);
    const within = attributesOf(page, 'href').filter((link) => /^#(?!mark-)/u.test(link));
    expect(within.filter((link) => !ids.includes(link.slice(1)))).toEqual([]);
  });

  it('opens what fails, and folds what passes', () => {
    const folds = [...page.matchAll(/<details( open)?><summary>(.*)<\/summary>/gu)];
    const arms = folds.filter(([, , title = '']) => /(?:passes|fails)/u.test(title));
    const open = arms.filter(([, isOpen]) => isOpen);
    expect(arms.length).toBeGreaterThan(open.length);
    // Three columns are bad; in the others, where all passes, the first arm that is no control is open.
    expect(open.filter(([, , title = '']) => title.includes('fails'))).toHaveLength(3);
    expect(arms.filter(([, isOpen, title = '']) => !isOpen && title.includes('fails'))).toEqual([]);
  });

  it('says so of a column of which nothing is recorded', () => {
    const text = textOf(releasePageHtml({ ...samplePage(), rounds: {} }));
    expect(text).toContain('No round is recorded.');
    expect(text).not.toContain('POST tools/list');
  });
});

describe('the size of the page', () => {
  it.each([1, 10, 100, 1_000])(
    'is bounded with journals %i times as long, and what is left out is counted',
    (times) => {
      const html = releasePageHtml(longer(samplePage(), times));
      expect(html.length).toBeLessThan(MOST);
      expect(attributesOf(html, 'id')).toContain('stdio-stray-line');
      if (times > 100) expect(html).toMatch(/… [\d,]+ more steps are left out of this page/u);
    },
  );

  it('is bounded for a line of a million characters', () => {
    expect(releasePageHtml(hostilePage('x'.repeat(1_000_000))).length).toBeLessThan(MOST);
    expect(releasePageHtml(hostilePage('<"&'.repeat(100_000))).length).toBeLessThan(MOST);
  });
});

describe('text of others', () => {
  it('changes nothing but the words', () => {
    const [hostile, harmless] = [hostilePage(), hostilePage('harmless')].map((one) =>
      releasePageHtml(small(one)),
    );
    expect(shapeOf(hostile ?? '')).toEqual(shapeOf(harmless ?? ''));
    expect(textOf(hostile ?? '').replaceAll(/\s/gu, '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
});
