import { describe, expect, it } from 'vitest';
import { releasePageMarkdown } from '../../../src/report/nightly/pages.js';
import type { ReleasePage } from '../../../src/report/nightly/version-table.js';
import { hostilePage, samplePage } from '../../helpers/version-tables.js';
import { all, faultsOf, headings, parsed, text, under } from '../../helpers/mdast.js';

const read = (page: ReleasePage) => parsed(releasePageMarkdown(page));
const sample = read(samplePage());
const MOST_BYTES = 200_000;

/** Every round `times` times as long. */
function longer(page: ReleasePage, times: number): ReleasePage {
  const grown = <T>(items: readonly T[]) => Array.from({ length: times }, () => items).flat();
  const rounds = Object.entries(page.rounds).map(([key, round]) => {
    const arms = round.arms.map((arm) => ({
      ...arm,
      steps: grown(arm.steps),
      log: grown(arm.log),
      tools: grown(arm.tools),
      stderr: 'a line of words\n'.repeat(times),
    }));
    return [key, { ...round, arms }];
  });
  return { ...page, rounds: Object.fromEntries(rounds) };
}

describe('the page of a release', () => {
  it('has a heading for each column that makes the anchor its cell leads to', () => {
    expect(headings(sample).slice(1)).toEqual(samplePage().columns.map(({ key }) => key));
  });

  it('has a place for a column of which nothing is recorded', () => {
    const nothing = read({ ...samplePage(), rounds: {} });
    expect(headings(nothing)).toEqual(headings(sample));
    expect(text(under(nothing, 'get-405'))).toContain('No round is recorded.');
  });

  it('leads from what is left out to the page that has more', () => {
    const markdown = releasePageMarkdown(longer(samplePage(), 40));
    expect(markdown).toContain(
      'left out here. To see more:_ [the page](../../evidence/claude-code/2.1.147.html)',
    );
  });
});

describe('the size of the page', () => {
  it.each([1, 60])('is bounded, and every column keeps its place, with rounds %i times as long', (times) => {
    const markdown = releasePageMarkdown(longer(samplePage(), times));
    expect(Buffer.byteLength(markdown)).toBeLessThan(MOST_BYTES);
    expect(headings(parsed(markdown))).toEqual(headings(sample));
  });

  it('counts bytes, not characters', () => {
    const page = hostilePage('漢字 '.repeat(3_000));
    expect(Buffer.byteLength(releasePageMarkdown(longer(page, 3)))).toBeLessThan(MOST_BYTES);
  });

  it('is bounded for a line of a million characters', () => {
    expect(releasePageMarkdown(hostilePage('x'.repeat(1_000_000))).length).toBeLessThan(MOST_BYTES);
  });
});

/** With the round of one column, so that there is room for all of it. */
function small(page: ReleasePage): ReleasePage {
  return { ...page, rounds: Object.fromEntries(Object.entries(page.rounds).slice(0, 1)) };
}

describe('text of others', () => {
  it('changes nothing but the words', () => {
    const [hostile, harmless] = [hostilePage(), hostilePage('harmless words')].map((one) => read(small(one)));
    expect(faultsOf(hostile ?? sample, ['../../table.md'])).toEqual([]);
    expect(headings(hostile ?? sample)).toHaveLength(headings(harmless ?? sample).length);
    expect(all(hostile ?? sample, 'table')).toHaveLength(all(harmless ?? sample, 'table').length);
    const shown = releasePageMarkdown(hostilePage()).replaceAll(/\s/gu, '');
    expect(shown).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
});
