import { describe, expect, it } from 'vitest';
import { releasePageHtml, releasePageMarkdown, versionTablePage } from '../../../src/report/nightly/pages.js';
import type { ReleasePage } from '../../../src/report/nightly/version-table.js';
import { all, faultsOf, headings, parsed, text, under } from '../../helpers/mdast.js';
import { attributesOf, shapeOf, textOf } from '../../helpers/page.js';
import { hostilePage, samplePage, sampleTable } from '../../helpers/version-tables.js';

const page = releasePageHtml(samplePage());
const read = (sample: ReleasePage) => parsed(releasePageMarkdown(sample));
const sample = read(samplePage());
const MOST_CHARS = 500_000;
const MOST_BYTES = 200_000;

const withRounds = (
  of: ReleasePage,
  rounds: readonly (readonly [string, ReleasePage['rounds'][string]])[],
) => ({
  ...of,
  rounds: Object.fromEntries(rounds),
});

/** Every round `times` times as long. */
function longer(of: ReleasePage, times: number): ReleasePage {
  const grown = <T>(items: readonly T[]) => Array.from({ length: times }, () => items).flat();
  const rounds = Object.entries(of.rounds).map(([key, round]) => {
    const arms = round.arms.map((arm) => ({
      ...arm,
      steps: grown(arm.steps),
      log: grown(arm.log),
      tools: grown(arm.tools),
      stderr: 'a line of words\n'.repeat(times),
    }));
    return [key, { ...round, arms }] as const;
  });
  return withRounds(of, rounds);
}

/** With the round of one column, so that there is room for all of it. */
const small = (of: ReleasePage) => withRounds(of, Object.entries(of.rounds).slice(0, 1));

describe('the page of a release', () => {
  it('leads back to its row of the table', () => {
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
    expect(headings(sample).slice(1)).toEqual(samplePage().columns.map(({ key }) => key));
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
    const nothing = { ...samplePage(), rounds: {} };
    expect(textOf(releasePageHtml(nothing))).toContain('No round is recorded.');
    expect(headings(read(nothing))).toEqual(headings(sample));
    expect(text(under(read(nothing), 'get-405'))).toContain('No round is recorded.');
  });

  it('leads from what is left out to the page that has more', () => {
    expect(releasePageMarkdown(longer(samplePage(), 40))).toContain(
      'left out here. To see more:_ [the page](../../evidence/claude-code/2.1.147.html)',
    );
  });
});

describe('the size of the page', () => {
  it.each([1, 200])('is bounded, and every column keeps its place, with rounds %i times as long', (times) => {
    const html = releasePageHtml(longer(samplePage(), times));
    expect(html.length).toBeLessThan(MOST_CHARS);
    expect(attributesOf(html, 'id')).toContain('stdio-stray-line');
    if (times > 100) expect(html).toMatch(/… [\d,]+ more steps are left out of this page/u);
    const markdown = releasePageMarkdown(longer(samplePage(), times));
    expect(Buffer.byteLength(markdown)).toBeLessThan(MOST_BYTES);
    expect(headings(parsed(markdown))).toEqual(headings(sample));
  });

  it('is counted in bytes where GitHub counts them', () => {
    const wide = longer(hostilePage('漢字 '.repeat(3_000)), 3);
    expect(Buffer.byteLength(releasePageMarkdown(wide))).toBeLessThan(MOST_BYTES);
  });

  it.each(['x'.repeat(1_000_000), '<"&'.repeat(100_000)])('is bounded for a line of megabytes', (line) => {
    expect(releasePageHtml(hostilePage(line)).length).toBeLessThan(MOST_CHARS);
    expect(releasePageMarkdown(hostilePage(line)).length).toBeLessThan(MOST_BYTES);
  });
});

it('text of others changes nothing but the words', () => {
  const [hostile, harmless] = [small(hostilePage()), small(hostilePage('harmless words'))];
  expect(shapeOf(releasePageHtml(hostile))).toEqual(shapeOf(releasePageHtml(harmless)));
  const [tree, plain] = [read(hostile), read(harmless)];
  expect(faultsOf(tree, ['../../table.md'])).toEqual([]);
  expect(headings(tree)).toHaveLength(headings(plain).length);
  expect(all(tree, 'table')).toHaveLength(all(plain, 'table').length);
  for (const shown of [textOf(releasePageHtml(hostile)), releasePageMarkdown(hostilePage())])
    expect(shown.replaceAll(/\s/gu, '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
});
