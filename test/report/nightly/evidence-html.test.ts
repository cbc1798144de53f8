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
    expect(textOf(page)).toContain('All releases · what was recorded of one release\nClaude Code 2.1.147');
    expect(textOf(page)).toContain('Integrity\nsha512-21147VZC');
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

  it('says what each result is, and what it rests on', () => {
    const [, section = ''] = textOf(page).split('What it rests on\n');
    expect(section.replaceAll('\n ', '\n')).toMatch(
      /^GET listening stream answered with 404\nbad, first broken: 404 before tools/u,
    );
    expect(section).toContain(
      '4 rounds: 4 bad; tested 2026-05-29 03:12 UTC; the round shown here was sealed by bubblewrap',
    );
    expect(section).toContain('client → gateway: POST tools/list');
    expect(section).toContain('2 tools, none of the server’s');
    expect(section).toContain('took the 404 for an expired session');
    expect(section).toContain('[ERROR] MCP server "gateway" Failed to fetch tools: Not connected');
  });

  it('opens what fails, and folds what passes', () => {
    const open = [...page.matchAll(/<details class="arm"( open)?>\s*<summary><h4><bdi>([^<]*)/gu)];
    expect(open.filter(([, isOpen]) => isOpen).map(([, , title]) => title)).toEqual(
      Array.from({ length: 3 }, () => '404 before tools'),
    );
  });

  it('says so of a column of which nothing is recorded', () => {
    const text = textOf(releasePageHtml({ ...samplePage(), rounds: {} }));
    expect(text).toContain('no round is recorded');
    expect(text).not.toContain('POST tools/list');
  });

  it('tells what must be known of the release', () => {
    expect(textOf(releasePageHtml(samplePage('2.1.148')))).toContain('Deprecated\nsuperseded by 2.1.153');
    expect(textOf(releasePageHtml(samplePage('2.1.143')))).toContain(
      'Not available\nno package for linux-x64',
    );
  });
});

describe('the size of the page', () => {
  it.each([1, 10, 100, 1_000])(
    'is bounded with journals %i times as long, and what is left out is counted',
    (times) => {
      const html = releasePageHtml(longer(samplePage(), times));
      expect(html.length).toBeLessThan(MOST);
      expect(attributesOf(html, 'id')).toContain('stdio-stray-line');
      if (times > 100) expect(html).toMatch(/… [\d,]+ more events are left out of this page/u);
    },
  );

  it('is bounded for a line of a million characters', () => {
    expect(releasePageHtml(hostilePage('x'.repeat(1_000_000))).length).toBeLessThan(MOST);
    expect(releasePageHtml(hostilePage('<"&'.repeat(100_000))).length).toBeLessThan(MOST);
  });

  it('shortens what passes before what fails', () => {
    const [failing = '', passing = ''] = releasePageHtml(longer(small(samplePage()), 12))
      .split('<details class="arm"')
      .slice(1);
    expect(failing).not.toContain('left out');
    expect(passing).toContain('… 60 more events are left out of this page.');
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
