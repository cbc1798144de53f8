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

describe('the page of the version table', () => {
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
    expect(versionTablePage(longTable(471, 12)).match(/<tr id/gu)).toHaveLength(471);
  });

  it('counts what is beyond what browsers bear', () => {
    expect(textOf(versionTablePage(longTable(1_200, 2)))).toContain(
      '… 200 more older releases are left out of this page.',
    );
  });
});
