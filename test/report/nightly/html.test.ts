import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { versionTablePage } from '../../../src/report/nightly/pages.js';
import type { ClientTable, VersionTable } from '../../../src/report/nightly/version-table.js';
import { hostileTable, longTable, sampleClient, sampleTable } from '../../helpers/version-tables.js';
import { attributesOf, shapeOf, textOf } from '../../helpers/page.js';

const page = versionTablePage(sampleTable);
const ofClient = (more: Partial<ClientTable>): VersionTable => ({
  schema: 1,
  clients: [{ ...sampleClient, ...more }],
});

/** The cells of each row as text. */
const rowsOf = (html: string): string[][] =>
  [...html.matchAll(/<tr id[^]*?<\/tr>/gu)].map(([row]) =>
    [...row.matchAll(/<t([hd])\b[^]*?<\/t\1>/gu)].map(([cell]) => textOf(cell)),
  );

describe('the page of the version table', () => {
  it('has the changes first, the newest first', () => {
    const [top = ''] = textOf(page).split('\nReleases\n');
    for (const part of [
      '@anthropic-ai/claude-code · linux-x64 · 12 releases · 10 columns',
      'Newest release: 2.1.155, 2026-05-29 01:03 UTC: 10 good.',
      'First fixed 2.1.153. GET listening stream answered with 404 (get-stream-404). Last broken 2.1.152: 404 before',
      'Not yet confirmed: first found fixed 2.1.152. server of 2026-07-28 alone, without initialize (modern-discover). Last broken 2.1.150: never asked again. Between them nobody could test 2.1.151.',
      'First broken 2.1.147. GET listening stream answered with 404 (get-stream-404): 404 before tools: tools lost',
    ])
      expect(top).toContain(part);
    expect(attributesOf(page, 'href')).toContain('reports/regression-2.1.147.html');
  });

  it('has a row for each release, whose results are words and marks', () => {
    const rows = rowsOf(page);
    expect(rows).toHaveLength(12);
    expect(rows[7]?.slice(0, 4)).toEqual(['2.1.147', '2026-05-21 21:31', 'bad, first broken', 'bad']);
    expect(rows[6]?.[0]).toBe('2.1.148 (deprecated)');
    expect(rows[11]?.slice(0, 3)).toEqual(['2.1.143 (not available)', '2026-05-15 23:24', 'untested']);
  });

  it('leads from each result to its place on the page of the release', () => {
    const links = attributesOf(page, 'href');
    expect(links).toContain('evidence/claude-code/2.1.147.html#get-stream-404');
    expect(links).toContain('evidence/claude-code/2.1.147.html#get-stream-404-interactive');
    expect(links.filter((link) => link.includes('2.1.143'))).toEqual([]);
  });

  it('leads to where a column was reported, over http as well, and nowhere else', () => {
    const reported = (issue: string) => {
      const columns = sampleClient.columns.map((column) => ({ ...column, issue }));
      const html = versionTablePage(ofClient({ columns }));
      return attributesOf(html.split('>Scenarios<')[1] ?? '', 'href');
    };
    expect(reported('http://tracker.example/1')).toEqual(
      Array.from({ length: 10 }, () => 'http://tracker.example/1'),
    );
    for (const issue of ['', 'javascript:alert(1)', 'https://user:secret@evil.example/', 'PROJ-1'])
      expect(reported(issue)).toEqual([]);
  });

  it('tells the reason of a result to whoever points at it', () => {
    expect(attributesOf(page, 'title')).toContain(
      'the client did not start: it asked for a login; 2 rounds: 2 skip; tested 2026-05-29 03:12 UTC',
    );
    expect(attributesOf(page, 'title')).toContain('no package for linux-x64');
  });

  it('tells below the table why there is no verdict, and what must be known of releases', () => {
    const [, below = ''] = textOf(page).split('Without a verdict\n');
    expect(below).toContain(
      'flaky: 2.1.154 under slow-initialize: initialize after 20 s: given up in some rounds',
    );
    expect(below).toContain('skip: 2.1.149 and 2.1.148 under slow-initialize: the client did not start');
    expect(below).toContain('2.1.148: deprecated: superseded by 2.1.153');
    expect(below).toContain(
      'get-stream-404-interactive: GET listening stream answered with 404 (interactive)',
    );
  });

  it('has a table for each client, and leads to each', () => {
    const other = { ...sampleClient, client: 'other', title: 'Another Client' };
    const html = versionTablePage({ schema: 1, clients: [sampleClient, other] });
    expect(html.match(/<table>/gu)).toHaveLength(2);
    const ids = attributesOf(html, 'id');
    expect(new Set(ids).size).toBe(ids.length);
    const within = attributesOf(html, 'href').filter((link) => link.startsWith('#'));
    expect(within.filter((link) => !ids.includes(link.slice(1)) && !link.startsWith('#mark-'))).toEqual([]);
  });

  it('says so where there are no changes and no releases', () => {
    const text = textOf(versionTablePage(ofClient({ rows: [], changes: [] })));
    expect(text).toContain('No change is known.');
    expect(text).toContain('There are no releases yet.');
    expect(versionTablePage({ schema: 1, clients: [] })).toMatch(/<h1[^>]*>Version table<\/h1>/u);
  });

  it('allows its own style sheet and nothing else', () => {
    const [, style = ''] = /<style>([^]*)<\/style>/u.exec(page) ?? [];
    const digest = createHash('sha256').update(style).digest('base64');
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${digest}&#39;`);
    expect(page).not.toMatch(/<script|<img|<link(?! rel="icon" href="data:,")/u);
  });

  it('is the same text for the same table, and says nothing of when it was made', () => {
    expect(versionTablePage(structuredClone(sampleTable))).toBe(page);
  });
});

describe('text of others on the page', () => {
  it('changes nothing but the words', () => {
    const hostile = versionTablePage(hostileTable());
    const shapes = [hostile, versionTablePage(hostileTable('harmless'))].map((html) =>
      shapeOf(html).filter((tag) => !tag.startsWith('wbr')),
    );
    expect(shapes[0]).toEqual(shapes[1]);
    expect(textOf(hostile)).toContain(
      '<script>document.title = "owned"</script> ![x](https://evil.example/x.png)',
    );
    expect(textOf(hostile).replaceAll(/\s/gu, '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it('of a million characters is cut', () => {
    expect(versionTablePage(hostileTable('x'.repeat(1_000_000))).length).toBeLessThan(500_000);
  });

  it('that is half a character breaks no link', () => {
    expect(versionTablePage(hostileTable('\uD83D'))).toContain('\uFFFD');
  });
});

describe('a long table on the page', () => {
  it('is whole for as many releases as clients have', () => {
    expect(rowsOf(versionTablePage(longTable(471, 12)))).toHaveLength(471);
  });

  it('counts what is beyond what browsers bear', () => {
    expect(textOf(versionTablePage(longTable(1_200, 2)))).toContain(
      '… 200 more older releases are left out of this page.',
    );
  });
});
