import { describe, expect, it } from 'vitest';
import { versionTableMarkdown } from '../../../src/report/nightly/pages.js';
import type { ClientTable, VersionTable } from '../../../src/report/nightly/version-table.js';
import { hostileTable, longTable, sampleClient, sampleTable } from '../../helpers/version-tables.js';
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
  it('has a row for each release, the newest first, and a column for each scenario', () => {
    const [head = [], ...rows] = cells(tableOf(sample));
    expect(head.slice(0, 4)).toEqual([
      'Version',
      'Released (UTC)',
      'get-stream-404',
      'get-stream-404-interactive',
    ]);
    expect(head).toHaveLength(12);
    expect(rows.map(([version]) => version)).toEqual([
      '2.1.155',
      '2.1.154',
      '2.1.153',
      '2.1.152',
      '2.1.150',
      '2.1.149',
      '2.1.148 (deprecated)',
      '2.1.147',
      '2.1.146',
      '2.1.145',
      '2.1.144 (unpublished)',
      '2.1.143 (not available)',
    ]);
    expect(rows[7]?.[1]).toBe('2026-05-21 21:31');
  });

  it('says every result in a word beside its sign, and marks where it changed', () => {
    const rows = cells(tableOf(sample)).slice(1);
    const column = (index: number) => rows.map((row) => row[index]);
    expect(column(2)).toEqual([
      '✅ good',
      '✅ good',
      '✅ good, first fixed',
      '❌ bad, last broken',
      '❌ bad',
      '❌ bad',
      '❌ bad',
      '❌ bad, first broken',
      '✅ good, last good',
      '✅ good',
      '✅ good',
      '· untested',
    ]);
    expect(column(10).slice(1, 7)).toEqual(['⚠️ flaky', '✅ good', '✅ good', '✅ good', '⏭ skip', '⏭ skip']);
  });

  it('leads from each result to its place on the page of the release, and from what was never tried nowhere', () => {
    const rows = all(tableOf(sample), 'tableRow');
    const [, , , , , , , , broken = sample] = rows;
    expect(urls(broken).slice(0, 3)).toEqual([
      'evidence/claude-code/2.1.147.md',
      'evidence/claude-code/2.1.147.md#get-stream-404',
      'evidence/claude-code/2.1.147.md#get-stream-404-interactive',
    ]);
    expect(urls(rows.at(-1) ?? sample)).toEqual([]);
  });

  it('has a legend of its signs', () => {
    expect(text(sample)).toContain(
      '✅ good: it works; ❌ bad: it fails; ⏭ skip: tried, without a verdict; ⚠️ flaky: its rounds disagree; · untested: not tried yet, or nothing there to try. Times are UTC.',
    );
  });

  it('says so where a date is unknown, and where there are no releases yet', () => {
    const [first = fail()] = sampleClient.rows;
    const undated = read(ofClient({ rows: [{ ...first, publishedAt: null }] }));
    expect(cells(tableOf(undated))[1]?.[1]).toBe('unknown');
    expect(text(read(ofClient({ rows: [] })))).toContain('There are no releases yet.');
  });
});

describe('the changes', () => {
  it('are a sentence or two each, with the report; what is not confirmed is called so', () => {
    expect(items(sample, 'Changes')).toEqual([
      'First fixed 2.1.153. GET listening stream answered with 404 (get-stream-404). Last broken 2.1.152: 404 before tools: tools lost; 404 after tools: re-initialized 2×. Report',
      'Not yet confirmed: first found fixed 2.1.152. server of 2026-07-28 alone, without initialize (modern-discover). Last broken 2.1.150: never asked again. Between them nobody could test 2.1.151.',
      'First broken 2.1.147. GET listening stream answered with 404 (get-stream-404): 404 before tools: tools lost; 404 after tools: re-initialized 2×. Last good 2.1.146. Report',
    ]);
    expect(urls(under(sample, 'Changes'))).toContain('reports/regression-2.1.147.md');
  });

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
  it('tells why there is no verdict, each reason once', () => {
    expect(items(sample, 'Without a verdict')).toEqual([
      '⚠️ flaky: 2.1.154 under slow-initialize: initialize after 20 s: given up in some rounds',
      '⏭ skip: 2.1.149 and 2.1.148 under slow-initialize: the client did not start: it asked for a login',
    ]);
  });

  it('tells which releases are deprecated, gone or not there for this platform', () => {
    expect(items(sample, 'Remarks')).toEqual([
      '2.1.148: deprecated: superseded by 2.1.153',
      '2.1.144: unpublished: it was in the registry on an earlier night, and is not any more',
      '2.1.143: not available: no package for linux-x64',
    ]);
  });

  it('tells what each column asks, and where that was reported', () => {
    expect(items(sample, 'Scenarios').slice(0, 3)).toEqual([
      'get-stream-404: GET listening stream answered with 404, https://github.com/anthropics/claude-code/issues/62198',
      'get-stream-404-interactive: GET listening stream answered with 404 (interactive), https://github.com/anthropics/claude-code/issues/62198',
      'get-405: GET listening stream answered with 405',
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

describe('several clients', () => {
  it('have a heading and a table each', () => {
    const other = { ...sampleClient, client: 'other', title: 'Another Client' };
    const tree = read({ schema: 1, clients: [sampleClient, other] });
    expect(all(tree, 'table')).toHaveLength(2);
    expect(headings(tree)).toEqual(expect.arrayContaining(['Claude Code', 'Another Client']));
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
