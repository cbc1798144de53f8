import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markdownOf } from '../../src/report/issue.js';
import type { Report, ReportRow } from '../../src/report/report.js';
import { HOSTILE, hostileReport, sampleReport } from '../helpers/reports.js';
import { all, cells, codeOf, faultsOf, headings, parsed, text, under } from '../helpers/mdast.js';

const GITHUB = 65_536;
const FORM = sampleReport.client.bugForm.fields.map(({ heading }) => heading);
const LINKS = [sampleReport.scenario.issue];

/** The lists that may be of any length, at any depth. */
const LONG = new Set(
  [
    'focused full telling steps tools names fromServer logged screen exchanges',
    'arms comparisons releases path asked environment warnings probed unpublishedBefore',
  ].flatMap((names) => names.split(' ')),
);

/** `report` with those of its long lists that are named repeated `times` times. */
function longer(report: Report, names: ReadonlySet<string>, times: number): Report {
  const grown = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const items = value.map((item) => grown(item, ''));
      return LONG.has(key) && names.has(key) ? Array.from({ length: times }, () => items).flat() : items;
    }
    if (typeof value !== 'object' || value === null || key === 'client' || key === 'answer') return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, grown(inner, name)]));
  };
  return grown(report, '') as Report;
}

const rowsOf = (count: number, tested: (index: number) => boolean): ReportRow[] =>
  Array.from({ length: count }, (_, index): ReportRow => {
    const [good, bad] = [sampleReport.rows[0], sampleReport.rows[6]] as [ReportRow, ReportRow];
    const half = Math.floor(count / 2);
    const row = index < half ? good : bad;
    const label = index === half - 1 ? 'last known good' : index === half ? 'first broken' : row.label;
    const basis = tested(index) || index === half || index === half - 1 ? 'tested' : 'inferred';
    return { ...row, version: `2.1.${index}`, label, basis };
  });

describe('any report', () => {
  const texts = fc.oneof(
    fc.constant(HOSTILE),
    fc.constant(`${'`|@ '.repeat(5_000)}${HOSTILE}`),
    fc.constant('`'.repeat(20_000)),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constant('\n'.repeat(5_000) + HOSTILE),
  );
  const reports = fc
    .record({
      raw: texts,
      names: fc.uniqueArray(fc.constantFrom(...LONG), { maxLength: 4 }),
      times: fc.constantFrom(1, 3, 8),
      rows: fc.constantFrom(1, 7, 400, 3_000),
      every: fc.constantFrom(1, 2, 50),
    })
    .map(({ raw, names, times, rows, every }) => {
      const report = hostileReport(raw);
      const many = rowsOf(rows, (index) => index % every === 0).map((row) => ({ ...row, reason: raw }));
      return longer({ ...report, rows: many }, new Set(names), times);
    });

  it('fits, and has the headings of the form and nothing of anybody else', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const markdown = markdownOf(report);
        expect(markdown.length).toBeLessThanOrEqual(GITHUB);
        const tree = parsed(markdown);
        expect(tree.children?.[0]?.type).toBe('paragraph');
        expect(headings(tree)).toEqual(FORM);
        expect(codeOf(under(tree, 'Steps to Reproduce'), 'shell')).toHaveLength(1);
        expect(all(under(tree, "What's Wrong?"), 'table').length).toBeGreaterThan(0);
        expect(faultsOf(tree, LINKS)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('fits at its very worst', () => {
    const worst = longer({ ...hostileReport('`'.repeat(20_000)), rows: rowsOf(3_000, () => true) }, LONG, 3);
    const markdown = markdownOf(worst);
    expect(markdown.length).toBeLessThanOrEqual(GITHUB);
    expect(headings(parsed(markdown))).toEqual(FORM);
  });

  it.each([0, 100, 1_000, 3_000, 8_000, 20_000])('fits into %i characters, answer first', (maxChars) => {
    for (const report of [sampleReport, longer(hostileReport(), LONG, 3)]) {
      const markdown = markdownOf(report, { maxChars });
      expect(markdown.length).toBeLessThanOrEqual(maxChars);
      const tree = parsed(markdown);
      const [first] = tree.children ?? [];
      if (first) expect(first.children).toMatchObject([{ type: 'strong' }]);
      expect(faultsOf(tree, LINKS)).toEqual([]);
    }
  });
});

describe('what does not fit', () => {
  const long = longer(
    {
      ...sampleReport,
      rows: rowsOf(3_000, () => true),
      comparisons: longer(sampleReport, new Set(['full', 'steps', 'names']), 2_000).comparisons,
    },
    new Set(),
    1,
  );
  const markdown = markdownOf(long);
  const tree = parsed(markdown);

  it('is left out where it tells least, with how much and how to see it', () => {
    expect(markdown).toMatch(
      /_[\d,]+ lines left out here\. To see more:_ `mcp-bisect report 7f3a01 --format html`/,
    );
    expect(codeOf(tree, 'diff')[0]).toContain('MCP session expired');
    expect(codeOf(tree, 'shell')).toEqual([sampleReport.reproduce]);
  });

  it('never takes the boundary or the ends from the version table', () => {
    const rows = cells(all(tree, 'table')[0] ?? tree);
    const versions = rows.map(([version]) => version);
    expect(versions).toEqual(expect.arrayContaining(['2.1.0', '2.1.1499', '2.1.1500', '2.1.2999']));
    expect(versions.length).toBeLessThan(100);
    expect(rows.find(([version]) => version === '…')).toEqual([
      '…',
      expect.stringMatching(/more releases$/),
      '✅ works',
      'tested',
      '',
      '',
      '',
    ]);
  });

  it('leaves the answer, the command and the table where there is room for little else', () => {
    const short = parsed(markdownOf(long, { maxChars: 3_000 }));
    expect(text(short.children?.[0] ?? short)).toBe(sampleReport.sentence);
    expect(codeOf(short, 'shell')).toEqual([sampleReport.reproduce]);
    expect(all(short, 'table')).toHaveLength(1);
  });

  it('keeps every heading down to the size that it promises', () => {
    expect(headings(parsed(markdownOf(long, { maxChars: 8_000 })))).toEqual(FORM);
  });
});

describe('a long stretch of inferred releases', () => {
  it('is folded to its first and its last', () => {
    const rows = rowsOf(40, (index) => index === 0 || index === 39);
    const [table] = all(parsed(markdownOf({ ...sampleReport, rows })), 'table');
    expect(
      cells(table ?? { type: 'none' }).map(([version, released]) => [version, released].join(' ')),
    ).toEqual([
      'Version Released (UTC)',
      '2.1.0 2026-05-15 02:50',
      '2.1.1 2026-05-15 02:50',
      '… 16 more releases',
      '2.1.18 2026-05-15 02:50',
      '2.1.19 2026-05-15 02:50',
      '2.1.20 2026-05-23 02:50',
      '2.1.21 2026-05-23 02:50',
      '… 16 more releases',
      '2.1.38 2026-05-23 02:50',
      '2.1.39 2026-05-23 02:50',
    ]);
  });
});
