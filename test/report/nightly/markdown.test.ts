import { describe, expect, it } from 'vitest';
import { versionTableMarkdown } from '../../../src/report/nightly/pages.js';
import type { Cell, ClientTable, VersionTable } from '../../../src/report/nightly/version-table.js';
import { CELLS, hostileTable, longTable, sampleClient, sampleTable } from '../../helpers/version-tables.js';
import {
  all,
  cells,
  faultsOf,
  headings,
  parsed,
  shape,
  text,
  under,
  type Node,
} from '../../helpers/mdast.js';

const read = (table: VersionTable) => parsed(versionTableMarkdown(table));
const ofClient = (more: Partial<ClientTable>): VersionTable => ({
  schema: 1,
  clients: [{ ...sampleClient, ...more }],
});
const tableOf = (tree: Node): Node => all(tree, 'table')[0] ?? tree;
const items = (tree: Node, heading: string) => all(under(tree, heading), 'listItem').map(text);
const urls = (tree: Node) => all(tree, 'link').map(({ url = '' }) => url);
const sample = read(sampleTable);
const LIMIT_OF_GITHUB = 512 * 1024;

it('a capability is told in its scenario’s own words, in the table as in the changes', () => {
  const terms = { works: 'speaks it', broken: 'without it', broke: 'lost', fixed: 'gained' };
  const tree = read(ofClient({ columns: sampleClient.columns.map((one) => ({ ...one, terms })) }));
  expect(cells(tableOf(tree)).flat()).toContain('✅ good, first gained');
  expect(items(tree, 'Changes')[0]).toMatch(/^First gained 2\.1\.153\. .* Last without it 2\.1\.152: /);
});

describe('the table', () => {
  it('says so where a date is unknown, and where there are no releases yet', () => {
    const [first = fail()] = sampleClient.rows;
    const undated = read(ofClient({ rows: [{ ...first, publishedAt: null }] }));
    expect(cells(tableOf(undated))[1]?.[1]).toBe('unknown');
    expect(text(read(ofClient({ rows: [] })))).toContain('There are no releases yet.');
  });
});

describe('the changes', () => {
  it('that name what the table does not have are told all the same', () => {
    const [change = fail()] = sampleClient.changes;
    const tree = read(
      ofClient({ changes: [{ ...change, column: 'gone', before: '1.0.0', after: '1.0.1' }] }),
    );
    expect(items(tree, 'Changes')).toEqual(['First fixed 1.0.1. gone (gone). Last broken 1.0.0. Report']);
  });

  it('are said to be none where there are none', () => {
    expect(text(read(ofClient({ changes: [] })))).toContain('No change is known.');
  });
});

describe('what is below the table', () => {
  it('tells why there is no verdict: each reason once, for all columns in one line, flaky ones apart', () => {
    const [row = fail()] = sampleClient.rows;
    const { good, skip, flaky, untested } = CELLS;
    const other = { ...skip, reason: 'another reason' };
    const same = { ...flaky, reason: skip.reason };
    const untold = (...releases: readonly Cell[][]) => {
      const rows = releases.map((results, index) => {
        const version = `1.0.${releases.length - index}`;
        return { ...row, version, cells: results };
      });
      return items(read(ofClient({ columns: sampleClient.columns.slice(0, 2), rows })), 'Without a verdict');
    };
    const [first, second] = ['get-stream-404', 'get-stream-404-interactive'];
    expect(untold([skip, good], [skip, other], [good, untested])).toEqual([
      `⏭ skip: 1.0.3 and 1.0.2 under ${first}: ${skip.reason}`,
      `⏭ skip: 1.0.2 under ${second}: another reason`,
    ]);
    expect(untold([skip, skip], [good, good])).toEqual([
      `⏭ skip: 1.0.2 under every scenario: ${skip.reason}`,
    ]);
    expect(untold([skip, same])).toEqual([
      `⏭ skip: 1.0.1 under ${first}: ${skip.reason}`,
      `⚠️ flaky: 1.0.1 under ${second}: ${skip.reason}`,
    ]);
  });

  it('is left out where there is nothing to tell', () => {
    const [first = fail()] = sampleClient.rows;
    expect(headings(read(ofClient({ rows: [first], changes: [], columns: [] })))).toEqual([
      'Version table',
      'Claude Code',
      'Releases',
    ]);
  });
});

describe('text of others', () => {
  it('changes nothing but the words', () => {
    const [hostile, harmless] = [hostileTable(), hostileTable('harmless')].map(read);
    const own = urls(hostile ?? sample).filter((url) =>
      /^(?:evidence|reports)\/[\w./%-]+(?:#[\w-]+)?$/u.test(url),
    );
    expect(faultsOf(hostile ?? sample, own)).toEqual([]);
    expect(headings(hostile ?? sample)).toHaveLength(headings(harmless ?? sample).length);
    expect(shape(tableOf(hostile ?? sample)).match(/tableCell/gu)).toHaveLength(13 * 12);
    expect(text(hostile ?? sample)).toContain('<script>document.title = "owned"</script>');
  });

  it('is without what nobody sees', () => {
    expect(versionTableMarkdown(hostileTable()).replaceAll(/\s/gu, '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });

  it('of a million characters in a line is cut, and what is cut is counted', () => {
    const markdown = versionTableMarkdown(hostileTable('x'.repeat(1_000_000)));
    expect(markdown.length).toBeLessThan(100_000);
    expect(markdown).toContain('999,760 more characters');
  });

  it('that is an address of another kind than https is no link', () => {
    const columns = sampleClient.columns.map((column) => ({ ...column, issue: 'javascript:alert(1)' }));
    expect(urls(read(ofClient({ columns }))).filter((url) => url.includes('alert'))).toEqual([]);
  });

  it('in the names of files ends no link and leads nowhere else', () => {
    const [first = fail()] = sampleClient.rows;
    const evidence = { markdown: '/../evidence/a b)](https://evil.example).md', html: 'x' };
    const tree = read(ofClient({ rows: [{ ...first, evidence }], changes: [] }));
    expect(new Set(urls(tableOf(tree)).map((url) => url.split('#')[0]))).toEqual(
      new Set(['evidence/a%20b%29%5D%28https%3A/evil.example%29.md']),
    );
  });
});

describe('a long table', () => {
  it('is whole as long as GitHub shows it', () => {
    expect(cells(tableOf(read(longTable(200, 12))))).toHaveLength(201);
  });

  it('beyond that loses its oldest releases, and says so', () => {
    const markdown = versionTableMarkdown(longTable(900, 20));
    expect(Buffer.byteLength(markdown)).toBeLessThan(LIMIT_OF_GITHUB);
    const tree = parsed(markdown);
    const shown = cells(tableOf(tree)).slice(1);
    expect(shown[0]?.[0]).toBe('3.0.900');
    expect(text(tree)).toContain(`${900 - shown.length} older releases left out here.`);
  });
});

it('is the same text for the same table, and says nothing of when it was made', () => {
  expect(versionTableMarkdown(structuredClone(sampleTable))).toBe(versionTableMarkdown(sampleTable));
});

function fail(): never {
  throw new Error('The sample has lost its releases.');
}
