import { describe, expect, it } from 'vitest';
import { releasePageMarkdown } from '../../../src/report/nightly/pages.js';
import type { ReleasePage } from '../../../src/report/nightly/version-table.js';
import { hostilePage, samplePage } from '../../helpers/version-tables.js';
import { all, cells, codeOf, faultsOf, headings, parsed, text, under } from '../../helpers/mdast.js';

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
  it('says which release it is, and leads back to the table', () => {
    expect(headings(sample)[0]).toBe('Claude Code 2.1.147');
    expect(all(sample, 'link')[0]).toMatchObject({ url: '../../table.md' });
    expect(all(under(sample, 'Claude Code 2.1.147'), 'listItem').map(text)).toEqual([
      'Released: 2026-05-21 21:31 UTC',
      'Package: @anthropic-ai/claude-code@2.1.147',
      'Platform: linux-x64',
      'Integrity: sha512-21147VZCBWaZbHPYXwvKqmCJ1Y2iPVrVSDGZTqbe0cGZ6Zyw==',
    ]);
  });

  it('has a heading for each column that makes the anchor its cell leads to', () => {
    expect(headings(sample).slice(1)).toEqual(samplePage().columns.map(({ key }) => key));
  });

  it('says what the result is, and what it rests on', () => {
    const words = text(under(sample, 'get-stream-404'));
    expect(words).toContain(
      '❌ bad, first broken: 404 before tools: tools lost; 404 after tools: re-initialized 2× (4 rounds: 4 bad; tested 2026-05-29 03:12 UTC)',
    );
    expect(words).toContain('The round that is shown here was sealed by bubblewrap.');
    expect(words).toContain('❌ 404 before tools: fails: tools lost');
    expect(words).toContain('✅ GET 405 (control) (control): passes');
    expect(words).toContain('Its own log says that it took the 404 for an expired session');
  });

  it('has the journal, the tools and the log of each arm', () => {
    const section = under(sample, 'get-stream-404');
    const [journal, tools] = all(section, 'table');
    expect(cells(journal ?? section)).toContainEqual(['23', '← gateway: 404 (to GET; held 1 ms)']);
    expect(cells(tools ?? section)[1]).toEqual(['request 1', '2 tools, none of the server']);
    expect(codeOf(section, 'text')).toEqual([
      '[ERROR] MCP server "gateway" Failed to fetch tools: Not connected',
    ]);
  });

  it('has a place for a column of which nothing is recorded', () => {
    const nothing = read({ ...samplePage(), rounds: {} });
    expect(headings(nothing)).toEqual(headings(sample));
    expect(text(under(nothing, 'get-405'))).toContain('No round is recorded.');
  });

  it('says of a release what must be known of it', () => {
    const [first] = all(read(samplePage('2.1.148')), 'list');
    expect(text(first ?? sample)).toContain('deprecated: superseded by 2.1.153');
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
